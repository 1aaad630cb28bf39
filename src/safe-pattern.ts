/** Open-ended repeats one pattern may hold: each multiplies the work by the length of the text. */
const MAX_OPEN_REPEATS = 2;

/** A repeat of more times than this counts as open-ended. */
const OPEN_BEYOND = 20;

/** The parts of a pattern that matter here. A class, an escape and any plain character are all "other". */
type Part =
  | { readonly kind: "open" | "close" | "alternative" | "other" }
  | { readonly kind: "repeat"; readonly most: number };

const REPEAT = /(?:[*+?]|\{(?<least>\d+)(?<comma>,?)(?<most>\d*)\})\??/y;
const GROUP_START = /\((?:\?<[^=!>]*>|\?<[=!]|\?[a-z-]*[:=!])?/y;

/** How a pattern is read: with `v` classes may hold classes, and need more escapes; `u` is what most people write. */
type Flags = "u" | "v";

/**
 * Compiles a pattern that an operator wrote. It must be one that cannot take long on any text: throws an Error that says
 * what to change for a pattern that is no regular expression, that repeats a group which itself varies (`(a+)+`,
 * `(a|ab)*`), or that holds too many open-ended repeats.
 */
export function compilePattern(source: string, flags: Flags = "v"): RegExp {
  const pattern = new RegExp(source, flags);
  const parts = partsOf(source, flags);
  if (repeatsVaryingGroup(parts)) {
    throw new Error("repeats a group that itself holds a repeat or an alternative");
  }
  const open = parts.filter((part) => part.kind === "repeat" && part.most > OPEN_BEYOND);
  if (open.length > MAX_OPEN_REPEATS) {
    throw new Error(`holds more than ${MAX_OPEN_REPEATS} open-ended repeats`);
  }
  return pattern;
}

/** A group varies when it may match the same text in several ways; repeated, the ways multiply. */
function repeatsVaryingGroup(parts: readonly Part[]): boolean {
  let groups: readonly { varies: boolean }[] = [];
  let justClosed = { varies: false };
  for (const part of parts) {
    const before = justClosed;
    justClosed = { varies: false };
    switch (part.kind) {
      case "open":
        groups = [...groups, { varies: false }];
        break;
      case "close":
        justClosed = groups.at(-1) ?? justClosed;
        groups = groups.slice(0, -1);
        break;
      case "repeat":
        if (part.most > 1 && before.varies) return true;
        for (const group of groups) group.varies = true;
        break;
      case "alternative":
        for (const group of groups) group.varies = true;
        break;
      case "other":
        break;
    }
  }
  return false;
}

function partsOf(source: string, flags: Flags): readonly Part[] {
  const parts: Part[] = [];
  for (let at = 0; at < source.length;) {
    const [part, length] = partAt(source, at, flags);
    parts.push(part);
    at += length;
  }
  return parts;
}

/** Reads the part at a place, with its length. */
function partAt(source: string, at: number, flags: Flags): readonly [Part, number] {
  const repeat = matchAt(REPEAT, source, at);
  if (repeat !== null) return [{ kind: "repeat", most: mostOf(repeat) }, repeat[0].length];
  const group = matchAt(GROUP_START, source, at);
  if (group !== null) return [{ kind: "open" }, group[0].length];
  switch (source[at]) {
    case ")":
      return [{ kind: "close" }, 1];
    case "|":
      return [{ kind: "alternative" }, 1];
    case "\\":
      return [{ kind: "other" }, 2];
    case "[":
      return [{ kind: "other" }, classLength(source.slice(at), flags)];
    default:
      return [{ kind: "other" }, 1];
  }
}

function matchAt(pattern: RegExp, source: string, at: number): RegExpExecArray | null {
  const sticky = new RegExp(pattern);
  sticky.lastIndex = at;
  return sticky.exec(source);
}

function mostOf({ 0: written, groups }: RegExpExecArray): number {
  if (written.startsWith("?")) return 1;
  if (!written.startsWith("{")) return Infinity;
  const most = groups?.["most"] ?? "";
  if (groups?.["comma"] === "") return Number(groups["least"]);
  return most === "" ? Infinity : Number(most);
}

/** Length of the class that a text begins with, classes inside it included. */
function classLength(text: string, flags: Flags): number {
  let depth = 0;
  for (const { 0: part, index } of text.matchAll(/\\.|[[\]]/gs)) {
    if (part === "[" && (flags === "v" || depth === 0)) depth += 1;
    if (part === "]") depth -= 1;
    if (depth === 0) return index + 1;
  }
  return text.length;
}
