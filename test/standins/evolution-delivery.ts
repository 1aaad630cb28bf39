import { setTimeout as sleep } from "node:timers/promises";
import { type Credentials, signToken } from "./evolution-webhooks.ts";
import type { WebhookTry } from "./graph-delivery.ts";

/** Tries for one event. Source: Evolution API, webhook controller. */
const MAX_TRIES = 10;

/** Answers after which version 2 gives up at once. */
const FINAL: readonly number[] = [400, 401, 403, 404, 422];

/** The stand-in waits milliseconds where the server waits seconds. */
const LONGEST_MS = 300;
const FIRST_MS = 5;
const V1_MS = 30;

export interface DeliveryOptions extends Credentials {
  readonly version: "v1" | "v2";
  readonly webhookUrl?: string | undefined;
  /** Whether the event's name is added to the address. */
  readonly byEvents?: boolean;
}

/** Delivers webhooks to the server under test. */
export interface Delivery {
  readonly tries: readonly WebhookTry[];
  readonly deliverTo: (url: string) => void;
  readonly hasTarget: () => boolean;
  /** Posts a body once and resolves with the HTTP status, 0 where no answer came. */
  readonly post: (body: object) => Promise<number>;
  /** Posts as the server does: again, until it is taken or refused for good. Resolves with whether it was taken. */
  readonly deliver: (body: object) => Promise<boolean>;
  readonly stop: () => void;
}

export function createDelivery(options: DeliveryOptions): Delivery {
  const tries: WebhookTry[] = [];
  const abort = new AbortController();
  const target = { url: options.webhookUrl };

  const prepare = async (body: object) => {
    if (target.url === undefined) throw new Error("the stand-in has no webhook address");
    const { jwtKey, headers, apikey = null } = options;
    // The token is made once, before the first try.
    const token = jwtKey === undefined ? undefined : await signToken(jwtKey);
    return {
      url: options.byEvents === true ? `${target.url}/${suffixOf(body)}` : target.url,
      body: JSON.stringify({ ...body, apikey, destination: target.url }),
      headers: {
        "content-type": "application/json",
        ...headers,
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
    };
  };

  const attempt = async (call: Awaited<ReturnType<typeof prepare>>, count: number) => {
    const status = await postOnce(call, abort.signal);
    tries.push({ status, attempt: count });
    return status;
  };

  return {
    tries,
    deliverTo: (url) => {
      target.url = url;
    },
    hasTarget: () => target.url !== undefined,
    post: async (body) => attempt(await prepare(body), 1),
    deliver: async (body) => {
      const call = await prepare(body);
      for (let count = 1; count <= MAX_TRIES; count += 1) {
        if (abort.signal.aborted) return false;
        const status = await attempt(call, count);
        if (status >= 200 && status < 300) return true;
        if (options.version === "v2" && FINAL.includes(status)) return false;
        const ms =
          options.version === "v1" ? V1_MS : Math.min(FIRST_MS * 2 ** (count - 1), LONGEST_MS);
        await sleep(ms, undefined, { signal: abort.signal }).catch(() => undefined);
      }
      return false;
    },
    stop: () => {
      abort.abort();
    },
  };
}

function suffixOf(body: object): string {
  const event = "event" in body ? String(body.event) : "";
  return event.replaceAll(".", "-").toLowerCase();
}

async function postOnce(
  { url, body, headers }: { url: string; body: string; headers: Record<string, string> },
  signal: AbortSignal,
): Promise<number> {
  try {
    const response = await fetch(url, { method: "POST", body, headers, signal });
    await response.arrayBuffer();
    return response.status;
  } catch {
    return 0;
  }
}
