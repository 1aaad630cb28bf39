import { createServer } from "node:http";
import { describe, expect, test } from "@jest/globals";
import type { Generation } from "../src/generation.ts";
import { createSuccession } from "../src/succession.ts";
import { recordingLog } from "./standins/recording-log.ts";

type Fake = Pick<Generation, "prepare" | "start" | "rest" | "hangUp" | "simulation" | "inner">;

function setUp() {
  const did: string[] = [];
  const make = (name: string, fails?: "prepare" | "start"): Fake => {
    const step = (what: "prepare" | "start") => () => {
      did.push(`${name} ${what}`);
      return fails === what ? Promise.reject(new Error("the store is away")) : Promise.resolve();
    };
    return {
      prepare: step("prepare"),
      start: step("start"),
      rest: (ms) => {
        did.push(`${name} rests in ${ms}`);
        return Promise.resolve();
      },
      hangUp: () => void did.push(`${name} hangs up`),
      simulation: {
        simulator: undefined,
        channels: new Map(),
        client: { http: never, stream: never, close: () => undefined },
        stop: () => {
          did.push(`${name} simulates no more`);
          return Promise.resolve();
        },
      },
      inner: createServer(),
    };
  };
  const connected: unknown[] = [];
  const first = make("first");
  const switchboard = { connect: (inner: unknown) => void connected.push(inner) };
  const succession = createSuccession(first, { switchboard, log: recordingLog() });
  return { did, make, connected, first, succession };
}

const never = () => Promise.reject(new Error("nobody is called"));

describe("a new generation", () => {
  test("works before it is given calls, and the one before ends after that", async () => {
    const { did, make, connected, first, succession } = setUp();
    const next = make("next");
    await succession.replace(next);
    expect(did).toEqual(["next prepare", "next start", "first hangs up", "first rests in 60000"]);
    expect(connected).toEqual([first.inner, next.inner]);
    expect(succession.current()).toBe(next);
  });

  test.each(["prepare", "start"] as const)(
    "that fails to %s leaves the one before at work",
    async (step) => {
      const { did, make, connected, first, succession } = setUp();
      await expect(succession.replace(make("next", step))).rejects.toThrow("away");
      expect(succession.current()).toBe(first);
      expect(connected).toEqual([first.inner]);
      expect(did).toContain("next rests in 0");
      expect(did).toContain("next simulates no more");
      // It may have replaced who wants to be told of what.
      expect(did.at(-1)).toBe("first prepare");
      expect(did).not.toContain("first hangs up");
    },
  );
});

test("the end of the program ends all of them, and what they simulate", async () => {
  const { did, make, succession } = setUp();
  await succession.replace(make("next"));
  did.length = 0;
  await succession.rest(5_000);
  await succession.end();
  expect(did).toContain("next rests in 5000");
  expect(did).toContain("first simulates no more");
  expect(did).toContain("next simulates no more");
});
