import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { z } from "zod";
import { createReceive } from "../../../src/channels/serpro/receive.ts";
import { RAW_SETTINGS, settingsWith } from "./sample.ts";

const FOLDER = new URL("./fixtures/", import.meta.url);

const fixtureSchema = z.strictObject({
  source: z.string().min(1),
  body: z.unknown(),
  want: z.array(z.unknown()),
});

const receive = createReceive(settingsWith());

test.each(readdirSync(FOLDER))("%s is read as the fixture says", (file) => {
  const fixture = fixtureSchema.parse(JSON.parse(readFileSync(new URL(file, FOLDER), "utf8")));
  const rawBody = Buffer.from(JSON.stringify(fixture.body));
  const headers = { authorization: `Bearer ${RAW_SETTINGS.webhook_tokens[0]}` };

  const result = receive({ method: "POST", suffix: "", headers, query: {}, rawBody });

  expect(result).toStrictEqual({ kind: "events", events: fixture.want });
});
