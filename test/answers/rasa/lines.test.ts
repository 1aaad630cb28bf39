import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { MAX_LINE_LENGTH, readLines } from "../../../src/answers/rasa/lines.ts";

async function* cut(text: string, size: number): AsyncGenerator<Uint8Array> {
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function linesOf(chunks: AsyncIterable<Uint8Array>): Promise<readonly string[]> {
  const lines: string[] = [];
  for await (const line of readLines(chunks)) lines.push(line);
  return lines;
}

describe("readLines", () => {
  test.each([
    { label: "each line end ends a line", text: "a\nb\n", want: ["a", "b"] },
    { label: "the last line needs no end", text: "a\nb", want: ["a", "b"] },
    { label: "blank lines are left out", text: "\n\na\n \r\n", want: ["a"] },
    { label: "nothing has no lines", text: "", want: [] },
  ])("$label", async ({ text, want }) => {
    expect(await linesOf(cut(text, 1024))).toEqual(want);
  });

  test("however the bytes arrive, the lines are the same", async () => {
    const line = fc
      .string({ unit: "grapheme", minLength: 1 })
      .filter((text) => /^[^\n]*\S[^\n]*$/.test(text));
    await fc.assert(
      fc.asyncProperty(fc.array(line), fc.integer({ min: 1, max: 9 }), async (lines, size) => {
        expect(await linesOf(cut(lines.join("\n"), size))).toEqual(lines);
      }),
    );
  });

  test("a line at the limit passes; one past it is given up before it ends", async () => {
    expect(await linesOf(cut("x".repeat(MAX_LINE_LENGTH), 65_536))).toHaveLength(1);
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (;;) yield new Uint8Array(65_536).fill(120);
    }
    await expect(linesOf(endless())).rejects.toMatchObject({ code: "answer_unreadable" });
  });
});
