import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { z } from "zod";
import type { FigureName, Figures } from "./aims.ts";

const FILE = new URL("figures.json", import.meta.url);

const keptSchema = z.record(
  z.string(),
  z.object({ value: z.number(), command: z.string(), facts: z.array(z.string()) }),
);

/** A figure with the command that measured it, and what it was measured with. */
export type KeptFigure = z.output<typeof keptSchema>[string];

/** Every figure of the last run of each section. */
export type KeptFigures = Readonly<Record<string, KeptFigure>>;

/** The figures of earlier runs; empty where there are none. Throws where the file is not what was written. */
export function readFigures(): KeptFigures {
  return existsSync(FILE) ? keptSchema.parse(JSON.parse(readFileSync(FILE, "utf8"))) : {};
}

/** Figures of a new run in the place of the old ones of the same names. */
export function mergeFigures(
  kept: KeptFigures,
  figures: Figures,
  run: Omit<KeptFigure, "value">,
): KeptFigures {
  const added = Object.entries(figures).map(([name, value]) => [name, { value, ...run }]);
  const merged: Record<string, KeptFigure> = { ...kept, ...Object.fromEntries(added) };
  return Object.fromEntries(Object.entries(merged).toSorted(([a], [b]) => a.localeCompare(b)));
}

/** Keeps them for the next run, and for the documents. */
export function writeFigures(figures: KeptFigures): void {
  writeFileSync(FILE, `${JSON.stringify(figures, null, 2)}\n`);
}

/** One figure's value; undefined where it was never measured. */
export function valueOf(figures: KeptFigures, name: FigureName): number | undefined {
  return figures[name]?.value;
}
