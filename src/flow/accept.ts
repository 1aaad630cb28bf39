import { randomUUIDv7 } from "node:crypto";
import { apart } from "../apart.ts";
import { createBatch } from "../db/batch.ts";
import { resolveContacts } from "../db/contacts.ts";
import type { Database } from "../db/driver.ts";
import {
  type ArrivedMessage,
  type MessageKey,
  reopenStale,
  storeWebhooks,
  type WebhookRow,
} from "../db/inbox.ts";
import { optIn, optOut } from "../db/opt-outs.ts";
import { isDataError } from "../db/store-errors.ts";
import type { ChannelStatus } from "../db/statuses.ts";
import { conversationId, withIds } from "../identity.ts";
import { correlationId } from "../log.ts";
import type {
  ChannelEvent,
  IdentityChange,
  InboundMessage,
  PreferenceChange,
} from "../messages.ts";
import type { Channel } from "../channels/channel.ts";
import type { Bursts } from "./burst.ts";
import type { Observer } from "./observer.ts";
import type { Pace } from "./pace.ts";
import { type ArrivedNotice, storeNotices } from "./notices.ts";
import { type ArrivedPush, LOST_PUSH, storePushes } from "./push.ts";
import { reportStored, type Understood } from "./report-stored.ts";
import { storeAccountStates, storeTakeovers } from "./side-events.ts";
import type { StatusFlow } from "./status.ts";
import { inSpan } from "../trace.ts";

/** A genuine webhook, ready to be stored. `headers` is a small allow-list without credentials. */
export interface AcceptedWebhook {
  readonly channel: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly rawBody: Buffer;
  readonly result: Understood;
  /** The id of the stored webhook this is the replay of; its body is not stored again. */
  readonly replayOf?: string;
}

/**
 * Stores a webhook and everything in it. When it resolves, all is committed: only then may the provider be answered.
 * Resolves with our ids of the inbound messages, in order. Throws `store_*`.
 */
export type Accept = (webhook: AcceptedWebhook) => Promise<readonly string[]>;

interface AcceptDependencies {
  readonly db: Database;
  readonly statuses: StatusFlow;
  readonly pace: Pace;
  /** By name. */
  readonly channels: ReadonlyMap<string, { readonly channel: Channel }>;
  readonly gather: Bursts["gather"];
  readonly observer: Observer;
  /** Tells this process's workers that there is work. */
  readonly onWork: () => void;
}

/** Two flushes at once keep the database busy while the next batch gathers, where there is enough for two. */
const FLUSHES = 2;
const BESIDE_FROM = 24;
const MAX_BATCH = 500;
/** Bytes of bodies that may wait; beyond that new webhooks are refused and the provider sends them again. */
const MAX_WAITING_BYTES = 64 * 1024 * 1024;
/** What a waiting webhook costs beside its body. */
const BASE_WEIGHT = 2_000;

interface Job {
  readonly webhook: AcceptedWebhook;
  readonly eventId: string;
  readonly messages: readonly { readonly id: string; readonly message: InboundMessage }[];
  /** Where the spans of everything in it belong. */
  readonly trace: string | undefined;
  /** The id of the call that brought it. */
  readonly correlation: string | undefined;
}

/** Builds the step between a verified webhook and the 200 that acknowledges it. */
export function createAccept(deps: AcceptDependencies): Accept {
  const storeAll = (jobs: readonly Job[]) => apart(() => storeJobs(deps, jobs));
  const store = createBatch(storeAll, {
    concurrency: FLUSHES,
    besideFrom: BESIDE_FROM,
    maxItems: MAX_BATCH,
    maxWaiting: MAX_WAITING_BYTES,
    keysOf: ({ webhook: { channel }, messages }) =>
      messages.flatMap(({ message: { identities } }) =>
        identities.map(({ kind, value }) => `${channel} ${kind} ${value}`),
      ),
    weigh: ({ webhook }) => webhook.rawBody.length + BASE_WEIGHT,
  });
  const accept = async (webhook: AcceptedWebhook, trace: string | undefined) => {
    const job = toJob(webhook, trace);
    try {
      // A second try: two contacts that became one at this very moment look like wrong data.
      return await store(job).catch((error: unknown) => {
        if (!isDataError(error)) throw error;
        return store(job);
      });
    } catch (error) {
      if (!isDataError(error) || webhook.result.kind === "quarantine") throw error;
      // The body of a replay is stored already; its caller is told, and the webhook stays as it was.
      if (webhook.replayOf !== undefined) throw error;
      deps.observer.problem("a webhook could not be stored as it was understood", error, {
        channel: webhook.channel,
      });
      const reason = "the database refused a value of the webhook";
      return store(toJob({ ...webhook, result: { kind: "quarantine", reason } }, trace));
    }
  };
  return (webhook) =>
    inSpan("store inbox", { kind: "producer", facts: factsOf(webhook) }, (span) =>
      accept(webhook, span.traceparent()),
    );
}

function factsOf({ channel, result }: AcceptedWebhook) {
  return {
    "messaging.system": "ponte",
    "messaging.operation.type": "send",
    "messaging.operation.name": "store",
    "messaging.destination.name": "inbox",
    "messaging.batch.message_count": result.kind === "events" ? result.events.length : 0,
    "ponte.channel": channel,
    "ponte.outcome": result.kind === "events" ? "understood" : "quarantined",
  };
}

function toJob(webhook: AcceptedWebhook, trace: string | undefined): Job {
  const events = webhook.result.kind === "events" ? webhook.result.events : [];
  const messages = events.filter((event) => event.kind === "message");
  return {
    webhook,
    eventId: webhook.replayOf ?? randomUUIDv7(),
    messages: withIds(messages).map(({ id, thing }) => ({ id, message: thing })),
    trace,
    correlation: correlationId(),
  };
}

/**
 * Every part is idempotent but the storing of the bodies, which comes last: so a batch that is refused may be run again in
 * halves, and a webhook may be sent again by its provider.
 */
async function storeJobs(
  deps: AcceptDependencies,
  jobs: readonly Job[],
): Promise<readonly (readonly string[])[]> {
  for (const change of collect(jobs, "identity")) await relink(deps.db, change);
  const arrived = await findConversations(deps, jobs);
  const fresh = jobs.filter(({ webhook }) => webhook.replayOf === undefined);
  const statuses: ChannelStatus[] = collect(jobs, "status");
  await deps.statuses.apply(statuses);
  for (const change of collect(jobs, "preference")) await recordPreference(deps.db, change);
  await storeTakeovers(deps.db, collect(jobs, "takeover"));
  await storeAccountStates(deps, collect(jobs, "account"));
  const lost = await storePushes(deps, listPushes(jobs));
  await storeNotices(deps.db, listNotices(jobs));
  const rows = fresh.map((job) => toRow(job, lost));
  const stored = await storeWebhooks(deps.db, rows, arrived);
  const reopened = await reopenStale(deps.db, listReplayed(jobs));
  reportStored(deps.observer, jobs);
  if (stored + reopened > 0 || collect(jobs, "push").length > 0) deps.onWork();
  return jobs.map(({ messages }) => messages.map(({ id }) => id));
}

type EventOf<Kind extends ChannelEvent["kind"]> = Extract<ChannelEvent, { readonly kind: Kind }>;

function isOfKind<Kind extends ChannelEvent["kind"]>(
  event: ChannelEvent,
  kind: Kind,
): event is EventOf<Kind> {
  return event.kind === kind;
}

function collect<Kind extends ChannelEvent["kind"]>(jobs: readonly Job[], kind: Kind) {
  const found: {
    readonly channel: string;
    readonly update: EventOf<Kind>;
    readonly trace: string | undefined;
  }[] = [];
  for (const { webhook, trace } of jobs) {
    if (webhook.result.kind !== "events") continue;
    for (const event of webhook.result.events)
      if (isOfKind(event, kind)) found.push({ channel: webhook.channel, update: event, trace });
  }
  return found;
}

function listPushes(jobs: readonly Job[]): readonly ArrivedPush[] {
  return jobs.flatMap(({ webhook, eventId, trace }) => {
    const events = webhook.result.kind === "events" ? webhook.result.events : [];
    return events.flatMap((event, place) =>
      event.kind === "push" ? [{ eventId, place, push: event, trace }] : [],
    );
  });
}

function listNotices(jobs: readonly Job[]): readonly ArrivedNotice[] {
  return jobs.flatMap(({ webhook: { channel, result }, eventId }) =>
    (result.kind === "events" ? result.events : []).flatMap((update, place) =>
      update.kind === "notice" ? [{ channel, update, eventId, place }] : [],
    ),
  );
}

/** Says why a webhook is put aside: nobody understands it, or what it says is for nobody we know. */
function whyQuarantined({ webhook, eventId }: Job, lost: ReadonlySet<ArrivedPush>): string | null {
  if (webhook.result.kind === "quarantine") return webhook.result.reason;
  const isLost = [...lost].some((push) => push.eventId === eventId);
  return isLost ? LOST_PUSH : null;
}

function toRow(job: Job, lost: ReadonlySet<ArrivedPush>): WebhookRow {
  const { webhook, eventId } = job;
  const { result } = webhook;
  const reason = whyQuarantined(job, lost);
  return {
    id: eventId,
    channel: webhook.channel,
    state: reason === null ? "stored" : "quarantined",
    reason,
    headers: webhook.headers,
    body: webhook.rawBody,
    eventCount: result.kind === "events" ? result.events.length : 0,
  };
}

/** An operator who replays a webhook wants its messages answered, however late they came. */
function listReplayed(jobs: readonly Job[]): readonly MessageKey[] {
  const replays = jobs.filter(({ webhook }) => webhook.replayOf !== undefined);
  return replays.flatMap(({ webhook: { channel }, messages }) =>
    messages.map(({ message: { account, externalId } }) => ({ channel, account, externalId })),
  );
}

async function findConversations(
  { db, gather }: Pick<AcceptDependencies, "db" | "gather">,
  jobs: readonly Job[],
): Promise<readonly ArrivedMessage[]> {
  const all = jobs.flatMap(({ webhook: { channel }, eventId, messages, trace }) =>
    messages.map(({ id, message }) => ({ id, message, eventId, channel, trace })),
  );
  const contacts = await resolveContacts(
    db,
    all.map(({ channel, message }) => ({ channel, identities: message.identities })),
  );
  return all.flatMap(({ id, message, eventId, channel, trace }, index) => {
    const contactId = contacts[index];
    if (contactId === undefined) return [];
    const waits = gather(channel, message);
    return {
      messageId: id,
      eventId,
      conversationId: conversationId(channel, message.account, contactId),
      contactId,
      channel,
      message,
      trace,
      ...(waits !== undefined && { gather: waits }),
    };
  });
}

/** The provider says that two names are one person. */
async function relink(
  db: Database,
  { channel, update }: { readonly channel: string; readonly update: IdentityChange },
): Promise<void> {
  await resolveContacts(db, [{ channel, identities: [update.previous, ...update.current] }]);
}

async function recordPreference(
  db: Database,
  { channel, update }: { readonly channel: string; readonly update: PreferenceChange },
): Promise<void> {
  const [contactId] = await resolveContacts(db, [{ channel, identities: update.identities }]);
  if (contactId === undefined) return;
  const { account, scope, at } = update;
  const change = { contactId, channel, account, scope, method: "provider_setting", at };
  await (update.optedOut ? optOut(db, change) : optIn(db, change));
}
