import type { Message } from "amqplib";
import type { Database } from "../../db/driver.ts";
import {
  type NotificationEvent,
  eventKey,
  findSettled,
  recordEvents,
} from "../../db/notification-events.ts";
import { type OutboundLot, enqueue } from "../../db/outbound.ts";
import type { SendRequest } from "../prepare-message.ts";
import { applyRule } from "./apply-rule.ts";
import { fits } from "./fits.ts";
import type { Applied, Prepared } from "./notification.ts";
import type { EventOutcome } from "./observer.ts";
import { type BrokerEvent, readEvent } from "./read-event.ts";
import type { NotificationRule } from "./rule-schema.ts";

/** What events are handled with. */
export interface EventTools {
  readonly db: Database;
  /** Where the events come from: names of other brokers' events are other names. */
  readonly source: string;
  readonly rules: readonly NotificationRule[];
  /** Checks a message and says what is to be enqueued. Throws `store_*`. */
  readonly prepare: (request: SendRequest) => Promise<Prepared>;
  /** Tells this process's workers that a conversation became due. */
  readonly onWork: () => void;
}

/** What became of a delivery. `problems` quote nothing of the event; with any, it belongs to the dead letters. */
export interface Handled {
  readonly outcomes: readonly EventOutcome[];
  readonly problems: readonly string[];
}

type Settling = Exclude<Applied, { readonly kind: "not_for_it" }> & {
  readonly rule: NotificationRule;
};

/** What is to be recorded of a rule, and stored with it. */
interface Made {
  readonly row: NotificationEvent;
  readonly lot?: OutboundLot;
  readonly problems: readonly string[];
}

/**
 * Tells people of an event, once each rule, however often it is delivered: the event is recorded in the transaction that puts
 * its messages into the outbox. Returns after the commit. Throws `store_*` where it has to be tried again.
 */
export async function handleEvent(
  delivery: Pick<Message, "content" | "fields" | "properties">,
  tools: EventTools,
): Promise<Handled> {
  const read = readEvent(delivery);
  if (read.kind === "unreadable") return refuseUnread(read.event, read.problem, tools);
  const found = await applyRules(read.event, tools);
  if (found.length === 0) return { outcomes: ["ignored"], problems: [] };
  const asked = found.map(({ eventId, rule }) => ({ eventId, rule: rule.name }));
  const settled = await findSettled(tools.db, tools.source, asked);
  const open = found.filter(({ eventId, rule }) => !settled.has(eventKey(eventId, rule.name)));
  const made: Made[] = [];
  for (const one of open) made.push(await make(one, tools));
  const recorded = await record(read.event, made, tools);
  const known = Array.from({ length: found.length - recorded.length }, () => "known" as const);
  return {
    outcomes: [...known, ...recorded.map(({ row }) => row.outcome)],
    problems: recorded.flatMap(({ row, problems }) => problems.map((one) => `${row.rule}: ${one}`)),
  };
}

async function applyRules(
  event: BrokerEvent,
  { rules, source }: EventTools,
): Promise<readonly Settling[]> {
  const found: Settling[] = [];
  for (const rule of rules) {
    if (!fits(rule, event)) continue;
    const applied = await applyRule(rule, event, source);
    if (applied.kind !== "not_for_it") found.push({ ...applied, rule });
  }
  return found;
}

async function make(one: Settling, { prepare }: EventTools): Promise<Made> {
  const { rule, eventId } = one;
  const about = { rule: rule.name, channel: rule.channel, eventId };
  const refuse = (problems: readonly string[]): Made => ({
    row: { ...about, outcome: "refused", detail: problems.join("; ") },
    problems,
  });
  if (one.kind === "refused") return refuse(one.problems);
  const prepared = await prepare(one.request);
  switch (prepared.kind) {
    case "ready": {
      const { messageId } = one.request;
      return {
        row: { ...about, outcome: "queued", messageId },
        lot: prepared.lot,
        problems: [],
      };
    }
    case "skipped":
      return { row: { ...about, outcome: "skipped", detail: prepared.reason }, problems: [] };
    case "refused":
      return refuse(prepared.problems);
  }
}

/** Gives what was recorded: all but what another delivery of the event has settled meanwhile. */
async function record(
  event: BrokerEvent,
  made: readonly Made[],
  { db, source, onWork }: EventTools,
): Promise<readonly Made[]> {
  if (made.length === 0) return [];
  const rows = made.map(({ row }) => row);
  const recorded = await db.transaction(async (tx) => {
    const origin = { source, type: event.type ?? event.routingKey };
    const keys = await recordEvents(tx, origin, rows);
    const fresh = made.filter(({ row }) => keys.has(eventKey(row.eventId, row.rule)));
    await enqueue(tx, lotsOf(fresh));
    return fresh;
  });
  if (lotsOf(recorded).some(({ facts }) => facts?.held === undefined)) onWork();
  return recorded;
}

const lotsOf = (made: readonly Made[]): readonly OutboundLot[] =>
  made.flatMap(({ lot }) => (lot === undefined ? [] : [lot]));

async function refuseUnread(
  event: BrokerEvent,
  problem: string,
  tools: EventTools,
): Promise<Handled> {
  const eventId = event.id ?? event.digest;
  const row = { rule: "", eventId, outcome: "refused" as const, detail: problem };
  await record(event, [{ row, problems: [problem] }], tools);
  return { outcomes: ["refused"], problems: [`the event ${problem}`] };
}
