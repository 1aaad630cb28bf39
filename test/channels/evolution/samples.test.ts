import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { eventsOf } from "./calls.ts";

/** Webhooks with what each must mean; they lie beside a checkout, or are not there. */
const FOLDER = new URL("../../../../shared/samples/evolution/", import.meta.url);

const WANT: Readonly<Record<string, object>> = {
  "01-v2-upsert-text.json": { kind: "message", text: "Oi, quero a segunda via do boleto" },
  "02-v2-upsert-quoted-reply.json": { context: { quoted: "3EB0A1D47C9E52F60B1187" } },
  "03-v2-upsert-image-base64.json": { text: "comprovante", content: { media: "image" } },
  "04-v2-upsert-voice-note.json": { content: { media: "voice" } },
  "05-v2.3.6-upsert-lid.json": {
    identities: [
      { kind: "phone", value: "5531991234567" },
      { kind: "lid", value: "87341120956611" },
    ],
  },
  "07-v2-upsert-group.json": { kind: "unsupported" },
  "09-v2-upsert-button-reply-nativeflow.json": { text: "/confirmar" },
  "11-v2-update-delivered.json": { status: "delivered", externalId: "3EB0A1D47C9E52F60B1187" },
  "12-v2-update-error.json": { status: "failed" },
  "14-v2-send-message.json": { kind: "unsupported" },
  "15-v2-connection-close-loggedout.json": { kind: "account", state: "disconnected" },
  "16-v2-qrcode-updated.json": { kind: "account", state: "connecting" },
  "19-v2-contacts-upsert-array.json": { kind: "unsupported" },
  "20-v1-upsert-extended-text.json": { text: "oi, tudo bem?" },
  "22-v1-update-read.json": { status: "read", externalId: "BAE5A1B2C3D4E5F6" },
  "23-seed-update-numeric.json": { status: "delivered", externalId: "3EB0A1D47C9E52F60B1187" },
};

const there = existsSync(FOLDER) ? readdirSync(FOLDER) : [];
const files = there.filter((file) => Object.hasOwn(WANT, file));
const instances = ["loja-centro", "loja-antiga", "tenant_demo_inst_1"];

(files.length > 0 ? describe : describe.skip)("samples beside the checkout", () => {
  test.each(files.length > 0 ? files : ["none"])("%s", (file) => {
    const body = readFileSync(new URL(file, FOLDER));
    expect(eventsOf(body, { instances })).toMatchObject([WANT[file]]);
  });
});
