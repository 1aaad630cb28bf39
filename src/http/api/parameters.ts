import { z } from "zod";

/** Rows on a page. */
const PAGE_LIMITS = { default: 50, max: 200 } as const;

/** Characters of a text filter; longer ones can match nothing that is stored. */
const FILTER_LENGTH = 512;

/** A filter compared with a text column. PostgreSQL's text holds no NUL. */
export const textFilter = z
  .string()
  .min(1)
  .max(FILTER_LENGTH)
  .refine((text) => !text.includes("\u0000"), "must not contain NUL");

/** `true` and `false` as a query writes them. */
export const yesOrNo = z
  .enum(["true", "false"])
  .transform((word) => word === "true")
  .meta({ override: { type: "boolean" } });

/** An id of ours. Ids derived from a hash carry no RFC 9562 version, so any UUID shape is one. */
export const id = z.guid().transform((text) => text.toLowerCase());

/** Turns an RFC 3339 time into UTC without touching its fraction, which may be finer than a Date can hold. */
function toUtc(text: string): string {
  const fraction = /\.(\d+)/.exec(text)?.[1] ?? "";
  const seconds = new Date(Date.parse(text)).toISOString().slice(0, 19);
  return `${seconds}.${fraction.padEnd(6, "0").slice(0, 6)}Z`;
}

const LAST_TIME = Date.parse("9999-12-31T23:59:59.999Z");

/** Whether a time lies in the years that JavaScript and PostgreSQL write alike, 1970 to 9999. */
export function isStorableTime(text: string): boolean {
  const time = Date.parse(text);
  return time >= 0 && time <= LAST_TIME;
}

/** A time filter, RFC 3339 with any offset; becomes UTC with microseconds. */
export const timeFilter = z.iso
  .datetime({ offset: true, abort: true })
  .refine(isStorableTime, "must lie between the years 1970 and 9999")
  .transform(toUtc);

const limit = z
  .string()
  .regex(/^\d{1,3}$/, `must be a whole number from 1 to ${PAGE_LIMITS.max}`)
  .transform(Number)
  .pipe(z.int().min(1).max(PAGE_LIMITS.max))
  .default(PAGE_LIMITS.default)
  .meta({
    description: "Rows on the page.",
    override: ({ jsonSchema }) => {
      delete jsonSchema.pattern;
      Object.assign(jsonSchema, {
        type: "integer",
        minimum: 1,
        maximum: PAGE_LIMITS.max,
        default: PAGE_LIMITS.default,
      });
    },
  });

const cursor = z
  .string()
  .max(1000)
  .optional()
  .meta({ description: "The `next_cursor` of the page before; keep the filters the same." });

/** The parameters of every paged list. */
export const paging = { limit, cursor };

/** The parameters of every list that is narrowed by time. */
export const period = {
  since: timeFilter.optional().meta({ description: "From this time on." }),
  until: timeFilter.optional().meta({ description: "Before this time." }),
};

/** Where a request has no parameters or no body. */
export const nothing = z.strictObject({});
