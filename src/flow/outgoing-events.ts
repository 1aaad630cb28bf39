import { Webhook } from "standardwebhooks";
import { isLoopback } from "../config/modules.ts";
import type { WebhookSettings } from "../config/settings.ts";
import {
  type ClaimedEvent,
  claimEvents,
  endSubscription,
  type EventOutcome,
  saveSubscriptions,
  settleEvent,
} from "../db/outgoing-events.ts";
import type { Database } from "../db/driver.ts";
import { BridgeError } from "../errors.ts";
import { type Http, HttpFailure, type HttpResponse } from "../transport.ts";
import type { Observer } from "./observer.ts";

/** Milliseconds before each next try. Source: Standard Webhooks 1.0, operational considerations, shortened to a day. */
const RETRY_DELAYS_MS = [5_000, 300_000, 1_800_000, 7_200_000, 18_000_000, 36_000_000] as const;

/** A busy receiver names its own time of the next try, within these bounds. */
const RETRY_AFTER_MS = { min: 1_000, max: 3_600_000 } as const;

/** Statuses with which `Retry-After` says when to come back. Source: RFC 9110, section 10.2.3; RFC 6585, section 4. */
const BUSY: readonly number[] = [429, 503];

/** Events of one receiver under way at once. */
const AT_ONCE = 10;

/** How much longer than a call an event is held: a process that dies over one leaves it to another after that. */
const LEASE_MARGIN_MS = 30_000;

/** Bytes of an answer that are read: it is its status that counts. */
const MAX_ANSWER_BYTES = 65_536;

export interface EventDeliveryDependencies {
  readonly db: Database;
  readonly http: Http;
  readonly endpoints: WebhookSettings["endpoints"];
  /** Whether a receiver may be in a private network; one on this machine always may. */
  readonly allowInsecure: boolean;
  readonly observer: Pick<Observer, "problem">;
  readonly now: () => Date;
}

/** Tells the operator's own systems what happened. */
export interface EventDelivery {
  /** Remembers who wants what. Throws `store_*`. */
  readonly subscribe: () => Promise<void>;
  /** Delivers what is due; a look at a receiver that is still being told something is left out. Throws `store_*`. */
  readonly run: () => Promise<void>;
  /** Takes no more events and gives back those under way. */
  readonly stop: () => Promise<void>;
}

/** Builds the loop that delivers events; receivers do not wait for one another. */
export function createEventDelivery(deps: EventDeliveryDependencies): EventDelivery {
  const busy = new Map<string, Promise<void>>();
  const ending = new AbortController();
  const receivers = Object.entries(deps.endpoints).map(([name, settings]) => ({
    name,
    settings,
    signer: new Webhook(settings.secret),
  }));

  const tellAll = async (receiver: Receiver): Promise<void> => {
    const leaseMs = receiver.settings.timeout_ms + LEASE_MARGIN_MS;
    while (!ending.signal.aborted) {
      const options = { endpoint: receiver.name, limit: AT_ONCE, leaseMs };
      const events = await claimEvents(deps.db, options);
      await Promise.all(events.map((event) => tell(deps, receiver, event, ending.signal)));
      if (events.length < AT_ONCE) return;
    }
  };

  return {
    subscribe: () =>
      saveSubscriptions(
        deps.db,
        receivers.map(({ name, settings }) => ({ endpoint: name, types: settings.events })),
      ),
    run: async () => {
      const idle = receivers.filter(({ name }) => !busy.has(name));
      await Promise.all(
        idle.map((receiver) => {
          const work = tellAll(receiver).finally(() => busy.delete(receiver.name));
          busy.set(receiver.name, work);
          return work;
        }),
      );
    },
    stop: async () => {
      ending.abort();
      await Promise.allSettled(busy.values());
    },
  };
}

interface Receiver {
  readonly name: string;
  readonly settings: WebhookSettings["endpoints"][string];
  readonly signer: Webhook;
}

async function tell(
  deps: EventDeliveryDependencies,
  receiver: Receiver,
  event: ClaimedEvent,
  signal: AbortSignal,
): Promise<void> {
  const answer = await post(deps, receiver, event, signal);
  if (typeof answer === "object" && answer.status === 410) {
    await endSubscription(deps.db, receiver.name, "answered 410");
    const gone = new BridgeError("request_gone", "the receiver wants no more events");
    deps.observer.problem("a receiver of events is gone", gone, { endpoint: receiver.name });
    return;
  }
  const outcome =
    signal.aborted && answer === "aborted" ? UNSENT : judge(answer, event.attempts, deps.now());
  await settleEvent(deps.db, event, outcome);
  if (outcome.kind !== "dead") return;
  const error = new BridgeError("channel_unavailable", `the last try: ${outcome.error}`);
  const fields = { endpoint: receiver.name, type: event.type, event_id: event.id };
  deps.observer.problem("an event was given up", error, fields);
}

const UNSENT: EventOutcome = { kind: "unsent" };

/** What counts of an answer, or why there is none. */
type Answer = Pick<HttpResponse, "status" | "headers"> | HttpFailure["reason"];

async function post(
  { http, now, allowInsecure }: EventDeliveryDependencies,
  { settings, signer }: Receiver,
  { id, body }: ClaimedEvent,
  signal: AbortSignal,
): Promise<Answer> {
  const at = now();
  try {
    return await http(
      {
        method: "POST",
        url: settings.url,
        headers: {
          "content-type": "application/json",
          "webhook-id": id,
          "webhook-timestamp": String(Math.floor(at.getTime() / 1000)),
          "webhook-signature": signer.sign(id, at, body),
        },
        body,
      },
      {
        timeoutMs: settings.timeout_ms,
        maxBytes: MAX_ANSWER_BYTES,
        signal,
        publicOnly: !allowInsecure && !isLoopback(new URL(settings.url).hostname),
      },
    );
  } catch (error) {
    if (!(error instanceof HttpFailure)) throw error;
    return error.reason;
  }
}

/** Any 2xx is an arrival. A redirect is none: an event must not go where nobody configured it to. */
function judge(answer: Answer, attempts: number, now: Date): EventOutcome {
  const isAnswer = typeof answer === "object";
  if (isAnswer && answer.status >= 200 && answer.status < 300) return { kind: "done" };
  const error = isAnswer ? `answered ${answer.status}` : `no answer: ${answer}`;
  const delayMs = RETRY_DELAYS_MS[attempts - 1];
  if (delayMs === undefined) return { kind: "dead", error };
  const askedMs = isAnswer && BUSY.includes(answer.status) ? askedDelay(answer, now) : undefined;
  return { kind: "retry", delayMs: askedMs ?? delayMs, error };
}

/** The pause that a receiver asks for, in seconds or as a date; undefined where it asks for none that can be read. */
function askedDelay({ headers }: Pick<HttpResponse, "headers">, now: Date): number | undefined {
  const text = headers["retry-after"]?.trim() ?? "";
  const isDate = text.endsWith("GMT");
  const ms = isDate ? Date.parse(text) - now.getTime() : Number(text) * 1_000;
  if (Number.isNaN(ms) || (!isDate && !/^\d{1,9}$/.test(text))) return undefined;
  return Math.min(Math.max(ms, RETRY_AFTER_MS.min), RETRY_AFTER_MS.max);
}
