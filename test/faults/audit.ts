import { z } from "zod";
import type { Queryable } from "../../src/db/driver.ts";
import type { SentMessage } from "../standins/graph-desk.ts";
import type { RasaTurn } from "../standins/rasa.ts";
import type { FaultFigures } from "./fault.ts";
import type { SentWebhook } from "./sender.ts";

/** What is held against what: the provider's own list, the rows, and what came out at the other end. */
export interface AuditOptions {
  readonly db: Queryable;
  readonly sent: readonly SentWebhook[];
  /** What the provider took of our answers, each of which repeats the text it answers; absent, no answers are expected. */
  readonly answers?: readonly Pick<SentMessage, "payload" | "at">[];
  /** What the backend was asked. */
  readonly asked?: readonly Pick<RasaTurn, "message">[];
}

/** What the invariants L, D, O and S come to. */
export interface Audit {
  readonly acknowledged: number;
  /** L: acknowledged and not stored; or, where answers are expected, neither answered nor shown as given up. */
  readonly lost: number;
  /** D and S: stored more than once, or answered more than once without having been marked as uncertain before. */
  readonly duplicated: number;
  /** O: stored, asked or answered before one that was acknowledged earlier in the same conversation. */
  readonly outOfOrder: number;
  /** Answers sent again after they had been marked as uncertain. */
  readonly uncertain: number;
  /** Questions that the backend was asked again. */
  readonly askedAgain: number;
  /** Messages shown as given up: dead, or their answer failed. */
  readonly shown: number;
  /** Webhooks the provider stopped sending, although they were never taken. */
  readonly givenUp: number;
  /** The first of what is wrong, in words. */
  readonly examples: readonly string[];
}

const storedRows = z.array(
  z.object({
    externalId: z.string(),
    copies: z.number(),
    isDead: z.boolean(),
    failed: z.number(),
    /** When answers were marked as uncertain, milliseconds since the epoch. */
    uncertain: z.array(z.number()),
  }),
);

/** Each message as it was stored, in the order of arrival, with what became of its answers. */
const STORED = `
  with answers as (
    select m.in_reply_to as id, count(*) filter (where m.status in ('failed', 'uncertain'))::int as failed,
      coalesce(json_agg(a.at) filter (where a.at is not null), '[]') as uncertain
    from messages m left join lateral (
      select extract(epoch from t.finished_at)::float8 * 1000 as at from send_attempts t
      where t.message_id = m.id and t.outcome = 'uncertain'
    ) a on true
    where m.direction = 'out' and m.in_reply_to is not null group by 1
  )
  select i.external_id as "externalId", count(distinct i.id)::int as copies, bool_or(i.dead_at is not null) as "isDead",
    coalesce(sum(a.failed), 0)::int as failed, coalesce((array_agg(a.uncertain))[1], '[]') as uncertain
  from inbox i left join answers a on a.id = i.message_id
  group by i.external_id order by min(i.id)`;

const EXAMPLES = 5;

/** The word of an answer that repeats what was asked: ids have neither spaces nor quotes. */
const ECHO = /"body":"eco ([^"\s]+)/;

function echoOf(payload: unknown): string | undefined {
  return ECHO.exec(JSON.stringify(payload))?.[1];
}

/**
 * Those of a list that come after one of the same conversation that had not even been sent when they were acknowledged. What
 * was under way at the same time has no order.
 */
export function listOutOfOrder(handled: readonly SentWebhook[]): readonly SentWebhook[] {
  const latest = new Map<string, number>();
  return handled.filter((one) => {
    const before = latest.get(one.person) ?? Number.NEGATIVE_INFINITY;
    latest.set(one.person, Math.max(before, one.firstTriedAt));
    return one.takenAt !== undefined && before > one.takenAt;
  });
}

/** Audits a database and what came out of it. Everything must have come to rest: see `restOf`. */
export async function audit({ db, sent, answers, asked = [] }: AuditOptions): Promise<Audit> {
  const rows = storedRows.parse(await db.query(STORED));
  const stored = new Map(rows.map((row) => [row.externalId, row]));
  const byId = new Map(sent.map((one) => [one.id, one]));
  const byText = new Map(sent.map((one) => [one.text, one]));
  const heard: SentWebhook[] = [];
  const heardAt = new Map<SentWebhook, number[]>();
  for (const { payload, at } of answers ?? []) {
    const one = byText.get(echoOf(payload) ?? "");
    if (one === undefined) continue;
    heard.push(one);
    heardAt.set(one, [...(heardAt.get(one) ?? []), at]);
  }
  const examples: string[] = [];
  const note = (id: string, what: string): number => {
    if (examples.length < EXAMPLES) examples.push(`${id}: ${what}`);
    return 1;
  };

  const taken = sent.filter(({ takenAt }) => takenAt !== undefined);
  const totals = { lost: 0, duplicated: 0, uncertain: 0, shown: 0 };
  for (const one of taken) {
    const row = stored.get(one.id);
    if (row === undefined) {
      totals.lost += note(one.id, "acknowledged and not stored");
      continue;
    }
    const isShown = row.isDead || row.failed > 0;
    if (isShown) totals.shown += 1;
    if (answers !== undefined && !heardAt.has(one) && !isShown)
      totals.lost += note(one.id, "acknowledged and not answered");
  }
  for (const one of sent) {
    const row = stored.get(one.id);
    const copies = (row?.copies ?? 1) - 1;
    if (copies > 0) totals.duplicated += copies * note(one.id, "stored more than once");
    const again = (heardAt.get(one) ?? []).slice(1);
    const allowed = countAllowed(again, row?.uncertain ?? []);
    totals.uncertain += allowed;
    if (again.length > allowed) {
      note(one.id, "answered more than once");
      totals.duplicated += again.length - allowed;
    }
  }

  const firstAsked = new Set(asked.flatMap(({ message }) => byText.get(message) ?? []));
  const disordered = new Set([
    ...listOutOfOrder(rows.flatMap(({ externalId }) => byId.get(externalId) ?? [])),
    ...listOutOfOrder([...firstAsked]),
    ...listOutOfOrder(heard),
  ]);
  for (const one of disordered) note(one.id, "out of order");
  const questions = asked.filter(({ message }) => byText.has(message)).length;
  return {
    acknowledged: taken.length,
    ...totals,
    outOfOrder: disordered.size,
    askedAgain: questions - firstAsked.size,
    givenUp: sent.filter(({ isGivenUp }) => isGivenUp).length,
    examples,
  };
}

/** How many answers, sent again at these times, had been marked as uncertain before, once for each. */
function countAllowed(again: readonly number[], marked: readonly number[]): number {
  let allowed = 0;
  for (const at of again) if (marked.filter((mark) => mark <= at).length > allowed) allowed += 1;
  return allowed;
}

const restRows = z.array(z.object({ waiting: z.number(), outbox: z.number() }));

/** Work that is left: messages without their turn, and answers on their way. All of it is done once both are 0. */
export async function restOf(
  db: Queryable,
): Promise<{ readonly waiting: number; readonly outbox: number }> {
  const rows = await db.query(
    `select (select count(*)::int from inbox where done_at is null) as waiting,
       (select count(*)::int from messages where direction = 'out' and status in ('queued', 'sending', 'uncertain'))
         as outbox`,
  );
  return restRows.parse(rows)[0] ?? { waiting: 0, outbox: 0 };
}

/** The figures of a fault that are the audit's, with what is to be said of them. */
export function auditFigures({ acknowledged, lost, duplicated, outOfOrder, ...more }: Audit): Pick<
  FaultFigures,
  "acknowledged" | "lost" | "duplicated" | "outOfOrder"
> & {
  readonly notes: readonly string[];
} {
  const said = [
    [more.uncertain, "answers were sent again after they had been marked as uncertain"],
    [more.askedAgain, "questions were asked again"],
    [more.shown, "messages are shown as given up"],
    [more.givenUp, "webhooks were given up by the provider, unacknowledged"],
  ] as const;
  const notes = said.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
  return { acknowledged, lost, duplicated, outOfOrder, notes: [...notes, ...more.examples] };
}
