import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { z } from "zod";
import { createReceive } from "../../../src/channels/acs/receive.ts";
import { SECRET, settingsWith } from "./sample.ts";

const FOLDER = new URL("./fixtures/", import.meta.url);

const fixtureSchema = z.strictObject({
  source: z.string().min(1),
  body: z.unknown(),
  want: z.array(z.unknown()).min(1),
});

const settings = settingsWith({ phone_number: "whatsapp:+556130001234" });
const receive = createReceive(settings, { ...settings, takesUnnamed: true });

test.each(readdirSync(FOLDER))("%s is read as the fixture says", (file) => {
  const fixture = fixtureSchema.parse(JSON.parse(readFileSync(new URL(file, FOLDER), "utf8")));
  const rawBody = Buffer.from(JSON.stringify(fixture.body));
  const query = { code: SECRET };

  const result = receive({ method: "POST", suffix: "", headers: {}, query, rawBody });

  expect(result).toStrictEqual({ kind: "events", events: fixture.want });
});
