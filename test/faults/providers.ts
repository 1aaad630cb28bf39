import { Buffer } from "node:buffer";
import { messageEvent, writeBatch } from "../standins/event-grid-events.ts";
import { upsertWebhook } from "../standins/evolution-webhooks.ts";
import { signWebhook, textWebhook } from "../standins/graph-webhooks.ts";

/** One message of a person, numbered from 0 in the order in which the person wrote. */
export interface Spoken {
  /** Unique for the provider. */
  readonly id: string;
  /** Digits without `+`. */
  readonly person: string;
  readonly turn: number;
  readonly text: string;
}

/** A webhook call as the provider makes it. */
export interface ProviderCall {
  readonly body: Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

/** How a provider delivers webhooks, and what it makes of the answers. */
export interface Habits {
  readonly name: string;
  /** Path and query of the webhook, below the bridge. */
  readonly path: string;
  /** Milliseconds it waits for an answer. */
  readonly answerMs: number;
  /** Tries in all; then it gives the webhook up. */
  readonly maxTries: number;
  readonly isTaken: (status: number) => boolean;
  /** Answers after which it gives the webhook up at once. */
  readonly isFinal: (status: number) => boolean;
  /** Milliseconds, unscaled, between the try of this number (from 1 on) and the next. */
  readonly pauseMs: (tries: number) => number;
  readonly write: (spoken: Spoken) => ProviderCall;
}

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/**
 * Meta's Cloud API: only 200 counts, nothing is final, exponential pauses for up to 7 days. Its first pauses are nowhere
 * written down; a second, doubled up to an hour, is assumed. Source: Cloud API, webhooks.
 */
export function metaHabits(own: {
  readonly account: string;
  readonly appSecret: string;
  readonly path?: string;
}): Habits {
  return {
    name: "Meta Cloud API",
    path: own.path ?? "/webhooks/whatsapp/webhook",
    answerMs: 20 * SECOND_MS,
    maxTries: 175,
    isTaken: (status) => status === 200,
    isFinal: () => false,
    pauseMs: (tries) => Math.min(SECOND_MS * 2 ** (tries - 1), HOUR_MS),
    write: ({ id, person, text }) => {
      const body = textWebhook({ account: own.account, from: person, id, text });
      const { rawBody, headers } = signWebhook(body, own.appSecret);
      return { body: rawBody, headers };
    },
  };
}

/** Source: Event Grid documentation, delivery and retry. */
const GRID_PAUSES_MS = [
  10 * SECOND_MS,
  30 * SECOND_MS,
  MINUTE_MS,
  5 * MINUTE_MS,
  10 * MINUTE_MS,
  30 * MINUTE_MS,
  HOUR_MS,
] as const;

/** Azure Event Grid: 2xx counts, 400, 401, 403 and 413 are final, 30 tries. */
export function gridHabits(own: { readonly channelId: string; readonly path: string }): Habits {
  return {
    name: "Azure Event Grid",
    path: own.path,
    answerMs: 30 * SECOND_MS,
    maxTries: 30,
    isTaken: (status) => status >= 200 && status <= 204,
    isFinal: (status) => [400, 401, 403, 413].includes(status),
    pauseMs: (tries) => GRID_PAUSES_MS[Math.min(tries, GRID_PAUSES_MS.length) - 1] ?? HOUR_MS,
    write: ({ id, person, text }) => {
      const inbound = { messageId: id, from: person, channelId: own.channelId };
      const event = messageEvent(inbound, { messageType: "text", content: text });
      return {
        body: Buffer.from(JSON.stringify(writeBatch([event], "eventgrid"))),
        headers: { "content-type": "application/json", "aeg-event-type": "Notification" },
      };
    },
  };
}

/**
 * Evolution API 2: 2xx counts, 400, 401, 403, 404 and 422 are final, 10 tries, 5 s doubled up to 300 s. Source: Evolution API,
 * webhook controller.
 */
export function evolutionHabits(own: {
  readonly instance: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
}): Habits {
  return {
    name: "Evolution API",
    path: own.path,
    answerMs: 30 * SECOND_MS,
    maxTries: 10,
    isTaken: (status) => status >= 200 && status < 300,
    isFinal: (status) => [400, 401, 403, 404, 422].includes(status),
    pauseMs: (tries) => Math.min(5 * SECOND_MS * 2 ** (tries - 1), 300 * SECOND_MS),
    write: ({ id, person, text }) => ({
      body: Buffer.from(
        JSON.stringify(
          upsertWebhook({
            instance: own.instance,
            from: `${person}@s.whatsapp.net`,
            id,
            message: { conversation: text },
            timestamp: Math.floor(Date.now() / SECOND_MS),
          }),
        ),
      ),
      headers: { "content-type": "application/json", ...own.headers },
    }),
  };
}
