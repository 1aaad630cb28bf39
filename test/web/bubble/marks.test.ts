import { expect, test } from "@jest/globals";
import { type Marked, readBlocks, readMarks } from "../../../src/web/shared/bubble/marks.ts";

const SIGNS = { bold: "b", italic: "i", strike: "s" } as const;

/** The pieces as a line of markup, which is easier to read than a tree. */
function draw(parts: readonly Marked[]): string {
  return parts
    .map((part) => {
      if ("text" in part) return part.kind === "code" ? `<c>${part.text}</c>` : part.text;
      const sign = SIGNS[part.kind];
      return `<${sign}>${draw(part.parts)}</${sign}>`;
    })
    .join("");
}

test.each([
  ["plain", "plain"],
  ["*bold*", "<b>bold</b>"],
  ["a *b* c", "a <b>b</b> c"],
  ["_i_ ~s~ `c`", "<i>i</i> <s>s</s> <c>c</c>"],
  ["*_both_*", "<b><i>both</i></b>"],
  ["*a _b* c_", "<b>a _b</b> c_"],
  ["a*b*c", "a*b*c"],
  ["*a*b", "*a*b"],
  ["snake_case_name", "snake_case_name"],
  ["2 * 3 * 4", "2 * 3 * 4"],
  ["* not bold *", "* not bold *"],
  ["*open", "*open"],
  ["**", "**"],
  ["***", "***"],
  ["(*a*)", "(<b>a</b>)"],
  ["*olá*!", "<b>olá</b>!"],
  ["é*a*", "é*a*"],
  ["*😀*", "<b>😀</b>"],
  ["`*not bold*`", "<c>*not bold*</c>"],
  ["`open", "`open"],
  ["``", "``"],
  ["https://a.test/b_c_d", "https://a.test/b_c_d"],
  ["<b>x</b>", "<b>x</b>"],
])("%s is read as %s", (line, want) => {
  expect(draw(readMarks(line))).toBe(want);
});

test("no character of a text is lost or added but the marks that were read", () => {
  for (const line of ["*a _b ~c `d", "_*~_*~a~*_~*_", "~~~~a~~~~", "*a* _b_ ~c~ `d` e*f"]) {
    const read = draw(readMarks(line)).replace(/<\/?[bisc]>/g, "");
    expect(line.replace(/[*_~`]/g, "")).toBe(read.replace(/[*_~`]/g, ""));
  }
});

test("blocks are lines, quotes, items and code", () => {
  const kinds = readBlocks("one\n> two\n- three\n4. four\n```\nfive\nsix\n```\nseven").map(
    (block) => (block.kind === "item" ? `item ${block.sign}` : block.kind),
  );
  expect(kinds).toStrictEqual(["line", "quote", "item •", "item 4.", "code", "line"]);
  expect(readBlocks("```open")).toStrictEqual([
    { kind: "line", parts: [{ kind: "text", text: "```open" }] },
  ]);
});

// A reader that looks back at every mark would not come to an end here.
test.each(["*a ", "*_~", "_*a*", "`", "``", "*a_b~", "~ ~", "> ", "```a"])(
  "many of %j are read without running in circles",
  (piece) => {
    const text = piece.repeat(Math.ceil(60_000 / piece.length));
    const blocks = readBlocks(text);
    expect(blocks.length).toBeGreaterThan(0);
  },
);
