import { type LooseMessage, type LooseReply, looseReply } from "./schema.ts";

/** What could be made of a model's text; no messages where nothing in it is fit for a person. */
export interface ParsedReply extends Pick<LooseReply, "messages" | "handoff"> {
  readonly intent?: string;
  /** From 0 to 1; absent where the model did not say. */
  readonly confidence?: number;
}

/** Keys under which models write their text when they forget the shape they were given. */
const TEXT_KEYS = ["text", "message", "reply", "response", "answer", "content", "output"];

/** A JSON text in a code fence, alone in the answer or between sentences. */
const FENCED = /```(?:json)?\s*([\s\S]*?)```/i;

/** A whole JSON text after the key `text`, in JSON that as a whole cannot be read. */
const WRITTEN_TEXT = /"text"\s*:\s*("(?:[^"\\]|\\.)*")/g;

/** Characters of an answer that are looked at. */
const MAX_LENGTH = 200_000;

/**
 * Makes the best of what a model wrote: a reply in our shape, something near it, or plain text. Never gives JSON as a text.
 * `isCut`: the text ends where its limit was reached, so its last sentence is left out.
 */
export function parseReply(written: string, isCut: boolean): ParsedReply {
  const text = withoutThoughts(written.slice(0, MAX_LENGTH).toWellFormed()).trim();
  const parsed = readJson(text);
  if (parsed !== undefined) return fromJson(parsed);
  if (!looksLikeJson(text)) return ofTexts([isCut ? wholeSentences(text) : text]);
  return ofTexts([...text.matchAll(WRITTEN_TEXT)].map(([, quoted = ""]) => unquote(quoted)));
}

/** Models that think aloud mark it; a thought that never ends hides the rest. Each character is looked at once: one expression for all would take for ever. */
function withoutThoughts(text: string): string {
  const begins = /<think(?:ing)?>/gi;
  const ends = /<\/think(?:ing)?>/gi;
  const spoken: string[] = [];
  let at = 0;
  for (;;) {
    const begin = find(begins, text, at);
    spoken.push(text.slice(at, begin?.index));
    const end = begin === undefined ? undefined : find(ends, text, begin.index);
    if (end === undefined) return spoken.join("");
    at = end.index + end[0].length;
  }
}

function find(mark: RegExp, text: string, from: number): RegExpExecArray | undefined {
  mark.lastIndex = from;
  return mark.exec(text) ?? undefined;
}

/** The first of these that is JSON with braces: all of it, what a fence holds, what stands between its braces. */
function readJson(text: string): unknown {
  const fenced = FENCED.exec(text)?.[1] ?? "";
  const braced = text.slice(text.indexOf("{"), text.lastIndexOf("}") + 1);
  for (const candidate of [text, fenced.trim(), braced]) {
    const parsed = /^[[{"]/.test(candidate) ? tryJson(candidate) : undefined;
    if (parsed !== undefined) return parsed;
  }
  return undefined;
}

function tryJson(text: string): unknown {
  try {
    const parsed: unknown = JSON.parse(text);
    return parsed;
  } catch {
    return undefined;
  }
}

function looksLikeJson(text: string): boolean {
  return /^(?:```(?:json)?\s*)?[[{]\s*["{[}\]]/i.test(text) || /"messages"\s*:/.test(text);
}

function unquote(quoted: string): string {
  const text = tryJson(quoted);
  return typeof text === "string" ? text : "";
}

function fromJson(parsed: unknown): ParsedReply {
  if (typeof parsed === "string") return ofTexts([parsed]);
  const candidate = Array.isArray(parsed) ? { messages: parsed } : parsed;
  const { messages, intent, confidence, handoff } = looseReply.catch(NOTHING).parse(candidate);
  const said = messages.filter(isSaid);
  return {
    messages: said.length > 0 ? said : textsUnderOtherKeys(candidate),
    handoff,
    ...(typeof intent === "string" && /\S/.test(intent) && { intent: intent.slice(0, 100) }),
    ...(confidence !== undefined && { confidence: normalConfidence(confidence) }),
  };
}

const NOTHING: LooseReply = {
  messages: [],
  intent: undefined,
  confidence: undefined,
  handoff: false,
};

function isSaid({ text, image_url: image, buttons }: LooseMessage): boolean {
  return text.trim() !== "" || typeof image === "string" || buttons.length > 0;
}

function textsUnderOtherKeys(candidate: unknown): LooseMessage[] {
  if (typeof candidate !== "object" || candidate === null) return [];
  const found = new Map<string, unknown>(Object.entries(candidate));
  const texts = TEXT_KEYS.map((key) => found.get(key)).filter((value) => typeof value === "string");
  return toMessages(texts.slice(0, 1));
}

function ofTexts(texts: readonly string[]): ParsedReply {
  return { messages: toMessages(texts), handoff: false };
}

function toMessages(texts: readonly string[]): LooseMessage[] {
  return texts
    .map((text) => ({ text, buttons: [], image_url: undefined }))
    .filter(({ text }) => text.trim() !== "");
}

/** Some models speak of per cent. */
function normalConfidence(confidence: number): number {
  const share = confidence > 1 && confidence <= 100 ? confidence / 100 : confidence;
  return Math.min(1, Math.max(0, share));
}

/** Gives nothing where not one sentence is whole. */
function wholeSentences(text: string): string {
  const end = Math.max(
    ...[". ", "! ", "? ", ".\n", "!\n", "?\n"].map((mark) => text.lastIndexOf(mark)),
  );
  return /[.!?]$/.test(text) ? text : text.slice(0, end + 1);
}
