import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { z } from "zod";
import { eventsOf } from "./calls.ts";

const FOLDER = new URL("./fixtures/", import.meta.url);

const fixtureSchema = z.strictObject({
  source: z.string().min(1),
  body: z.unknown(),
  want: z.array(z.unknown()).min(1),
});

test.each(readdirSync(FOLDER))("%s is read as the fixture says", (file) => {
  const fixture = fixtureSchema.parse(JSON.parse(readFileSync(new URL(file, FOLDER), "utf8")));
  expect(eventsOf(fixture.body)).toStrictEqual(fixture.want);
});
