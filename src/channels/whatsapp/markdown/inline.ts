import type { MarkedToken, Token, Tokens } from "marked";
import { decodeEntities } from "./entities.ts";
import { htmlToText, openedAnchor } from "./html.ts";

/** The marks already open around a text: WhatsApp cannot nest one in itself. */
export type OpenMarks = ReadonlySet<string>;

export const NO_MARKS: OpenMarks = new Set();

/** Puts a mark around each line of a text: WhatsApp wants it next to a visible character and within one line. */
export function wrapLines(text: string, mark: string): string {
  return text
    .split("\n")
    .map((line) => {
      const inner = line.trim();
      return inner === "" ? line : line.replace(inner, () => `${mark}${inner}${mark}`);
    })
    .join("\n");
}

/** Prints the tokens of a paragraph, heading or cell in WhatsApp's marks. */
export function printInline(tokens: readonly Token[], open: OpenMarks): string {
  const anchors: string[] = [];
  return tokens
    .map((token) => {
      if (!isMarked(token) || token.type !== "html") return printToken(token, open);
      const href = openedAnchor(token.raw);
      if (href !== undefined) anchors.push(href);
      if (/^<\/a\s*>$/i.test(token.raw)) return ` (${anchors.pop() ?? ""})`.replace(" ()", "");
      return htmlToText(token.raw);
    })
    .join("");
}

/** Narrows away the extension tokens of the parser: none is registered. */
export function isMarked(token: Token): token is MarkedToken {
  return token.type !== "generic";
}

function printToken(token: Token, open: OpenMarks): string {
  if (!isMarked(token)) return token.raw;
  switch (token.type) {
    case "strong":
      return printMarked(token.tokens, "*", open);
    case "em":
      return printMarked(token.tokens, "_", open);
    case "del":
      return printMarked(token.tokens, "~", open);
    case "codespan":
      return printCode(token);
    case "br":
      return "\n";
    case "escape":
      return token.text;
    case "link":
      return printLink(token, open);
    case "image":
      return printAddress(decodeEntities(token.text), token.href);
    case "text":
      return token.tokens === undefined
        ? decodeEntities(token.text)
        : printInline(token.tokens, open);
    case "checkbox":
      return token.checked ? "☑ " : "☐ ";
    // What only blocks hold, or what `printInline` has dealt with.
    case "blockquote":
    case "code":
    case "def":
    case "heading":
    case "hr":
    case "html":
    case "list":
    case "list_item":
    case "paragraph":
    case "space":
    case "table":
      return token.raw;
  }
}

function printMarked(tokens: readonly Token[], mark: string, open: OpenMarks): string {
  if (open.has(mark)) return printInline(tokens, open);
  return wrapLines(printInline(tokens, new Set([...open, mark])), mark);
}

function printCode({ text, raw }: Tokens.Codespan): string {
  if (text.includes("```")) return raw;
  const line = text.replaceAll("\n", " ");
  return line.includes("`") ? `\`\`\`${line}\`\`\`` : `\`${line}\``;
}

function printLink(token: Tokens.Link, open: OpenMarks): string {
  if (token.autolink === true) return token.text;
  return printAddress(printInline(token.tokens, open), token.href);
}

/** Writes `label (address)`, or the address alone where the label says nothing more. */
function printAddress(label: string, href: string): string {
  const address = decodeEntities(href).replace(/^mailto:/, "");
  if (address === "") return label;
  return label.trim() === "" || bare(label) === bare(address) ? address : `${label} (${address})`;
}

function bare(address: string): string {
  return address.replace(/^(?:https?|tel):\/*/, "").replace(/\/$/, "");
}
