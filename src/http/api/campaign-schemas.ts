import { z } from "zod";
import { PAUSE_WORDS } from "../../campaigns/guard.ts";
import { CAMPAIGN_STATES } from "../../db/campaigns.ts";
import { isCountry } from "../../phone.ts";
import { contentFields, isOneContent, ONE_CONTENT, routeRung } from "../../send-content.ts";
import { campaignReport } from "./campaign-report.ts";
import { timeFilter } from "./parameters.ts";

/** Channels a message may take in turn, at most. */
const MAX_RUNGS = 5;
const MAX_NAME = 200;
const MAX_VALUE = 4_096;
/** Messages per second that anybody may ask for; no provider takes more of one number. */
const MAX_RATE = 10_000;

const clock = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, "must be a time such as 09:30")
  .meta({ description: "By the clock on the wall." });

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}

const hours = z
  .strictObject({
    from: clock,
    to: clock,
    time_zone: z.string().max(64).refine(isTimeZone, "is no time zone such as America/Sao_Paulo"),
    days: z
      .array(z.int().min(0).max(6))
      .min(1)
      .max(7)
      .optional()
      .meta({ description: "Days on which the hours begin; 0 is Sunday. All where absent." }),
  })
  .meta({
    id: "CampaignHours",
    description: "When it sends. Hours that end before they begin go on after midnight.",
  });

const guard = z
  .strictObject({
    error_rate: z
      .number()
      .gt(0)
      .max(1)
      .optional()
      .meta({ description: "Share of failures from which it pauses by itself." }),
    sample: z
      .int()
      .min(1)
      .max(1_000_000)
      .optional()
      .meta({ description: "Of how many messages at least." }),
  })
  .meta({ id: "CampaignGuard", description: "The settings' own values where absent." });

const name = z.string().trim().min(1).max(MAX_NAME);
const rate = z.number().gt(0).max(MAX_RATE).meta({
  description:
    "Messages per second; as fast as the accounts allow where absent. Never faster than that.",
});
const values = z
  .record(z.string().min(1).max(128), z.string().max(MAX_VALUE))
  .meta({ description: "Values of placeholders that are the same for everybody." });
const language = z
  .string()
  .regex(/^[a-z]{2,3}([_-][A-Za-z]{2})?$/, "not a language such as pt_BR")
  .meta({ description: "Of a template, for recipients that name none." });
const category = z
  .enum(["marketing", "utility", "authentication", "service"])
  .meta({ description: "For rules and costs, where the template says nothing of it." });
const startAt = timeFilter.meta({
  description: "When a started campaign begins; at once if past.",
});

/** What somebody says of a new campaign. */
export const newCampaign = z
  .strictObject({
    channel: z.string().min(1).max(63),
    accounts: z
      .array(z.string().min(1).max(200))
      .min(1)
      .max(1_000)
      .optional()
      .meta({ description: "Accounts that send, in turn; all of the channel where absent." }),
    name,
    ...contentFields,
    values: values.default({}),
    language: language.optional(),
    category: category.optional(),
    start_at: startAt.optional(),
    rate_per_second: rate.optional(),
    hours: hours.optional(),
    guard: guard.default({}),
    route: z
      .array(routeRung)
      .max(MAX_RUNGS)
      .default([])
      .meta({ description: "Channels to try next where a message is known not to arrive." }),
    default_country: z
      .string()
      .refine(isCountry, "is no country such as BR")
      .optional()
      .meta({ description: "Whose national numbers recipients may be written as." }),
  })
  .refine(isOneContent, ONE_CONTENT)
  .meta({ id: "NewCampaign" });

/** What may be changed of a campaign that does not run; the message in a draft alone. */
export const campaignPatch = z
  .strictObject({
    name: name.optional(),
    rate_per_second: rate.nullable().optional(),
    hours: hours.nullable().optional(),
    start_at: startAt.nullable().optional(),
    guard: guard.optional(),
    ...contentFields,
    values: values.optional(),
    language: language.nullable().optional(),
    category: category.nullable().optional(),
  })
  .meta({ id: "CampaignPatch" });

export type CampaignPatchRequest = z.output<typeof campaignPatch>;

const time = z.iso.datetime().nullable();

const summary = {
  id: z.guid(),
  channel: z.string(),
  accounts: z.array(z.string()),
  name: z.string(),
  state: z.enum(CAMPAIGN_STATES),
  state_reason: z
    .string()
    .nullable()
    .meta({ description: `Why it is paused: ${PAUSE_WORDS.join(", ")}.` }),
  category: z.string().nullable(),
  rate_per_second: z.number().nullable(),
  start_at: time,
  created_at: z.iso.datetime(),
  created_by: z.string(),
  updated_at: z.iso.datetime(),
  started_at: time,
  paused_at: time,
  finished_at: time,
};

/** A campaign in a list. */
export const campaign = z.strictObject(summary).meta({ id: "Campaign" });

/** A campaign with its definition and what it has come to. */
export const campaignDetail = z
  .strictObject({
    ...summary,
    message: z
      .record(z.string(), z.unknown())
      .meta({ description: "Its `text`, `reply` or `template`, with placeholders." }),
    placeholders: z.array(z.string()).meta({
      description: "Placeholders for which each recipient has to bring a value.",
    }),
    values: z.record(z.string(), z.string()),
    language: z.string().nullable(),
    route: z.array(z.record(z.string(), z.unknown())),
    hours: hours.nullable(),
    guard,
    default_country: z.string().nullable(),
    warnings: z.array(z.string()).meta({ description: "What may be wrong with its template." }),
    pause: z
      .strictObject({
        at: z.iso.datetime(),
        reason: z.string(),
        detail: z.record(z.string(), z.unknown()),
        hint: z.string().nullable(),
      })
      .nullable()
      .meta({ id: "CampaignPause", description: "Why it is paused and what to do about it." }),
    ...campaignReport,
  })
  .meta({ id: "CampaignDetail" });

/** One line of a campaign's log. */
export const campaignEvent = z
  .strictObject({
    id: z.guid(),
    at: z.iso.datetime(),
    actor: z.string().meta({ description: "`bridge` where it happened by itself." }),
    kind: z.string(),
    detail: z.record(z.string(), z.unknown()),
  })
  .meta({ id: "CampaignEvent" });
