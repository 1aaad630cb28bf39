import { readFileSync } from "node:fs";

/** What is done with a block of a document: run to its end, started and left running, or run by nobody here. */
export type BlockKind = "run" | "service" | "elsewhere";

/** A fenced block of shell commands. */
export interface ShellBlock {
  readonly kind: BlockKind;
  /** Of its first command, from 1. */
  readonly line: number;
  readonly text: string;
}

export interface Fence {
  readonly line: number;
  /** What stands behind the opening marks. */
  readonly info: string;
  readonly text: string;
}

const KINDS: Readonly<Record<string, BlockKind>> = {
  sh: "run",
  "sh service": "service",
  "sh elsewhere": "elsewhere",
};

/** Reads the fenced blocks of a Markdown text; the indentation of a list's item is taken off. */
export function listFences(markdown: string): readonly Fence[] {
  const fences: Fence[] = [];
  let open:
    { line: number; info: string; indent: string; mark: string; lines: string[] } | undefined;
  for (const [index, line] of markdown.split("\n").entries()) {
    const [, indent = "", mark = "", info = ""] = /^(\s*)(`{3,})(.*)$/.exec(line) ?? [];
    if (open === undefined) {
      if (mark !== "") open = { line: index + 2, info: info.trim(), indent, mark, lines: [] };
    } else if (mark === open.mark && info.trim() === "") {
      fences.push({ line: open.line, info: open.info, text: open.lines.join("\n") });
      open = undefined;
    } else {
      open.lines.push(line.startsWith(open.indent) ? line.slice(open.indent.length) : line);
    }
  }
  if (open !== undefined) throw new Error(`the block at line ${open.line} is not closed`);
  return fences;
}

/** The blocks of shell commands of a document, in order. */
export function listShellBlocks(file: string): readonly ShellBlock[] {
  return listFences(readFileSync(file, "utf8")).flatMap(({ line, info, text }) => {
    const kind = KINDS[info];
    return kind === undefined ? [] : [{ kind, line, text }];
  });
}

/** Blocks that nobody can tell whether they are commands: without a language, or with one that shells have too. */
export function listUnclearFences(file: string): readonly string[] {
  return listFences(readFileSync(file, "utf8"))
    .filter(({ info }) => info === "" || /^(sh|bash|shell|console|zsh)\b/.test(info))
    .filter(({ info }) => KINDS[info] === undefined)
    .map(({ line, info }) => `${file}:${line} \`\`\`${info}`);
}
