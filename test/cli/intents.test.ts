import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { summarise } from "../../src/answers/templates/confusion.ts";
import { isPassed, type Tolerance } from "../../src/cli/intents/judge.ts";
import { readCases, runIntents } from "../../src/cli/intents/run.ts";
import { runPonte } from "./run.ts";

let folder = "";

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "ponte-intents-"));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const SETTINGS = {
  path: "config/templates",
  accept: 0.38,
  suggest: 0.33,
  margin: 0.05,
  language: "en",
} as const;

type Verdict = Parameters<typeof summarise>[0][number]["verdict"];

const report = (...verdicts: readonly Verdict[]) =>
  summarise(
    verdicts.map((verdict) => ({
      text: "t",
      want: ["left", "false_alarm", "vain_offer"].includes(verdict) ? undefined : "greet",
      verdict,
      got: [],
      confidence: 0,
    })),
  );

describe("whether a test passes", () => {
  test.each<{ label: string; verdicts: readonly Verdict[]; tolerance?: Tolerance; want: boolean }>([
    { label: "all understood", verdicts: ["right", "offered", "left", "vain_offer"], want: true },
    { label: "one taken for another", verdicts: ["right", "wrong"], want: false },
    { label: "one missed", verdicts: ["right", "missed"], want: false },
    { label: "one false alarm", verdicts: ["right", "false_alarm"], want: false },
    {
      label: "enough understood",
      verdicts: ["right", "wrong"],
      tolerance: { minAccuracy: 0.5 },
      want: true,
    },
    {
      label: "not enough understood",
      verdicts: ["right", "wrong"],
      tolerance: { minAccuracy: 0.6 },
      want: false,
    },
    {
      label: "few enough false alarms",
      verdicts: ["left", "false_alarm"],
      tolerance: { maxFalseAlarms: 0.5 },
      want: true,
    },
    {
      label: "a tolerance for one thing is none for the other",
      verdicts: ["right", "false_alarm"],
      tolerance: { minAccuracy: 0.5 },
      want: false,
    },
  ])("$label: $want", ({ verdicts, tolerance = {}, want }) => {
    expect(isPassed(report(...verdicts), tolerance)).toBe(want);
  });
});

describe("phrases", () => {
  test("are tried on the template files as the bridge would", () => {
    const cases = readCases(
      "t.yml",
      "greet: [good morning]\nmenu: [bye]\nout_of_scope: [the price of a rocket]\n",
    );
    const { results } = runIntents(cases, SETTINGS);
    expect(results.map(({ verdict }) => verdict)).toEqual(["right", "wrong", "left"]);
  });

  test("of an intent that is not there are a mistake of the file", () => {
    const cases = readCases("t.yml", "greeet: [hi]\n");
    expect(() => runIntents(cases, SETTINGS)).toThrow("describe no intent greeet");
  });

  test("a file without any proves nothing", () => {
    expect(() => readCases("t.yml", "")).toThrow("holds no phrases");
  });
});

test("ponte intents test shows the table and ends with 3", async () => {
  const file = path.join(folder, "phrases.yml");
  writeFileSync(file, "greet: [oi]\nmenu: [tchau]\n");
  const { code, stdout, stderr } = await runPonte(["intents", "test", file], { cwd: folder });
  expect({ code, stderr }).toEqual({ code: 3, stderr: "" });
  expect(stdout).toMatch(/^intent +phrases +precision/);
  expect(stdout).toMatch(/wrong +menu +goodbye \(1\.00\) +tchau/);
});
