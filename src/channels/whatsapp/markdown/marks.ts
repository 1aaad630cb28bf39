import { Lexer } from "marked";
import { note } from "../notes.ts";
import type { Fitted } from "../fit-text.ts";
import { printBlocks } from "./blocks.ts";

/** Whether Markdown becomes WhatsApp marks: never, where the text clearly is Markdown, or always. */
export type MarkdownMode = "off" | "auto" | "on";

/** UTF-16 code units of a text that is still parsed: some texts take the parser time that grows with their square. */
export const LONGEST_MARKDOWN = 8192;

/** What no WhatsApp writer types: each would be shown as it stands. */
const MARKDOWN_SIGNS = [
  /(?<![\w*])\*\*(?=[^\s*])[^\n]{0,1000}?[^\s*]\*\*(?![\w*])/,
  /(?<![\w_])__(?=[^\s_])[^\n]{0,1000}?[^\s_]__(?![\w_])/,
  /(?<![\w~])~~(?=[^\s~])[^\n]{0,1000}?[^\s~]~~(?![\w~])/,
  /\[[^\]\n]{0,500}\]\((?:https?:\/\/|mailto:|tel:|www\.)[^\s)]+/,
  /^#{1,6} \S/m,
  /^```[\w+#.-]+[ \t]*$/m,
  /^[^\n|]*\|[^\n]*\n *\|? *:?-+:? *(?:\| *:?-+:? *)+\|? *$/m,
] as const;

/** Converts a text to WhatsApp marks, with a note where that changed it. */
export function convertMarks(text: string, mode: MarkdownMode): Fitted {
  if (mode === "off") return { text, notes: [] };
  if (mode === "auto" && !isMarkdown(text)) return { text, notes: [] };
  const converted = text.length > LONGEST_MARKDOWN ? undefined : print(text);
  if (converted === undefined) {
    return { text, notes: [note("markdown_skipped", `The text has ${text.length} characters.`)] };
  }
  if (converted === text || converted.trim() === "") return { text, notes: [] };
  return { text: converted, notes: [note("markdown_converted", "Marks were rewritten.")] };
}

function isMarkdown(text: string): boolean {
  return MARKDOWN_SIGNS.some((sign) => sign.test(text));
}

/** Undefined where the text is nested too deep to parse. */
function print(text: string): string | undefined {
  try {
    return printBlocks(new Lexer({ gfm: true }).lex(text));
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
