import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { z } from "zod";

const FILE = new URL("figures.json", import.meta.url);

const figuresSchema = z.object({
  rounds: z.number(),
  acknowledged: z.number(),
  lost: z.number(),
  duplicated: z.number(),
  outOfOrder: z.number(),
  recoveryMs: z.number().optional(),
  marks: z.array(z.object({ text: z.string(), isMet: z.boolean() })).readonly(),
  notes: z.array(z.string()).readonly().optional(),
});

const keptSchema = z.record(
  z.string(),
  z.object({
    /** Absent where it did not come to an end. */
    figures: figuresSchema.optional(),
    /** Why there are no figures: a server that is missing here, or what ended the trial. */
    reason: z.string().optional(),
    command: z.string(),
    facts: z.array(z.string()).readonly(),
  }),
);

/** What the last full run of a fault came to, and what it was run with. */
export type KeptOutcome = z.output<typeof keptSchema>[string];

/** The last full run of each fault, by its id. */
export type KeptOutcomes = Readonly<Record<string, KeptOutcome>>;

/** The outcomes of earlier runs; empty where there are none. Throws where the file is not what was written. */
export function readOutcomes(): KeptOutcomes {
  return existsSync(FILE) ? keptSchema.parse(JSON.parse(readFileSync(FILE, "utf8"))) : {};
}

/** Keeps one more outcome, in the place of the last one of the same fault. */
export function keepOutcome(id: string, outcome: KeptOutcome): void {
  const kept = { ...readOutcomes(), [id]: outcome };
  writeFileSync(FILE, `${JSON.stringify(kept, null, 2)}\n`);
}
