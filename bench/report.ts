import { readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import type { Figures } from "./aims.ts";

const FILE = new URL("results.md", import.meta.url);

/** One part of the results, which a run of that part alone replaces. */
export interface Section {
  readonly title: string;
  readonly lines: readonly string[];
  /** What of it is compared with an aim or stands in another document. */
  readonly figures?: Figures;
}

function introduction(databases: string): string {
  return [
    "# Benchmark",
    "",
    `Written by \`npm run bench\`: Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? "?"}; load, bridge,`,
    "PostgreSQL and stand-ins share these cores. Read the ratios: they compare what was measured in the same run on the same",
    `machine. PostgreSQL: ${databases}.`,
  ].join("\n");
}

export function textOf({ title, lines }: Section): string {
  return [`## ${title}`, "", ...lines].join("\n");
}

/** Puts a section into the results, in the place of the one with the same title; `databases` says where they were. */
export function writeSection(section: Section, databases: string): void {
  const text = textOf(section);
  const [, ...known] = readFileSync(FILE, "utf8")
    .trimEnd()
    .split(/\n(?=## )/);
  const kept = known.map((one) => one.trimEnd());
  const place = kept.findIndex((one) => one.startsWith(`## ${section.title}\n`));
  const sections = place < 0 ? [...kept, text] : kept.with(place, text);
  writeFileSync(FILE, `${[introduction(databases), ...sections].join("\n\n")}\n`);
}
