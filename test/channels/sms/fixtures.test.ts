import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { z } from "zod";
import { createReceive, readGenuine } from "../../../src/channels/sms/receive.ts";
import { settingsWith, WEBHOOK_SECRET } from "./sms-settings.ts";

const FOLDER = new URL("./fixtures/", import.meta.url);

const fixtureSchema = z.strictObject({
  source: z.string().min(1),
  body: z.unknown(),
  want: z.array(z.unknown()).min(1),
});

const settings = settingsWith({ senders: ["+551140040000", "PREFEITURA"] });
const receive = createReceive(settings);

test.each(readdirSync(FOLDER))("%s is read as the fixture says", (file) => {
  const fixture = fixtureSchema.parse(JSON.parse(readFileSync(new URL(file, FOLDER), "utf8")));
  const rawBody = Buffer.from(JSON.stringify(fixture.body));
  const headers = { "x-webhook-secret": WEBHOOK_SECRET };
  const wanted = { kind: "events", events: fixture.want };
  expect(receive({ method: "POST", suffix: "", headers, query: {}, rawBody })).toStrictEqual(
    wanted,
  );
  expect(readGenuine(rawBody, settings)).toStrictEqual(wanted);
});
