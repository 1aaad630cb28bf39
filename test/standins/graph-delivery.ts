import { Agent } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { signWebhook } from "./graph-webhooks.ts";
import { postOnce } from "./post-once.ts";

/** How often one webhook is posted before the stand-in gives up. The provider goes on for a week. */
const MAX_TRIES = 100;
const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 500;

/** How long it waits for an answer. */
const ANSWER_MS = 30_000;

/** One try to deliver a webhook: the HTTP status, or 0 where no answer came. */
export interface WebhookTry {
  readonly status: number;
  readonly attempt: number;
}

/** Delivers webhooks to the server under test. */
export interface Delivery {
  /** Every try so far, in order. */
  readonly tries: readonly WebhookTry[];
  readonly deliverTo: (url: string) => void;
  /** Whether anybody listens. */
  readonly hasTarget: () => boolean;
  /** Posts a signed body once and resolves with the HTTP status, 0 where no answer came. */
  readonly post: (body: unknown) => Promise<number>;
  /** Posts a signed body again and again until it gets 200; resolves with whether it did. */
  readonly deliver: (body: unknown) => Promise<boolean>;
  readonly stop: () => void;
}

export function createDelivery(appSecret: string, initialUrl: string | undefined): Delivery {
  const tries: WebhookTry[] = [];
  const abort = new AbortController();
  const agent = new Agent({ keepAlive: true });
  const target = { url: initialUrl };

  const attempt = async (body: unknown, count: number): Promise<number> => {
    if (target.url === undefined) throw new Error("the stand-in has no webhook address");
    const { rawBody, headers } = signWebhook(body, appSecret);
    const { status } = await postOnce(target.url, { body: rawBody, headers }, agent, ANSWER_MS);
    tries.push({ status, attempt: count });
    return status;
  };

  return {
    tries,
    deliverTo: (url) => {
      target.url = url;
    },
    hasTarget: () => target.url !== undefined,
    post: (body) => attempt(body, 1),
    deliver: async (body) => {
      for (let count = 1; count <= MAX_TRIES; count += 1) {
        if (abort.signal.aborted) return false;
        if ((await attempt(body, count)) === 200) return true;
        await pause(count, abort.signal);
      }
      return false;
    },
    stop: () => {
      abort.abort();
      agent.destroy();
    },
  };
}

async function pause(count: number, signal: AbortSignal): Promise<void> {
  const ms = Math.min(FIRST_PAUSE_MS * 2 ** (count - 1), LONGEST_PAUSE_MS);
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}
