import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { z } from "zod";
import { createReceive } from "../../../src/channels/acs/receive.ts";
import type { WebhookResult } from "../../../src/channels/channel.ts";
import type { ChannelEvent, Identity } from "../../../src/messages.ts";
import { SECRET, settingsWith } from "./sample.ts";

/** Event files with what a reader of both shapes must find in them; they lie beside a checkout, or are not there. */
const FOLDER = new URL("../../../../shared/samples/acs/", import.meta.url);

const expectedSchema = z.record(z.string(), z.array(z.record(z.string(), z.unknown())));

const readJson = (file: string): unknown => JSON.parse(readFileSync(new URL(file, FOLDER), "utf8"));

const settings = settingsWith({ channel_ids: "4e0b6f7a-91c3-4d58-8a2e-6f1d3c5b7a90" });
const receive = createReceive(settings, { ...settings, takesUnnamed: true });

const find = (identities: readonly Identity[], kind: Identity["kind"]): string | undefined =>
  identities.find((identity) => identity.kind === kind)?.value;

const plus = (digits: string | undefined) => (digits === undefined ? undefined : `+${digits}`);

/** What we found, in the words of the samples. Whatever a sample does not speak of is left out. */
function inTheirWords(event: ChannelEvent): Record<string, unknown> {
  if (event.kind === "status") {
    return {
      kind: "status",
      messageId: event.externalId,
      status: event.status,
      recipient: plus(find(event.identities, "phone")),
      errorCode: event.error?.code,
      errorMessage: event.error?.title,
      receivedAt: event.at,
    };
  }
  if (event.kind !== "message") return { kind: event.kind };
  const { content } = event;
  const isChoice = content.type === "choice";
  const isMedia = content.type === "media";
  const phone = plus(find(event.identities, "phone"));
  return {
    kind: "message",
    channelId: event.account,
    userPhone: phone,
    userBsuid: find(event.identities, "bsuid"),
    replyTo: phone ?? find(event.identities, "bsuid"),
    messageId: event.externalId,
    receivedAt: event.sentAt,
    text: isChoice ? content.title : event.text === "" ? undefined : event.text,
    payload: isChoice ? content.payload : undefined,
    inReplyTo: event.context?.quoted,
    reaction:
      content.type === "reaction" ? { messageId: content.to, emoji: content.emoji } : undefined,
    media: isMedia ? { id: content.id, mimeType: content.mimeType } : undefined,
    fileName: isMedia ? content.fileName : undefined,
    caption: isMedia && event.text !== "" ? event.text : undefined,
  };
}

/** The sample's words, without what belongs to the envelope and with times in one form. */
function theirWords(expected: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { eventId: _id, type: _type, time: _time, channel: _channel, ...rest } = expected;
  const { messageType: _messageType, receivedAt, media, ...words } = rest;
  const file = z.record(z.string(), z.unknown()).optional().parse(media);
  const { fileName, caption, ...medium } = file ?? {};
  return {
    ...words,
    receivedAt: new Date(String(receivedAt)).toISOString(),
    ...(file !== undefined && { media: medium, fileName, caption }),
  };
}

const post = (body: unknown): WebhookResult =>
  receive({
    method: "POST",
    suffix: "",
    headers: {},
    query: { code: SECRET },
    rawBody: Buffer.from(JSON.stringify(body)),
  });

const isThere = existsSync(new URL("expected.json", FOLDER));
const expected = isThere ? expectedSchema.parse(readJson("expected.json")) : {};

(isThere ? describe : describe.skip)("the samples beside the checkout", () => {
  test.each([...Object.entries(expected), ["none", []] as const])("%s", (file, wanted) => {
    if (file === "none") return;
    const result = post(readJson(file));
    if (wanted[0]?.["kind"] === "validation") {
      const body = JSON.stringify({ validationResponse: wanted[0]["code"] });
      expect(result).toMatchObject({ kind: "handshake", body });
      return;
    }
    if (result.kind !== "events") throw new Error(`expected events, got ${result.kind}`);
    expect(result.events.map(inTheirWords)).toEqual(wanted.map(theirWords));
  });
});
