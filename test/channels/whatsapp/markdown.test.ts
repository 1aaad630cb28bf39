import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { convertMarks, LONGEST_MARKDOWN } from "../../../src/channels/whatsapp/markdown/marks.ts";
import { codesOf, outline, render } from "./rendering.ts";

const convert = (text: string) => convertMarks(text, "on").text;

describe("Markdown becomes WhatsApp marks", () => {
  test.each([
    { label: "two stars are bold", text: "a **b c** d", want: "a *b c* d" },
    { label: "two underscores are bold", text: "__b__", want: "*b*" },
    { label: "one star is italic", text: "a *b* c", want: "a _b_ c" },
    { label: "one underscore is italic", text: "a _b_ c", want: "a _b_ c" },
    { label: "bold and italic stay apart", text: "**a** *b*", want: "*a* _b_" },
    { label: "italic within bold", text: "**a *b* c**", want: "*a _b_ c*" },
    { label: "bold and italic at once", text: "***a***", want: "_*a*_" },
    { label: "two tildes strike", text: "~~a~~", want: "~a~" },
    { label: "inline code", text: "say `**hi**`", want: "say `**hi**`" },
    { label: "inline code with a backtick", text: "`` a`b ``", want: "```a`b```" },
    { label: "bold over lines is marked line by line", text: "**a\nb**", want: "*a*\n*b*" },
    { label: "a heading is bold", text: "# Title\n\ntext", want: "*Title*\n\ntext" },
    { label: "bold in a heading is not marked twice", text: "## A **b** c", want: "*A b c*" },
    {
      label: "a block of code loses its language",
      text: "```js\nlet a = **b**;\n```",
      want: "```\nlet a = **b**;\n```",
    },
    {
      label: "an empty block keeps its language",
      text: "**a**\n\n```js\n```",
      want: "*a*\n\n```js\n```",
    },
    { label: "bullets", text: "* a\n* b", want: "- a\n- b" },
    { label: "bullets within bullets", text: "- a\n  - b\n- c", want: "- a\n  - b\n- c" },
    { label: "numbers keep their start", text: "3. a\n4. b", want: "3. a\n4. b" },
    { label: "tasks", text: "- [x] a\n- [ ] b", want: "- ☑ a\n- ☐ b" },
    { label: "quotes have one level", text: "> a\n> > b", want: "> a\n> b" },
    { label: "a link", text: "[the site](https://ex.org)", want: "the site (https://ex.org)" },
    { label: "a link to itself", text: "[ex.org](https://ex.org/)", want: "https://ex.org/" },
    { label: "a link without a label", text: "[](https://ex.org)", want: "https://ex.org" },
    { label: "a mail link", text: "[a@b.org](mailto:a@b.org)", want: "a@b.org" },
    {
      label: "a bare address with marks in it",
      text: "https://ex.org/a_b_c*d*",
      want: "https://ex.org/a_b_c*d*",
    },
    {
      label: "an image",
      text: "![logo](https://ex.org/l.png)",
      want: "logo (https://ex.org/l.png)",
    },
    { label: "an address without a scheme", text: "www.ex.org/a", want: "www.ex.org/a" },
    { label: "a rule", text: "a\n\n---\n\nb", want: "a\n\n───\n\nb" },
    { label: "tags go, line breaks stay", text: "a <b>b</b><br>c", want: "a b\nc" },
    { label: "what is no tag of HTML stays", text: "type <name> here", want: "type <name> here" },
    {
      label: "an HTML link keeps its address",
      text: 'see <a href="https://ex.org">here</a> now',
      want: "see here (https://ex.org) now",
    },
    {
      label: "a block of HTML keeps its text and addresses",
      text: '<div>see <a href="https://ex.org">here</a></div>',
      want: "see here (https://ex.org)",
    },
    {
      label: "character references are decoded",
      text: "a &amp; b&nbsp;&ccedil;&atilde;o &#233; &#x1F600; &hellip; &nada;",
      want: "a & b\u00a0ção é 😀 … &nada;",
    },
    {
      label: "references to no character are marked",
      text: "&#0; &#xD800;",
      want: "\ufffd \ufffd",
    },
    {
      label: "references to no character stay in a block of HTML",
      text: "<p>&#0; &#xD800; &#x110000; &#233;</p>",
      want: "&#0; &#xD800; &#x110000; é",
    },
    { label: "references are decoded once", text: "&amp;lt;", want: "&lt;" },
    {
      label: "references in an address are decoded",
      text: "[a](https://ex.org/?a=1&amp;b=2)",
      want: "a (https://ex.org/?a=1&b=2)",
    },
    { label: "references within code stay", text: "`&amp;`", want: "`&amp;`" },
    { label: "an escaped mark is plain", text: "2 \\* 3", want: "2 * 3" },
    {
      label: "a narrow table is aligned code",
      text: "| a | bcd |\n|---|---|\n| 12 | 3 |\n| é | 4 |",
      want: "```\na   bcd\n12  3\né   4\n```",
    },
    {
      label: "a wide table is lines",
      text: "| Service | Where |\n|---|---|\n| Vaccination of children | Every health post |\n| X-ray | **Hospital** |",
      want: "Service: Vaccination of children\nWhere: Every health post\n\nService: X-ray\nWhere: *Hospital*",
    },
    {
      label: "gaps and lines stay as written",
      text: "**Hi**\nsecond line\n\n\nnext:\n- a\n- b\n\nend",
      want: "*Hi*\nsecond line\n\n\nnext:\n- a\n- b\n\nend",
    },
    { label: "an indented text is no code", text: "**a**\n\n    b", want: "*a*\n\n    b" },
  ])("$label", ({ text, want }) => {
    expect(convert(text)).toBe(want);
  });
});

describe("the automatic mode", () => {
  test.each([
    { label: "bold of WhatsApp", text: "*bold* _italic_ ~strike~" },
    { label: "arithmetic", text: "2*3*4 = 24 and 2**3 is 8" },
    { label: "powers between digits", text: "2**3**4" },
    { label: "names with underscores", text: "snake_case and _under_ and a__b__c" },
    { label: "numbered lines", text: "1. one\n2.  two\n10) ten" },
    { label: "bullets, indentation and blank lines", text: "* a\n    b\n\n\n  - c\n" },
    { label: "a hashtag", text: "#tag and # alone" },
    { label: "a fence", text: "```\ncode\n```" },
    { label: "brackets", text: "[1] (see) a[0](b)" },
    { label: "tags and references", text: "<name> &amp; <b>" },
    { label: "a pipe", text: "a | b\nc | d" },
    { label: "a dash line", text: "title\n-----\n~ 5 ~~" },
    { label: "Windows line ends", text: "a\r\nb\r\n" },
  ])("$label pass byte for byte", ({ text }) => {
    const rendering = render({ text }, { markdown: "auto" });
    expect(outline(rendering).map(({ body }) => body)).toEqual([text]);
    expect(codesOf(rendering)).toEqual([]);
  });

  test.each([
    { label: "two stars", text: "**a** b", want: "*a* b" },
    { label: "two underscores", text: "__a__ b", want: "*a* b" },
    { label: "two tildes", text: "~~a~~ b", want: "~a~ b" },
    { label: "a link", text: "[a](https://ex.org)", want: "a (https://ex.org)" },
    { label: "a heading", text: "# a", want: "*a*" },
    { label: "a fence with a language", text: "```js\na\n```", want: "```\na\n```" },
    { label: "a table", text: "a | b\n--|--\n1 | 2", want: "```\na  b\n1  2\n```" },
  ])("$label show that a text is Markdown", ({ text, want }) => {
    const rendering = render({ text }, { markdown: "auto" });
    expect(outline(rendering).map(({ body }) => body)).toEqual([want]);
    expect(codesOf(rendering)).toEqual(["markdown_converted"]);
  });

  test("the mode off converts nothing", () => {
    expect(convertMarks("**a**", "off")).toEqual({ text: "**a**", notes: [] });
  });
});

describe("texts that resist", () => {
  test("a text past the longest is sent as it is, with a note", () => {
    const text = "**a** ".repeat(Math.ceil((LONGEST_MARKDOWN + 1) / 6));
    const { text: after, notes } = convertMarks(text, "auto");
    expect(after).toBe(text);
    expect(notes.map(({ code }) => code)).toEqual(["markdown_skipped"]);
  });

  test("a text nested too deep is sent as it is, with a note", () => {
    const text = ">".repeat(LONGEST_MARKDOWN);
    const { text: after, notes } = convertMarks(text, "on");
    expect(after).toBe(text);
    expect(notes.map(({ code }) => code)).toEqual(["markdown_skipped"]);
  });

  test("a text of nothing but marks is not lost", () => {
    expect(convert("[a]: https://ex.org")).toBe("[a]: https://ex.org");
  });

  test("no text makes the conversion throw or lose a plain word", () => {
    const piece = fc.oneof(
      fc.constantFrom("**", "*", "_", "~~", "`", "```", "\n", "\n\n", "# ", "> ", "- ", "1. "),
      fc.constantFrom("|", "|--|--|", "<b>", "<", "&amp;", "[", "](https://ex.org)", "word", "  "),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const text = pieces.join("");
        const count = (whole: string) => whole.split("word").length;
        const after = convert(text);
        if (!/\]:|(?:```|~~~)[^\n]*word/.test(text)) expect(count(after)).toBe(count(text));
      }),
      { numRuns: 500 },
    );
  });
});
