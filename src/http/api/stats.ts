import { z } from "zod";
import {
  type DeliveryCounts,
  deliveryCounts,
  type DeliveryLatencies,
  readDeliveryCounts,
  readDeliveryLatencies,
  STAT_GROUPS,
  type StatGroup,
} from "../../db/stats.ts";
import { BridgeError } from "../../errors.ts";
import { id, nothing, period, textFilter } from "./parameters.ts";
import { defineRoute } from "./route.ts";

/** Days that are looked at when nobody says which, and at most. */
const USUAL_DAYS = 7;
const MAX_DAYS = 92;

const DAY_MS = 86_400_000;

/** Groups of one answer; more are for an export, not for reading. */
const MAX_GROUPS = 1_000;

/** Messages from which latencies are read in a sample. */
const SAMPLE = 200_000;

const groupBy = z
  .string()
  .max(100)
  .transform((text) => text.split(","))
  .pipe(z.array(z.enum(STAT_GROUPS)).min(1).max(2))
  .refine((groups) => new Set(groups).size === groups.length, "must not name a group twice")
  .meta({
    description: `One or two of ${STAT_GROUPS.join(", ")}, with a comma between.`,
    override: { type: "string" },
  });

const milliseconds = z
  .strictObject({ p50: z.number(), p95: z.number(), p99: z.number() })
  .nullable()
  .meta({ description: "Milliseconds; null where no message went this step." });

const rate = z.number().nullable().meta({ description: "0 to 1; null where there is nothing." });

const figures = z
  .strictObject({
    ...deliveryCounts,
    delivered_rate: rate,
    read_rate: rate,
    latency_ms: z.strictObject({
      accepted_to_sent: milliseconds,
      sent_to_delivered: milliseconds,
      delivered_to_read: milliseconds,
    }),
  })
  .meta({ id: "DeliveryFigures" });

const deliveryStats = z
  .strictObject({
    since: z.iso.datetime(),
    until: z.iso.datetime(),
    group_by: z.array(z.enum(STAT_GROUPS)),
    total: figures,
    data: z.array(
      z.strictObject({
        group: z.partialRecord(z.enum(STAT_GROUPS), z.string().nullable()),
        figures,
      }),
    ),
  })
  .meta({ id: "DeliveryStats" });

type Counts = Omit<DeliveryCounts, "g0" | "g1">;

const NOTHING: Counts = {
  requested: 0,
  sent: 0,
  delivered: 0,
  read: 0,
  failed: 0,
  skipped: 0,
  uncertain: 0,
};

function add(sum: Counts, row: Counts): Counts {
  return {
    requested: sum.requested + row.requested,
    sent: sum.sent + row.sent,
    delivered: sum.delivered + row.delivered,
    read: sum.read + row.read,
    failed: sum.failed + row.failed,
    skipped: sum.skipped + row.skipped,
    uncertain: sum.uncertain + row.uncertain,
  };
}

const share = (part: number, whole: number): number | null =>
  whole === 0 ? null : Math.round((part / whole) * 10_000) / 10_000;

function percentiles(found: readonly number[] | null | undefined) {
  const [p50, p95, p99] = found ?? [];
  if (p50 === undefined || p95 === undefined || p99 === undefined) return null;
  return { p50, p95, p99 };
}

function show(counts: Counts, latencies: DeliveryLatencies | undefined): z.output<typeof figures> {
  return {
    ...add(NOTHING, counts),
    delivered_rate: share(counts.delivered, counts.sent),
    read_rate: share(counts.read, counts.delivered),
    latency_ms: {
      accepted_to_sent: percentiles(latencies?.accepted_to_sent),
      sent_to_delivered: percentiles(latencies?.sent_to_delivered),
      delivered_to_read: percentiles(latencies?.delivered_to_read),
    },
  };
}

const keyOf = ({ g0, g1 }: Pick<DeliveryCounts, "g0" | "g1">) => JSON.stringify([g0, g1]);

function nameGroup(groups: readonly StatGroup[], { g0, g1 }: DeliveryCounts) {
  const values = [g0, g1];
  return Object.fromEntries(groups.map((group, index) => [group, values[index] ?? null]));
}

/** The period asked for. Throws `request_invalid` for one that is empty or too long. */
function readPeriod(query: { since?: string | undefined; until?: string | undefined }) {
  const until = query.until ?? new Date().toISOString();
  const since = query.since ?? new Date(Date.parse(until) - USUAL_DAYS * DAY_MS).toISOString();
  const length = Date.parse(until) - Date.parse(since);
  if (length <= 0) throw new BridgeError("request_invalid", "since must be before until");
  if (length > MAX_DAYS * DAY_MS)
    throw new BridgeError("request_invalid", `the period may have ${MAX_DAYS} days at most`);
  return { since, until };
}

/** How messages fared on their way. */
export const statsRoutes = [
  defineRoute({
    method: "get",
    path: "/stats/delivery",
    scope: "stats:read",
    summary: "Counts what became of messages, with the time each step took",
    tag: "statistics",
    query: z.strictObject({
      ...period,
      group_by: groupBy.optional(),
      channel: textFilter.optional(),
      account: textFilter.optional(),
      template: textFilter.optional(),
      campaign_id: id.optional(),
      category: textFilter.optional(),
    }),
    body: nothing,
    answer: deliveryStats,
    handle: async ({ query }, { db, caller }) => {
      const { group_by: groups = [], category, ...rest } = query;
      const filter = {
        ...rest,
        ...readPeriod(query),
        category: category?.toLowerCase(),
        channels: caller.channels,
      };
      const counts = await readDeliveryCounts(db, filter, groups, MAX_GROUPS + 1);
      if (counts.length > MAX_GROUPS)
        throw new BridgeError(
          "request_invalid",
          `there are more than ${MAX_GROUPS} groups: shorten the period or add a filter`,
        );
      const total = counts.reduce<Counts>(add, NOTHING);
      const oneIn = Math.max(1, Math.ceil(total.requested / SAMPLE));
      const latencies = await readDeliveryLatencies(db, filter, groups, oneIn);
      const byGroup = new Map(
        latencies.filter(({ is_total }) => !is_total).map((row) => [keyOf(row), row]),
      );
      return {
        since: filter.since,
        until: filter.until,
        group_by: groups,
        total: show(
          total,
          latencies.find(({ is_total }) => is_total),
        ),
        data:
          groups.length === 0
            ? []
            : counts.map((row) => ({
                group: nameGroup(groups, row),
                figures: show(row, byGroup.get(keyOf(row))),
              })),
      };
    },
  }),
] as const;
