import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { z } from "zod";
import { type Desk, startDesk } from "../simulator/bench.ts";
import { eventually } from "./world.ts";

/** The log of many people who speak at once: each line carries the id of its own call or message. */

const LIMIT_MS = 90_000;

const PEOPLE = Array.from({ length: 12 }, (_, place) => `+55619876540${10 + place}`);

const folder = mkdtempSync(path.join(tmpdir(), "ponte-log-lines-"));
let desk: Desk;

beforeAll(async () => {
  desk = await startDesk(folder, { LOG_LEVEL: "debug" });
}, LIMIT_MS);

afterAll(async () => {
  await desk?.bridge.stop("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

const lineSchema = z.looseObject({
  message: z.string(),
  correlation: z.string().optional(),
  messages: z.array(z.string()).optional(),
});

type Line = z.output<typeof lineSchema>;

function linesOf(message: string): readonly Line[] {
  return desk.bridge
    .output()
    .split("\n")
    .slice(0, -1)
    .filter((line) => line.startsWith("{"))
    .map((line) => lineSchema.parse(JSON.parse(line)))
    .filter((line) => line.message === message);
}

const correlationsOf = (message: string): readonly string[] =>
  linesOf(message).map(({ correlation }) => correlation ?? "none");

test(
  "the line of each call names its messages, and the lines of each turn go by the message it answers",
  async () => {
    const people = PEOPLE.map((number) => desk.person("simulator", number));
    await Promise.all(people.map(({ behave }) => behave({ ticks: "manual" })));
    await Promise.all(people.map(({ say }) => say("tchau")));
    await Promise.all(people.map(({ hear }) => hear(1)));
    const said = await Promise.all(people.map(async ({ talk }) => (await talk())[0]?.id ?? ""));

    const stored = linesOf("messages were stored").filter(
      ({ messages = [] }) => messages.length > 0,
    );
    expect(stored.flatMap(({ messages = [] }) => messages).toSorted()).toEqual(said.toSorted());
    expect(new Set(stored.map(({ correlation }) => correlation)).size).toBe(PEOPLE.length);
    for (const step of ["a backend was asked", "a turn ended", "a message was sent or tried"]) {
      await eventually(() => linesOf(step).length >= PEOPLE.length);
      expect([step, correlationsOf(step).toSorted()]).toEqual([step, said.toSorted()]);
    }
  },
  LIMIT_MS,
);

test(
  "a failure that the provider reports later goes by the message that failed, its status by the call",
  async () => {
    const people = PEOPLE.map((number) => desk.person("simulator", number));
    const count = correlationsOf("a status was reported").length;
    await Promise.all(
      people.map(({ behave }) => behave({ fail_code: "131026", delay_ms: 0, ticks: "auto" })),
    );
    await Promise.all(people.map(({ say }) => say("tchau")));
    const failed = await Promise.all(people.map(async ({ hear }) => (await hear(2))[1]?.id ?? ""));
    await eventually(() => linesOf("the provider refused a message").length >= PEOPLE.length);
    expect(correlationsOf("the provider refused a message").toSorted()).toEqual(failed.toSorted());
    const reportsNow = () => correlationsOf("a status was reported").slice(count);
    await eventually(() => reportsNow().length >= PEOPLE.length);
    const reports = reportsNow();
    expect(reports).toHaveLength(PEOPLE.length);
    expect(new Set(reports).size).toBe(PEOPLE.length);
    expect(reports).not.toContain("none");
  },
  LIMIT_MS,
);
