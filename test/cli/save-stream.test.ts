import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { saveStream } from "../../src/cli/save-stream.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "ponte-save-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const encoder = new TextEncoder();

/** An answer of these pieces, which then ends or breaks off. */
function answerOf(pieces: readonly string[], breaksOff = false): Pick<Response, "body"> {
  async function* chunks() {
    for (const piece of pieces) yield encoder.encode(piece);
    if (breaksOff) throw new Error("the connection broke off");
  }
  return { body: ReadableStream.from(chunks()) };
}

const contextOf = (stopping = new AbortController(), onStep = () => undefined) => ({
  terminal: process,
  signal: stopping.signal,
  progress: () => ({ update: onStep, stop: () => undefined }),
});

describe("an answer that is saved", () => {
  test("is in its file, for its owner alone, with its lines counted", async () => {
    const file = path.join(folder, "people.csv");
    const saved = await saveStream(answerOf(["a\nb", "\nc\n"]), { file, mode: 0o600 }, contextOf());
    expect(saved).toEqual({ bytes: 6, lines: 3 });
    expect(readFileSync(file, "utf8")).toBe("a\nb\nc\n");
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  test.each([
    { label: "breaks off", breaksOff: true, stops: false },
    { label: "is stopped by Ctrl-C", breaksOff: false, stops: true },
  ])("leaves the file as it was where it $label", async ({ breaksOff, stops }) => {
    const file = path.join(folder, "people.csv");
    writeFileSync(file, "before");
    const stopping = new AbortController();
    const context = contextOf(stopping, () => {
      if (stops) stopping.abort();
    });
    await expect(
      saveStream(answerOf(["a\n", "b\n"], breaksOff), { file }, context),
    ).rejects.toThrow();
    expect(readFileSync(file, "utf8")).toBe("before");
    expect(readdirSync(folder)).toEqual(["people.csv"]);
  });

  test("says which file cannot be written, and what to look at", async () => {
    const file = path.join(folder, "none", "people.csv");
    await expect(saveStream(answerOf(["a"]), { file }, contextOf())).rejects.toThrow(
      /people.csv cannot be written \(.*ENOENT/,
    );
  });
});
