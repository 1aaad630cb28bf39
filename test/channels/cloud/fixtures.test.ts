import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { z } from "zod";
import { createReceive } from "../../../src/channels/cloud/receive.ts";
import { signWebhook } from "../../standins/graph-webhooks.ts";
import { RAW_SETTINGS, settingsWith } from "./cloud-settings.ts";

const FOLDER = new URL("./fixtures/", import.meta.url);

const fixtureSchema = z.strictObject({
  source: z.string().min(1),
  body: z.unknown(),
  want: z.array(z.unknown()).min(1),
});

const receive = createReceive(settingsWith());

test.each(readdirSync(FOLDER))("%s is read as the fixture says", (file) => {
  const fixture = fixtureSchema.parse(JSON.parse(readFileSync(new URL(file, FOLDER), "utf8")));
  const { rawBody, headers } = signWebhook(fixture.body, RAW_SETTINGS.app_secrets[0]);

  const result = receive({ method: "POST", suffix: "", headers, query: {}, rawBody });

  expect(result).toStrictEqual({ kind: "events", events: fixture.want });
});
