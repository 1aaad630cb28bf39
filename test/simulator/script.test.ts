import { describe, expect, test } from "@jest/globals";
import {
  parseScript,
  readScript,
  SCRIPT_LIMITS,
  ScriptError,
  writeScript,
} from "../../src/simulator/script.ts";

const FULL = `
version: 1
title: "Ana pede o menu <b>"
channel: simulator
steps:
  - say: { content: { type: text, text: "oi 😀 ‮" } }
  - expect: { texts: [Como posso ajudar], buttons: [Ver a lista], timeout_ms: 500 }
  - say: { content: { type: choice, title: Ver a lista } }
  - expect: { list: [Quem é você?] }
  - say: { content: { type: media, media: image, mime_type: image/png, data: aGVs, caption: foto } }
  - say: { content: { type: location, latitude: -15.8, longitude: -47.9 } }
  - say: { content: { type: contact, name: Caio, phone: "+55 61 9333-4444" } }
  - say: { content: { type: reaction, emoji: "👍" } }
  - tick: { status: failed, error_code: "131026" }
  - wait_ms: 250
  - clock_hours: 25
`;

const frame = (steps: readonly unknown[], more: object = {}): string =>
  JSON.stringify({ version: 1, title: "t", channel: "simulator", steps, ...more });

function problemsOf(text: string): readonly string[] {
  try {
    parseScript(text);
  } catch (thrown) {
    if (thrown instanceof ScriptError) return thrown.problems;
    throw thrown;
  }
  return [];
}

test("a script with every step is read from YAML, and the same again from what is written", () => {
  const script = parseScript(FULL);
  expect(script.steps).toHaveLength(11);
  expect(script.steps[1]).toMatchObject({ expect: { timeout_ms: 500 } });
  expect(script.steps[3]).toMatchObject({ expect: { timeout_ms: 10_000 } });
  expect(parseScript(writeScript(script))).toEqual(script);
  expect(readScript(JSON.parse(writeScript(script)))).toEqual(script);
});

const say = (content: object) => ({ say: { content } });

describe("a script that cannot be played", () => {
  test.each<{ label: string; text: string; problem: RegExp }>([
    { label: "no YAML", text: "a: [", problem: /^neither YAML nor JSON: / },
    { label: "a name twice", text: "version: 1\nversion: 1", problem: /^neither YAML nor JSON: / },
    {
      label: "aliases, which could grow without end",
      text: "version: 1\ntitle: &a t\nchannel: *a\nsteps: [1]",
      problem: /^neither YAML nor JSON: /,
    },
    { label: "nothing", text: "", problem: /expected object/ },
    {
      label: "another version",
      text: frame([{ wait_ms: 1 }], { version: 2 }),
      problem: /^version: must be 1/,
    },
    {
      label: "an unknown setting",
      text: frame([{ wait_ms: 1 }], { person: "x" }),
      problem: /^unknown person$/,
    },
    { label: "no steps", text: frame([]), problem: /^steps: / },
    {
      label: "too many steps",
      text: frame(Array.from({ length: SCRIPT_LIMITS.steps + 1 }, () => ({ wait_ms: 1 }))),
      problem: /^steps: /,
    },
    {
      label: "an unknown step",
      text: frame([{ wait_ms: 1 }, { shout: "x" }]),
      problem: /^step 2: must have exactly one of say, expect, wait_ms, tick, clock_hours$/,
    },
    {
      label: "two things in a step",
      text: frame([{ wait_ms: 1, clock_hours: 1 }]),
      problem: /^step 1: must have exactly one/,
    },
    {
      label: "a step that is none",
      text: frame(["oi"]),
      problem: /^step 1: must have exactly one/,
    },
    {
      label: "an empty text",
      text: frame([say({ type: "text", text: "" })]),
      problem: /^step 1: say\.content\.text: /,
    },
    {
      label: "an id of a file",
      text: frame([
        say({ type: "media", media: "image", mime_type: "image/png", data: "aGVs", file_id: "x" }),
      ]),
      problem: /^step 1: say\.content: unknown file_id$/,
    },
    {
      label: "bytes that are no Base64",
      text: frame([say({ type: "media", media: "image", mime_type: "image/png", data: "*" })]),
      problem: /^step 1: say\.content\.data: /,
    },
    {
      label: "an empty expectation",
      text: frame([{ expect: {} }]),
      problem: /^step 1: expect: names neither/,
    },
    {
      label: "a code without a failure",
      text: frame([{ tick: { status: "read", error_code: "1" } }]),
      problem: /^step 1: tick: only failed/,
    },
    {
      label: "a clock of years",
      text: frame([{ clock_hours: 721 }]),
      problem: /^step 1: clock_hours: /,
    },
    {
      label: "a wait without end",
      text: frame([{ wait_ms: 60_001 }]),
      problem: /^step 1: wait_ms: /,
    },
    {
      label: "a channel with a path",
      text: frame([{ wait_ms: 1 }], { channel: "../x" }),
      problem: /^channel: must be the name/,
    },
  ])("with $label says so", ({ text, problem }) => {
    expect(problemsOf(text)).toContainEqual(expect.stringMatching(problem));
  });

  test("tells every step that is wrong, but not without end", () => {
    const wrong = Array.from({ length: 50 }, () => ({ clock_hours: -1 }));
    const problems = problemsOf(frame([{ wait_ms: 1 }, ...wrong]));
    expect(problems).toHaveLength(20);
    expect(problems[0]).toMatch(/^step 2: /);
    expect(problems[19]).toMatch(/^step 21: /);
  });

  test("of more than 64 kB is not even read", () => {
    const text = `# ${"ç".repeat(SCRIPT_LIMITS.bytes / 2)}\n${FULL}`;
    expect(problemsOf(text)).toEqual(["a script has at most 64 kB"]);
  });
});
