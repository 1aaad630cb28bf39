import { readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import * as limits from "../../../src/channels/whatsapp/limits.ts";
import { NOTE_CODES } from "../../../src/channels/whatsapp/notes.ts";

const page = readFileSync(new URL("../../../docs/conversion.md", import.meta.url), "utf8");

function rowsOf(heading: string): string[][] {
  const [, section = ""] = page.split(`\n## ${heading}\n`);
  const [body = ""] = section.split("\n## ");
  return body
    .split("\n")
    .filter((line) => line.startsWith("| `"))
    .map((line) =>
      line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim().replaceAll("`", "")),
    );
}

test("the page lists exactly the note codes and what they mean", () => {
  expect(rowsOf("Notes")).toEqual(Object.entries(NOTE_CODES));
});

test("the page lists exactly the limits and their values", () => {
  const listed = rowsOf("Limits").map(([name = "", value]) => [name, Number(value)] as const);
  expect(Object.fromEntries(listed)).toEqual({ ...limits });
});
