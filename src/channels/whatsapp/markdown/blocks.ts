import type { Token, Tokens } from "marked";
import { htmlToText } from "./html.ts";
import { isMarked, NO_MARKS, printInline, wrapLines } from "./inline.ts";
import { printTable } from "./table.ts";

const RULE = "───";

/** Prints the blocks of a document, as far apart as they were written. */
export function printBlocks(tokens: readonly Token[]): string {
  let printed = "";
  let gap = "";
  for (const token of tokens) {
    const block = printBlock(token);
    if (block !== "") printed += (printed === "" ? "" : gap === "" ? "\n" : gap) + block;
    const written = /\n*$/.exec(token.raw)?.[0] ?? "";
    gap = block === "" ? gap + written : written;
  }
  return printed;
}

function printBlock(token: Token): string {
  if (!isMarked(token)) return token.raw;
  switch (token.type) {
    case "space":
    case "def":
      return "";
    case "heading":
      return wrapLines(printInline(token.tokens, new Set("*")), "*");
    case "code":
      return printCode(token);
    case "blockquote":
      return quote(printBlocks(token.tokens));
    case "list":
      return printList(token);
    case "table":
      return printTable(token);
    case "hr":
      return RULE;
    case "html":
      return htmlToText(token.raw).trim();
    case "paragraph":
      return printInline(token.tokens, NO_MARKS);
    case "br":
    case "checkbox":
    case "codespan":
    case "del":
    case "em":
    case "escape":
    case "image":
    case "link":
    case "list_item":
    case "strong":
    case "text":
      return printInline([token], NO_MARKS);
  }
}

/** Drops the language word, which WhatsApp would show, and leaves an indented text alone: it is seldom meant as code. */
function printCode({ text, raw, codeBlockStyle }: Tokens.Code): string {
  if (codeBlockStyle === "indented") return raw.replace(/^\n+|\n+$/g, "");
  // With nothing below it, the language word may be all that was written.
  if (text.trim() === "") return raw.trim();
  return `\`\`\`\n${text}\n\`\`\``;
}

/** WhatsApp knows one level of quotes. */
function quote(text: string): string {
  return text
    .split("\n")
    .map((line) => (line.startsWith("> ") ? line : `> ${line}`.trimEnd()))
    .join("\n");
}

function printList(list: Tokens.List): string {
  const first = list.start === "" ? 1 : list.start;
  return list.items
    .map((item, index) => {
      const mark = list.ordered ? `${first + index}. ` : "- ";
      return `${mark}${printBlocks(joinCheckbox(item.tokens)).replaceAll(/\n(?=[^\n])/g, "\n  ")}`;
    })
    .join(list.loose ? "\n\n" : "\n");
}

/** Puts the box of a task into the paragraph that it opens, where the parser leaves it outside. */
function joinCheckbox(tokens: readonly Token[]): readonly Token[] {
  const [box, content, ...rest] = tokens;
  if (box?.type !== "checkbox" || content?.type !== "text") return tokens;
  return [{ ...content, tokens: [box, ...(content.tokens ?? [])] }, ...rest];
}
