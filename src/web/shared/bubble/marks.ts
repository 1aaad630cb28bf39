/** A piece of text with WhatsApp's marks read. */
export type Marked =
  | { readonly kind: "text" | "code"; readonly text: string }
  | { readonly kind: "bold" | "italic" | "strike"; readonly parts: readonly Marked[] };

const KINDS = { "*": "bold", _: "italic", "~": "strike" } as const;

type Mark = keyof typeof KINDS;

/** A mark that was opened and not closed yet, and what has come since. */
interface Opened {
  readonly mark: Mark;
  readonly parts: Marked[];
}

const isMark = (character: string): character is Mark => Object.hasOwn(KINDS, character);

/** Whether a mark may stand beside it on the outer side: within words, marks are plain characters. */
const isWord = (character: string | undefined): boolean =>
  character !== undefined && /[\p{L}\p{N}]/u.test(character);

const isSpace = (character: string | undefined): boolean =>
  character === undefined || /\s/.test(character);

/** The characters of one line, by UTF-16 unit; a word's character beyond the first plane counts by its last unit. */
function characterAt(line: string, index: number): string | undefined {
  const unit = line.charCodeAt(index);
  if (Number.isNaN(unit)) return undefined;
  const isLow = unit >= 0xdc00 && unit <= 0xdfff;
  const point = line.codePointAt(isLow ? index - 1 : index);
  return point === undefined ? undefined : String.fromCodePoint(point);
}

/**
 * Reads the marks of one line: `*bold*`, `_italic_`, `~strike~` and code between backquotes. A mark counts where it touches
 * what it encloses and no word outside; one that is never closed is a plain character. Each mark is open once at most, so
 * that reading takes time in proportion to the line, whatever it holds. Source: WhatsApp help, formatting of messages.
 */
export function readMarks(line: string): readonly Marked[] {
  const top: Marked[] = [];
  const opened: Opened[] = [];
  let start = 0;
  let hasCode = true;
  const here = () => opened.at(-1)?.parts ?? top;
  const flush = (end: number) => {
    if (end > start) here().push({ kind: "text", text: line.slice(start, end) });
  };
  /** Takes the innermost open mark as a plain character. */
  const giveUp = () => {
    const last = opened.pop();
    if (last === undefined) return;
    here().push({ kind: "text", text: last.mark });
    for (const part of last.parts) here().push(part);
  };
  for (let index = 0; index < line.length; index += 1) {
    const character = line.charAt(index);
    if (character === "`" && hasCode) {
      const end = line.indexOf("`", index + 1);
      hasCode = end !== -1;
      if (end > index + 1) {
        flush(index);
        here().push({ kind: "code", text: line.slice(index + 1, end) });
        start = end + 1;
        index = end;
      }
      continue;
    }
    if (!isMark(character)) continue;
    const [before, after] = [characterAt(line, index - 1), characterAt(line, index + 1)];
    const place = opened.findIndex(({ mark }) => mark === character);
    const closes = place !== -1 && !isSpace(before) && before !== character && !isWord(after);
    if (closes) {
      flush(index);
      while (opened.length > place + 1) giveUp();
      const parts = opened.pop()?.parts ?? [];
      here().push({ kind: KINDS[character], parts });
      start = index + 1;
    } else if (place === -1 && !isWord(before) && !isSpace(after) && after !== character) {
      flush(index);
      opened.push({ mark: character, parts: [] });
      start = index + 1;
    }
  }
  flush(line.length);
  while (opened.length > 0) giveUp();
  return top;
}

/** A paragraph, a quoted line, an item of a list or a block of code. */
export type Block =
  | { readonly kind: "line" | "quote"; readonly parts: readonly Marked[] }
  | { readonly kind: "item"; readonly sign: string; readonly parts: readonly Marked[] }
  | { readonly kind: "code"; readonly text: string };

const FENCE = "```";

function readLine(line: string): Block {
  const quoted = /^> ?(?=.)/.exec(line);
  if (quoted !== null) return { kind: "quote", parts: readMarks(line.slice(quoted[0].length)) };
  const item = /^(?:[-*]|(\d{1,3})\.) (?=\S)/.exec(line);
  if (item === null) return { kind: "line", parts: readMarks(line) };
  const sign = item[1] === undefined ? "•" : `${item[1]}.`;
  return { kind: "item", sign, parts: readMarks(line.slice(item[0].length)) };
}

function readLines(text: string): readonly Block[] {
  return text === "" ? [] : text.split("\n").map(readLine);
}

/** Divides a text into its lines and its blocks of code, which may run over several lines. */
export function readBlocks(text: string): readonly Block[] {
  const blocks: Block[] = [];
  let rest = text;
  for (;;) {
    const start = rest.indexOf(FENCE);
    const end = start === -1 ? -1 : rest.indexOf(FENCE, start + FENCE.length);
    if (end === -1) break;
    const code = rest.slice(start + FENCE.length, end);
    if (code.trim() === "") break;
    for (const block of readLines(rest.slice(0, start).replace(/\n$/, ""))) blocks.push(block);
    blocks.push({ kind: "code", text: code.replace(/^\n|\n$/g, "") });
    rest = rest.slice(end + FENCE.length).replace(/^\n/, "");
  }
  for (const block of readLines(rest)) blocks.push(block);
  return blocks;
}
