import { tableText } from "../terminal.ts";
import { whereFound } from "./where-found.ts";
import type { Written } from "./write-files.ts";

/** What init did, and what is left to do. */
export interface InitReport {
  readonly files: readonly Written[];
  /** Variables of `.env` that are still empty and needed. */
  readonly fill_in: readonly { readonly name: string; readonly where: string | null }[];
  readonly next: readonly string[];
}

const NEXT = ["npx ponte doctor", "npx ponte start"] as const;

export const reportOf = (files: readonly Written[], open: readonly string[]): InitReport => ({
  files,
  fill_in: open.map((name) => ({ name, where: whereFound(name) ?? null })),
  next: NEXT,
});

/** The report as text. */
export function reportText({ files, fill_in: open, next }: InitReport): string {
  const isUnchanged = files.every(({ outcome }) => outcome === "kept");
  const isStopped = files.some(({ outcome }) => outcome === "would change");
  const rows = files.map(({ path, outcome, about }) => [outcome, path, about ?? ""]);
  return [
    tableText(["file", "", ""], rows).split("\n").slice(1).join("\n"),
    ...(isUnchanged ? ["", "Everything is there already: nothing was changed."] : []),
    ...(isStopped
      ? ["", "--force changes what is there, and keeps a copy of each file beside it."]
      : []),
    ...(open.length === 0
      ? []
      : [
          "",
          "Fill in .env:",
          ...open.map(({ name, where }) => `  ${name}${where === null ? "" : `: ${where}`}`),
        ]),
    "",
    "Next:",
    ...next.map((command) => `  ${command}`),
  ].join("\n");
}
