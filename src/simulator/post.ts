import { setTimeout as sleep } from "node:timers/promises";
import type { WebhookDraft } from "./lines/line.ts";
import type { MadeCall } from "./orders.ts";
import { type Http, HttpFailure } from "../transport.ts";

/** How long the provider waits for an answer, milliseconds. */
const TIMEOUT_MS = 20_000;

/** Pauses before the call is made again, milliseconds: a provider goes on for longer. */
const PAUSES_MS = [250, 1_000, 3_000] as const;

/** Bytes of an answer that are looked at; a bridge answers webhooks with next to nothing. */
const MAX_BYTES = 64 * 1024;

/** Posts webhooks to our own server, and again where it asks for that or does not answer; gives every try. */
export async function postWebhook(
  http: Http,
  url: string,
  draft: WebhookDraft,
  signal: AbortSignal,
): Promise<readonly MadeCall[]> {
  const calls: MadeCall[] = [];
  for (const pauseMs of [0, ...PAUSES_MS]) {
    if (pauseMs > 0) await sleep(pauseMs, undefined, { signal, ref: false }).catch(() => undefined);
    if (signal.aborted) return calls;
    const call = await postOnce(http, url, draft, signal);
    calls.push(call);
    if (call.status !== 0 && call.status !== 503) return calls;
  }
  return calls;
}

async function postOnce(
  http: Http,
  url: string,
  { headers, body }: WebhookDraft,
  signal: AbortSignal,
): Promise<MadeCall> {
  const started = performance.now();
  const made = (status: number, answer: string): MadeCall => {
    const ms = Math.round(performance.now() - started);
    return { method: "POST", url, headers, body, status, answer, ms };
  };
  const request = { method: "POST", url, headers, body } as const;
  try {
    const answer = await http(request, { timeoutMs: TIMEOUT_MS, maxBytes: MAX_BYTES, signal });
    return made(answer.status, answer.body);
  } catch (thrown) {
    if (thrown instanceof HttpFailure) return made(0, "");
    throw thrown;
  }
}
