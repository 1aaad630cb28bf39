import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { SCRIPT_LIMITS } from "../../../src/simulator/script.ts";
import { type Bubble, textBubble } from "../../../src/web/shared/bubble/bubble.ts";
import { expectationOf, findChoice, missingOf } from "../../../src/web/simulator/script/answers.ts";
import { play, type Stage, type StepState } from "../../../src/web/simulator/script/play.ts";
import { readScriptText } from "../../../src/web/simulator/script/read.ts";
import { readFragment, shareFragment } from "../../../src/web/simulator/script/share.ts";

const MENU: Bubble = {
  ...textBubble("How can I help?"),
  header: "Town hall",
  buttons: [{ id: "/help", title: "Help", source: "button" }],
  links: [{ title: "Site", target: "https://example.org" }],
  list: {
    button: "See options",
    sections: [{ title: "", rows: [{ id: "/human", title: "A person", description: "Soon" }] }],
  },
};

describe("an answer", () => {
  test("is written down by its words, its buttons and its rows", () => {
    expect(expectationOf([textBubble("Hi!"), MENU])).toEqual({
      texts: ["Hi!", "Town hall", "How can I help?"],
      buttons: ["Help", "Site"],
      list: ["A person"],
    });
  });

  test("that shows nothing is not written down", () => {
    expect(expectationOf([textBubble(" ")])).toBeUndefined();
    expect(expectationOf([])).toBeUndefined();
  });

  test("of any length fits into a script", () => {
    const long = Array.from({ length: 40 }, () => ({ ...MENU, text: "x".repeat(30_000) }));
    const expected = expectationOf(long);
    expect(expected?.texts).toHaveLength(20);
    expect(Math.max(...(expected?.texts ?? []).map((text) => text.length))).toBe(20_000);
    expect(expected?.buttons).toHaveLength(20);
  });

  test.each([
    { label: "part of its words", expected: { texts: ["can I"] }, want: [] },
    { label: "other words", expected: { texts: ["cannot"] }, want: ["cannot"] },
    { label: "a button", expected: { buttons: ["Help"] }, want: [] },
    { label: "part of a button", expected: { buttons: ["Hel"] }, want: ["Hel"] },
    { label: "a row among the buttons", expected: { buttons: ["A person"] }, want: ["A person"] },
    { label: "a row", expected: { list: ["A person"] }, want: [] },
  ])("is compared: $label", ({ expected, want }) => {
    expect(missingOf({ timeout_ms: 1, ...expected }, [MENU])).toEqual(want);
  });

  test.each([
    { title: "Help", want: { id: "/help", source: "button" } },
    { title: "A person", want: { id: "/human", source: "list" } },
    { title: "Nobody", want: undefined },
  ])("offers '$title': $want", ({ title, want }) => {
    const found = findChoice([MENU, textBubble("later")], title);
    expect(found && { id: found.id, source: found.source }).toEqual(want);
  });
});

const script = (...steps: object[]) => {
  const text = JSON.stringify({ version: 1, title: "t", channel: "simulator", steps });
  const { script: read } = readScriptText(text);
  if (read === undefined) throw new Error(text);
  return read;
};

const say = (text: string) => ({ say: { content: { type: "text", text } } });
const expecting = (text: string) => ({ expect: { texts: [text], timeout_ms: 50 } });

/** A stage whose bot repeats what it is told once somebody has waited; time is what was waited for. */
function stageWith(changes: Partial<Stage> = {}): Stage & { readonly done: readonly string[] } {
  const done: string[] = [];
  let time = 0;
  let said: string | undefined;
  let answer: Bubble[] = [];
  return {
    done,
    say: (content) => {
      said = content.type === "text" ? content.text : undefined;
      answer = [];
      done.push(`say ${said}`);
      return Promise.resolve();
    },
    tick: ({ status }) => Promise.resolve(void done.push(`tick ${status}`)),
    moveClock: (hours) => Promise.resolve(void done.push(`clock ${hours}`)),
    answers: () => answer,
    rest: (ms) => {
      time += Math.min(ms, 20);
      if (said !== undefined) answer = [textBubble(`You said ${said}`)];
      return Promise.resolve();
    },
    now: () => time,
    explain: (thrown) => (thrown instanceof RangeError ? thrown.message : undefined),
    ...changes,
  };
}

const words = (states: readonly StepState[]) => states.map(({ state }) => state);

describe("playing a script", () => {
  const running = () => new AbortController().signal;

  test("does every step in its order and waits for answers", async () => {
    const stage = stageWith();
    const told: string[] = [];
    const steps = script(
      say("a"),
      expecting("You said a"),
      { wait_ms: 30 },
      { tick: { status: "read" } },
      { clock_hours: 25 },
    );
    const states = await play(steps, stage, (now) => told.push(words(now).join(" ")), running());
    expect(words(states)).toEqual(["passed", "passed", "passed", "passed", "passed"]);
    expect(stage.done).toEqual(["say a", "tick read", "clock 25"]);
    expect(told[0]).toBe("running waiting waiting waiting waiting");
    expect(stage.now()).toBeGreaterThanOrEqual(50);
  });

  test("goes on after an answer that was not expected, and tells what came instead", async () => {
    const states = await play(
      script(say("a"), expecting("Good day"), say("b"), expecting("said b")),
      stageWith(),
      () => undefined,
      running(),
    );
    expect(words(states)).toEqual(["passed", "failed", "passed", "passed"]);
    expect(states[1]).toEqual({ state: "failed", missing: ["Good day"], said: ["You said a"] });
  });

  test("ends where something cannot be done, and says why", async () => {
    const say401 = () => Promise.reject(new RangeError("HTTP 401"));
    const states = await play(
      script(say("a"), expecting("x")),
      stageWith({ say: say401 }),
      () => undefined,
      running(),
    );
    expect(states).toEqual([{ state: "broken", detail: "HTTP 401" }, { state: "skipped" }]);
  });

  test("does not hide a mistake of ours", async () => {
    const fail = () => Promise.reject(new TypeError("ours"));
    const playing = play(script(say("a")), stageWith({ say: fail }), () => undefined, running());
    await expect(playing).rejects.toThrow("ours");
  });

  test("is stopped in the middle of waiting", async () => {
    const abort = new AbortController();
    const rest = () => Promise.resolve(abort.abort());
    const states = await play(
      script(say("a"), expecting("never"), say("b")),
      stageWith({ rest }),
      () => undefined,
      abort.signal,
    );
    expect(words(states)).toEqual(["passed", "skipped", "skipped"]);
  });
});

describe("a script by link", () => {
  const TEXT = JSON.stringify({ title: "Olá 👋🏽 ‮", steps: [1, 2] }, null, 2);

  test("comes out as it went in, without its spaces", () => {
    const fragment = shareFragment(TEXT) ?? "";
    expect(fragment).toMatch(/^#script=[\w-]+$/);
    expect(readFragment(fragment)).toEqual({
      kind: "text",
      text: JSON.stringify(JSON.parse(TEXT)),
    });
  });

  test("in YAML comes out as it is", () => {
    expect(readFragment(shareFragment("a: 1\n") ?? "")).toEqual({ kind: "text", text: "a: 1\n" });
  });

  test("is not made of what is too long for one, and not read either", () => {
    expect(shareFragment("x".repeat(SCRIPT_LIMITS.bytes + 10))).toBeUndefined();
    expect(readFragment(`#script=${"A".repeat(100_000)}`)).toEqual({ kind: "too_long" });
  });

  test.each([
    { fragment: "", want: "nothing" },
    { fragment: "#other=1", want: "nothing" },
    { fragment: "#script=%00", want: "unreadable" },
    { fragment: "#script=A", want: "unreadable" },
    { fragment: "#script=_____w", want: "unreadable" },
    { fragment: "#script=<script>", want: "unreadable" },
  ])("'$fragment' is $want", ({ fragment, want }) => {
    expect(readFragment(fragment).kind).toBe(want);
  });

  test("may hold anything at all: it is read or refused, never run", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 400 }), (text) => {
        readFragment(`#script=${text}`);
        const shared = readFragment(shareFragment(text) ?? "");
        const reading = readScriptText(text);
        expect(shared.kind).toBe("text");
        expect("script" in reading || reading.problems.length > 0).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  test.each([
    { label: "no YAML", text: "{", want: /neither YAML nor JSON/ },
    {
      label: "another version",
      text: "version: 2\ntitle: x\nchannel: x\nsteps: [1]",
      want: /version/,
    },
    {
      label: "an unknown step",
      text: "version: 1\ntitle: x\nchannel: x\nsteps: [{fetch: https://evil.example}]",
      want: /step 1/,
    },
    { label: "aliases", text: "a: &a [x]\nb: *a", want: /neither YAML nor JSON|unknown/ },
  ])("with $label says what is wrong", ({ text, want }) => {
    const reading = readScriptText(text);
    expect("problems" in reading && reading.problems.join("\n")).toMatch(want);
  });
});
