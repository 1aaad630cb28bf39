import { z } from "zod";
import { deadLetterRow } from "../../db/dead-letters.ts";

// Loose: a bridge that is newer than the command may say more, which `--json` passes on.

/** Something that was given up. */
export const deadLetter = z.looseObject({ ...deadLetterRow.shape, hint: z.string().nullable() });

export type DeadLetter = z.output<typeof deadLetter>;

const counts = z.record(z.string(), z.int());

/** What a replay or a discarding would touch. */
export const plan = z.looseObject({
  matched: z.int(),
  by_kind: counts,
  by_reason: counts,
  by_code: counts,
  by_channel: counts,
});

export type Plan = z.output<typeof plan>;
