import { describe, expect, test } from "@jest/globals";
import { writeRichText } from "../../../src/answers/http/presets/rich-text.ts";

const p = (...children: readonly object[]) => ({ type: "p", children });

describe("a rich text of Typebot", () => {
  test.each<{ label: string; nodes: unknown; want: string }>([
    {
      label: "marks, without the spaces beside them",
      nodes: [p({ text: "Olá, " }, { text: " Ana ", bold: true }, { text: "!", italic: true })],
      want: "Olá,  *Ana* _!_",
    },
    {
      label: "marks within marks",
      nodes: [p({ text: "já", bold: true, italic: true, strikethrough: true })],
      want: "*_~já~_*",
    },
    { label: "code", nodes: [p({ text: "x = 1", code: true })], want: "```x = 1```" },
    {
      label: "an underline, which has no mark",
      nodes: [p({ text: "a", underline: true })],
      want: "a",
    },
    {
      label: "paragraphs",
      nodes: [p({ text: "a" }), p({ text: "" }), p({ text: "b" })],
      want: "a\n\nb",
    },
    {
      label: "a variable",
      nodes: [p({ text: "Oi " }, { type: "inline-variable", children: [p({ text: "Ana" })] })],
      want: "Oi Ana",
    },
    {
      label: "a link with its address",
      nodes: [p({ type: "a", url: "https://x.example/", children: [{ text: "aqui" }] })],
      want: "aqui (https://x.example/)",
    },
    {
      label: "a link that shows its address",
      nodes: [
        p({ type: "a", url: "https://x.example/", children: [{ text: "https://x.example/" }] }),
      ],
      want: "https://x.example/",
    },
    {
      label: "lists",
      nodes: [
        {
          type: "ul",
          children: [
            { type: "li", children: [{ type: "lic", children: [{ text: "a" }] }] },
            { type: "li", children: [{ text: "b" }] },
          ],
        },
        { type: "ol", children: [{ type: "li", children: [{ text: "c" }] }] },
      ],
      want: "- a\n- b\n1. c",
    },
    { label: "a quote", nodes: [{ type: "blockquote", children: [{ text: "a" }] }], want: "> a" },
    {
      label: "signs that mean something to a replacement",
      nodes: [p({ text: "$& $1", bold: true })],
      want: "*$& $1*",
    },
    {
      label: "marks of blank text",
      nodes: [p({ text: "a" }, { text: " ", bold: true }, { text: "b" })],
      want: "a b",
    },
    {
      label: "nodes of the wrong type",
      nodes: [7, null, "x", p({ text: 7 }), p({ text: "a" })],
      want: "a",
    },
    { label: "no list", nodes: "Oi", want: "" },
  ])("$label", ({ nodes, want }) => {
    expect(writeRichText(nodes)).toBe(want);
  });

  test("what is nested beyond reason is left out", () => {
    const nest = (depth: number): object =>
      depth === 0 ? p({ text: "fundo" }) : p(nest(depth - 1));
    expect(writeRichText([nest(5)])).toBe("fundo");
    expect(writeRichText([nest(50)])).toBe("");
  });
});
