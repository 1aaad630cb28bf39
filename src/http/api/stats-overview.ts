import { z } from "zod";
import { nothing } from "./parameters.ts";
import { defineRoute } from "./route.ts";

/** Hours that may be looked back on. */
const HOURS = { default: 24, max: 168 } as const;

const hours = z
  .string()
  .regex(/^\d{1,3}$/, `must be a whole number from 1 to ${HOURS.max}`)
  .transform(Number)
  .pipe(z.int().min(1).max(HOURS.max))
  .default(HOURS.default)
  .meta({
    description: "Hours to look back on, the running one among them.",
    override: ({ jsonSchema }) => {
      delete jsonSchema.pattern;
      Object.assign(jsonSchema, {
        type: "integer",
        minimum: 1,
        maximum: HOURS.max,
        default: HOURS.default,
      });
    },
  });

const traffic = {
  in: z.int().meta({ description: "Messages that people sent." }),
  out: z.int().meta({ description: "Messages for people, by the time they were asked for." }),
  failed: z.int().meta({ description: "Messages given up, by the time they were." }),
};

const latency = {
  p50_ms: z.int().nullable().meta({ description: "Null where nothing was answered." }),
  p95_ms: z.int().nullable(),
};

/** What an operator looks at first: the traffic, the answers, what waits and what was given up. */
export const overview = z
  .strictObject({
    now: z.iso.datetime(),
    since: z.iso
      .datetime()
      .meta({ description: "The beginning of the first hour; hours begin on the hour, UTC." }),
    messages: z
      .strictObject({ today: z.strictObject(traffic), yesterday: z.strictObject(traffic) })
      .meta({
        description: "Since midnight UTC, and the whole day before, midnight to midnight UTC.",
      }),
    active_conversations: z
      .int()
      .meta({ description: "In which the person wrote in the last 15 minutes." }),
    answers: z.strictObject({
      count: z.int().meta({ description: "Turns since `since` in which the bot was asked." }),
      ...latency,
      fallback_rate: z.number().nullable().meta({
        description:
          "0 to 1: how many were answered by another backend than the first, or by none.",
      }),
    }),
    queue: z.strictObject({
      inbound: z.int().meta({ description: "Messages still to be answered." }),
      outbound: z.int().meta({ description: "Messages still to be sent." }),
      oldest_seconds: z.number().meta({ description: "Age of the oldest; 0 where none waits." }),
    }),
    dead_letters: z.int(),
    hours: z
      .array(z.strictObject({ at: z.iso.datetime(), ...traffic, ...latency }))
      .meta({ description: "Oldest first, none left out." }),
    backends: z
      .array(z.strictObject({ backend: z.string().nullable(), answers: z.int() }))
      .meta({ description: "Who gave the answers, most first; null: the static reply or nobody." }),
  })
  .meta({ id: "Overview" });

/** The figures of the dashboard's first page. */
export const overviewRoutes = [
  defineRoute({
    method: "get",
    path: "/stats/overview",
    scope: "stats:read",
    summary: "Shows the traffic, the answers and what waits, in one look",
    tag: "statistics",
    query: z.strictObject({ hours }),
    body: nothing,
    answer: overview,
    handle: ({ query }, { overview: read, caller }) => read(caller.channels, query.hours),
  }),
] as const;
