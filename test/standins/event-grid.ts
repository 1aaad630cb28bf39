import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import {
  type BuiltEvent,
  type GridSchema,
  type InboundEvent,
  messageEvent,
  validationEvent,
  writeBatch,
} from "./event-grid-events.ts";

/** Answers after which an event is delivered. Source: Event Grid documentation, delivery and retry. */
const DELIVERED: ReadonlySet<number> = new Set([200, 201, 202, 203, 204]);

/** Answers after which an event is given up at once, for good. Source: Event Grid documentation, delivery and retry. */
const GIVEN_UP: ReadonlySet<number> = new Set([400, 401, 403, 413]);

/** Tries in all. The provider makes 30, with pauses of seconds to hours; here they are hundredths of a second. */
const MAX_TRIES = 30;
const FIRST_PAUSE_MS = 10;
const LONGEST_PAUSE_MS = 500;

/** The provider waits half a minute for an answer. */
const ANSWER_MS = 30_000;

export interface GridOptions {
  /** The webhook's address, its query included; may be set later with `deliverTo`. */
  readonly url?: string;
  readonly schema?: GridSchema;
  /** Delivery properties: headers of the subscription's own. */
  readonly properties?: Readonly<Record<string, string>>;
  /** A token for each delivery, where the subscription names an application of Entra. */
  readonly token?: () => Promise<string>;
}

/** One try to deliver a batch: the HTTP status, or 0 where no answer came. */
export interface GridTry {
  readonly status: number;
  readonly attempt: number;
}

/** A stand-in for a subscription of Event Grid. */
export interface Grid {
  readonly deliverTo: (url: string) => void;
  readonly hasTarget: () => boolean;
  /** Every try so far, in order. */
  readonly tries: readonly GridTry[];
  /** Batches that the other side made us give up. */
  readonly lost: readonly (readonly BuiltEvent[])[];
  /** Registers the webhook in the way of the schema; whether it was accepted. */
  readonly handshake: () => Promise<boolean>;
  /** Posts a body once and resolves with the HTTP status, 0 where no answer came. */
  readonly post: (body: unknown) => Promise<number>;
  /** Delivers a batch until it is taken or given up; whether it was taken. */
  readonly deliver: (events: readonly BuiltEvent[]) => Promise<boolean>;
  /** A person writes; resolves with the id of the message once it was delivered. */
  readonly say: (inbound: InboundEvent, text: string) => Promise<string>;
  /** A person taps a button or a row of a list. */
  readonly tap: (
    inbound: InboundEvent,
    choice: { readonly id: string; readonly title: string; readonly description?: string },
  ) => Promise<string>;
  readonly stop: () => void;
}

/** Starts a subscription. */
export function createGrid(options: GridOptions = {}): Grid {
  const tries: GridTry[] = [];
  const lost: (readonly BuiltEvent[])[] = [];
  const abort = new AbortController();
  const target = { url: options.url };
  const schema = options.schema ?? "eventgrid";
  const call = async (method: string, headers: Record<string, string>, body?: string) => {
    if (target.url === undefined) throw new Error("the stand-in has no webhook address");
    const token = await options.token?.();
    const signal = AbortSignal.any([abort.signal, AbortSignal.timeout(ANSWER_MS)]);
    const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const all = { ...options.properties, ...authorization, ...headers };
    return fetch(target.url, {
      method,
      headers: all,
      signal,
      redirect: "manual",
      ...(body !== undefined && { body }),
    });
  };
  const postOnce = async (body: unknown, attempt: number): Promise<number> => {
    const text = typeof body === "string" ? body : JSON.stringify(body);
    const headers = notificationHeaders(schema, attempt);
    const status = await call("POST", headers, text)
      .then(async (response) => {
        await response.arrayBuffer();
        return response.status;
      })
      .catch(() => 0);
    tries.push({ status, attempt });
    return status;
  };
  const deliver = async (events: readonly BuiltEvent[]): Promise<boolean> => {
    for (let attempt = 0; attempt < MAX_TRIES && !abort.signal.aborted; attempt += 1) {
      const status = await postOnce(writeBatch(events, schema), attempt);
      if (DELIVERED.has(status)) return true;
      if (GIVEN_UP.has(status)) break;
      const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** attempt, LONGEST_PAUSE_MS);
      await sleep(pauseMs, undefined, { signal: abort.signal }).catch(() => undefined);
    }
    lost.push(events);
    return false;
  };
  const write = async (inbound: InboundEvent, content: Readonly<Record<string, unknown>>) => {
    const messageId = inbound.messageId ?? randomUUID();
    await deliver([messageEvent({ ...inbound, messageId }, content)]);
    return messageId;
  };
  return {
    deliverTo: (url) => {
      target.url = url;
    },
    hasTarget: () => target.url !== undefined,
    tries,
    lost,
    handshake: () => (schema === "eventgrid" ? validate(call) : askPermission(call)),
    post: (body) => postOnce(body, 0),
    deliver,
    say: (inbound, text) => write(inbound, { messageType: "text", content: text }),
    tap: (inbound, choice) => {
      const isRow = choice.description !== undefined;
      const type = isRow ? "listReply" : "buttonReply";
      return write(inbound, {
        messageType: "interactive",
        interactive: { type, [type]: choice },
      });
    },
    stop: () => {
      abort.abort();
    },
  };
}

type Call = (method: string, headers: Record<string, string>, body?: string) => Promise<Response>;

function notificationHeaders(schema: GridSchema, attempt: number): Record<string, string> {
  const type = schema === "cloudevents" ? "application/cloudevents+json" : "application/json";
  return {
    "content-type": `${type}; charset=utf-8`,
    "aeg-event-type": "Notification",
    "aeg-subscription-name": "WHATSAPP-EVENTS",
    "aeg-delivery-count": String(attempt),
  };
}

/** Exactly 200 with the code counts. Source: Event Grid documentation, endpoint validation. */
async function validate(call: Call): Promise<boolean> {
  const code = randomUUID().toUpperCase();
  const body = JSON.stringify(writeBatch([validationEvent(code)], "eventgrid"));
  const headers = {
    "content-type": "application/json; charset=utf-8",
    "aeg-event-type": "SubscriptionValidation",
  };
  const response = await call("POST", headers, body);
  const text = await response.text();
  return response.status === 200 && text === JSON.stringify({ validationResponse: code });
}

/** Source: CloudEvents, HTTP 1.1 web hooks for event delivery, abuse protection. */
async function askPermission(call: Call): Promise<boolean> {
  const origin = "eventgrid.azure.net";
  const response = await call("OPTIONS", {
    "webhook-request-origin": origin,
    "webhook-request-rate": "120",
  });
  await response.arrayBuffer();
  const allowed = response.headers.get("webhook-allowed-origin");
  const rate = response.headers.get("webhook-allowed-rate");
  const isAllowed = (allowed === origin || allowed === "*") && rate !== null;
  return response.status === 200 && isAllowed;
}
