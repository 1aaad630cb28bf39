import { describe, expect, test } from "@jest/globals";
import { judgeAddress } from "../../src/cli/doctor/address.ts";
import { clockRows } from "../../src/cli/doctor/clock.ts";
import { linesOfVariables } from "../../src/cli/doctor/configuration.ts";
import { judgeDatabaseClock } from "../../src/cli/doctor/database.ts";
import { judgeRoom } from "../../src/cli/doctor/folder.ts";
import { judgeNode } from "../../src/cli/doctor/program.ts";
import { reportText, wrap } from "../../src/cli/doctor/report.ts";
import type { Answerer } from "../../src/cli/doctor/running.ts";

const MB = 1024 * 1024;

describe("the doctor's judgement", () => {
  test.each([
    { label: "of an old Node", level: "fail", found: judgeNode("20.19.2") },
    { label: "of the right Node", level: "ok", found: judgeNode("24.0.0") },
    { label: "of a roomy disk", level: "ok", found: judgeRoom("./data", 5_000 * MB) },
    { label: "of a narrow disk", level: "warn", found: judgeRoom("./data", 100 * MB) },
    { label: "of a full disk", level: "fail", found: judgeRoom("./data", MB) },
    { label: "of clocks that agree", level: "ok", found: judgeDatabaseClock(-900) },
    { label: "of clocks that do not", level: "warn", found: judgeDatabaseClock(-61_000) },
  ])("$label is $level", ({ level, found }) => {
    expect(found.level).toBe(level);
    expect(found.fix === undefined).toBe(level === "ok");
  });

  test.each([
    { label: "says nothing where nobody told the time", skews: [], want: undefined },
    { label: "is good within half a minute", skews: [["a", 29_000]], want: "ok" },
    {
      label: "warns of a minute",
      skews: [
        ["a", 1_000],
        ["b", -60_000],
      ],
      want: "warn",
    },
    { label: "fails where signatures are refused", skews: [["a", 300_000]], want: "fail" },
  ] as const)("of our clock $label", ({ skews, want }) => {
    expect(clockRows(new Map(skews))[0]?.level).toBe(want);
  });

  const bridge = (uptime: number, channels: readonly string[]): Answerer => ({
    kind: "bridge",
    health: {
      status: "healthy",
      version: "1.0.0",
      uptime_s: uptime,
      channels: Object.fromEntries(channels.map((name) => [name, { type: name }])),
    },
  });
  const nobody: Answerer = { kind: "nobody", reason: "ECONNREFUSED" };
  const untrusted: Answerer = { kind: "nobody", reason: "DEPTH_ZERO_SELF_SIGNED_CERT" };

  test.each([
    {
      label: "this bridge",
      outside: bridge(9, ["a", "b"]),
      own: bridge(10, ["b", "a"]),
      says: /leads to this bridge/,
    },
    {
      label: "one of several like it",
      outside: bridge(9_000, ["a"]),
      own: bridge(10, ["a"]),
      says: /with the same channels/,
    },
    {
      label: "another one",
      outside: bridge(9, ["c"]),
      own: bridge(10, ["a"]),
      says: /another bridge \(version 1\.0\.0, channels c\)/,
    },
    {
      label: "a bridge while none runs here",
      outside: bridge(9, ["a"]),
      own: nobody,
      says: /does not run here/,
    },
    {
      label: "nobody",
      outside: nobody,
      own: bridge(1, []),
      says: /does not answer \(ECONNREFUSED\)/,
    },
  ])("of an address that leads to $label", ({ outside, own, says }) => {
    expect(judgeAddress("https://bot.example", outside, own).detail).toMatch(says);
  });

  test("of a certificate that nobody trusts names the certificate", () => {
    expect(judgeAddress("https://bot.example", untrusted, nobody).fix).toMatch(/certificate/);
  });
});

describe("the doctor's report", () => {
  test("names the line of a variable; the last one counts", () => {
    const lines = linesOfVariables("A_B=1\n# A_B=2\n  export C_D = x\nA_B=3\n");
    expect([...lines]).toEqual([
      ["A_B", 4],
      ["C_D", 3],
    ]);
  });

  test("cuts at spaces and keeps long words whole", () => {
    expect(wrap("one two https://a.long.address.example three", 9)).toEqual([
      "one two",
      "https://a.long.address.example",
      "three",
    ]);
  });

  test("lines up names and details, with what to do below what is wrong", () => {
    const text = reportText(
      [
        { area: "files", name: ".env", level: "ok", detail: "good" },
        { area: "files", name: "data folder", level: "fail", detail: "full", fix: "make room" },
        { area: "program", name: "x".repeat(40), level: "warn", detail: "long" },
      ],
      { paint: (_style, said) => said },
      60,
    );
    expect(text.split("\n")).toEqual([
      "files",
      "ok    .env         good",
      "fail  data folder  full",
      "                   -> make room",
      "",
      "program",
      `warn  ${"x".repeat(40)}`,
      "                   long",
    ]);
  });
});
