import { globSync, readFileSync } from "node:fs";
import { afterAll, describe, expect, test } from "@jest/globals";
import { parseSync } from "@swc/core";
import { z } from "zod";
import { compilePattern } from "../../src/safe-pattern.ts";
import { EVIL_PATTERNS, EVIL_TEXTS, LONGEST_TEXT } from "./attacks-regex.ts";
import { tellFigures } from "./figures.ts";

function onceMs(pattern: RegExp, text: string): number {
  const from = process.threadCpuUsage();
  pattern.lastIndex = 0;
  pattern.test(text);
  const { user, system } = process.threadCpuUsage(from);
  return (user + system) / 1_000;
}

/**
 * Milliseconds of this thread's own time that one look at one text may take: what other people wait for meanwhile. Six times
 * what the square of a text's length takes on this machine, which is some 20 to 60: the next worse, its cube, takes minutes.
 */
const LIMIT_MS = Math.max(
  50,
  6 * Math.min(...[1, 2, 3].map(() => onceMs(/ +$/, `${" ".repeat(LONGEST_TEXT)}x`))),
);

/** This thread's own time, which does not pass while others have the processor; of a slow look the least of three. */
function lookMs(pattern: RegExp, text: string): number {
  const first = onceMs(pattern, text);
  if (first < LIMIT_MS) return first;
  return Math.min(first, onceMs(pattern, text), onceMs(pattern, text));
}

function compiled(source: string): RegExp | undefined {
  try {
    return compilePattern(source, "u");
  } catch {
    return undefined;
  }
}

const count = { refused: 0, own: 0, worst: 0 };
afterAll(() => {
  tellFigures({
    control: "S12",
    tried: `${EVIL_PATTERNS.length} patterns of operators, ${count.own} of our own source, each on ${EVIL_TEXTS.length} texts of ${LONGEST_TEXT} characters`,
    came: `${count.refused} refused at the start, the others at most ${Math.ceil(count.worst)} ms a text (limit ${Math.ceil(LIMIT_MS)})`,
  });
});

function worstOf(pattern: RegExp): { readonly ms: number; readonly text: string } {
  let worst = { ms: 0, text: "" };
  for (const text of EVIL_TEXTS) {
    const ms = lookMs(pattern, text);
    if (ms > worst.ms) worst = { ms, text: text.slice(0, 8) };
    if (ms > LIMIT_MS) break;
  }
  count.worst = Math.max(count.worst, worst.ms);
  return worst;
}

test("there are forty patterns, and the clock sees what one of them does", () => {
  expect(EVIL_PATTERNS.length).toBeGreaterThanOrEqual(40);
  expect(onceMs(/^(\w+\s?)*$/, `${"a".repeat(26)}!`)).toBeGreaterThan(LIMIT_MS);
});

describe("a pattern that an operator wrote", () => {
  test.each(EVIL_PATTERNS.map((source) => ({ source })))(
    "$source is refused or quick",
    ({ source }) => {
      const pattern = compiled(source);
      if (pattern === undefined) count.refused += 1;
      else expect(worstOf(pattern).ms).toBeLessThan(LIMIT_MS);
    },
  );
});

const literal = z.object({
  type: z.literal("RegExpLiteral"),
  pattern: z.string(),
  flags: z.string(),
});

/** The worst of a pattern of our own, which may stand in many files. */
const known = new Map<string, ReturnType<typeof worstOf>>();

function worstOfOwn(pattern: RegExp): ReturnType<typeof worstOf> {
  const worst = known.get(String(pattern)) ?? worstOf(pattern);
  known.set(String(pattern), worst);
  return worst;
}

/** Every regular expression that stands in a file. */
function literalsIn(file: string): readonly RegExp[] {
  const isPage = file.endsWith(".tsx");
  const tree: unknown = parseSync(readFileSync(file, "utf8"), {
    syntax: "typescript",
    tsx: isPage,
  });
  const found: RegExp[] = [];
  const visit = (node: unknown): void => {
    if (typeof node !== "object" || node === null) return;
    const one = literal.safeParse(node).data;
    if (one !== undefined) found.push(new RegExp(one.pattern, one.flags));
    for (const part of Object.values(node)) visit(part);
  };
  visit(tree);
  return found;
}

const FILES = globSync("src/**/*.{ts,tsx}").filter((file) => !file.endsWith(".d.ts"));

describe("a pattern of our own", () => {
  test("is quick on any text that a person can send", () => {
    const slow: string[] = [];
    for (const file of FILES)
      for (const pattern of literalsIn(file)) {
        count.own += 1;
        const { ms, text } = worstOfOwn(pattern);
        if (ms > LIMIT_MS)
          slow.push(
            `${file} ${pattern.source} takes ${Math.round(ms)} ms on ${JSON.stringify(text)}`,
          );
      }
    expect(slow).toEqual([]);
    expect(count.own).toBeGreaterThan(100);
  }, 300_000);
});
