import { z } from "zod";
import { CAMPAIGN_STATES } from "../../db/campaigns.ts";
import { campaignFigures } from "../../db/campaign-figures.ts";
import { importRow } from "../../db/campaign-imports.ts";
import { reportLine } from "../../db/campaign-import-lines.ts";
import { importPreview } from "../../campaigns/import/preview.ts";

// Loose: a bridge that is newer than the command may say more, which `--json` passes on.

const listed = {
  id: z.string(),
  channel: z.string(),
  accounts: z.array(z.string()),
  name: z.string(),
  state: z.enum(CAMPAIGN_STATES),
  state_reason: z.string().nullable(),
  category: z.string().nullable(),
  rate_per_second: z.number().nullable(),
  start_at: z.string().nullable(),
  created_at: z.string(),
};

/** A campaign in a list. */
export const listedCampaign = z.looseObject(listed);

const cost = z.looseObject({
  currency: z.string(),
  amount: z.number().nullable(),
  notes: z.array(z.looseObject({ detail: z.string() })),
});

const hours = z.looseObject({
  from: z.string(),
  to: z.string(),
  time_zone: z.string(),
  days: z.array(z.int()).optional(),
});

/** A campaign with what it has come to. */
export const campaign = z.looseObject({
  ...listed,
  message: z.record(z.string(), z.unknown()),
  placeholders: z.array(z.string()),
  hours: hours.nullable(),
  warnings: z.array(z.string()),
  pause: z.looseObject({ reason: z.string(), hint: z.string().nullable() }).nullable(),
  figures: z.looseObject(campaignFigures.shape),
  eta_seconds: z.int().nullable(),
  failures: z.array(
    z.looseObject({
      code: z.string().nullable(),
      reason: z.string().nullable(),
      title: z.string().nullable(),
      count: z.int(),
      hint: z.string().nullable(),
    }),
  ),
  cost: z.looseObject({ estimated: cost, actual: cost }),
});

export type Campaign = z.output<typeof campaign>;

/** A list as it was read. */
export const importSummary = z.looseObject(importRow.shape);

/** The same, with the first lines that added nobody. */
export const importResult = importSummary.extend({ problems: z.array(reportLine) });

export type ImportResult = z.output<typeof importResult>;

/** How a list would be read. */
export const listPreview = z.looseObject(importPreview.shape);

export type ListPreview = z.output<typeof listPreview>;
