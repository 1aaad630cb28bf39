import { z } from "zod";
import { type Http, HttpFailure } from "../../transport.ts";
import { parseJson } from "../api-answer.ts";
import { systemCode } from "../system-code.ts";

const TIMEOUT_MS = 5_000;

const healthSchema = z.object({
  status: z.enum(["healthy", "unhealthy"]),
  version: z.string(),
  uptime_s: z.number(),
  channels: z.record(z.string(), z.object({ type: z.string() })),
});

/** What a bridge says of itself. */
export type Health = z.output<typeof healthSchema>;

const readySchema = z.object({
  status: z.enum(["ready", "not_ready"]),
  failed: z.array(z.string()).default([]),
});

/** What answers at an address: a bridge, something else, or nothing. */
export type Answerer =
  | { readonly kind: "bridge"; readonly health: Health }
  | { readonly kind: "other"; readonly status: number; readonly hint?: string }
  | { readonly kind: "nobody"; readonly reason: string };

/** The bridge of this folder, where one runs. */
export interface RunningBridge {
  readonly url: string;
  readonly http: Http;
  /** Asked once. */
  readonly health: () => Promise<Answerer>;
}

/** Asks an address for `/health`. */
export async function askHealth(
  http: Http,
  url: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answerer> {
  try {
    const request = { method: "GET", url: `${url}/health`, headers } as const;
    const { status, body } = await http(request, { timeoutMs: TIMEOUT_MS, maxBytes: 256 * 1024 });
    const health = healthSchema.safeParse(parseJson(body)).data;
    if (health !== undefined) return { kind: "bridge", health };
    return { kind: "other", status, ...(/ngrok/i.test(body) && { hint: "ngrok" }) };
  } catch (error) {
    return { kind: "nobody", reason: reasonOf(error) };
  }
}

/** Why no answer came: the system's or TLS' own code says more than ours. */
export function reasonOf(thrown: unknown): string {
  const code = systemCode(thrown);
  if (/^[A-Z]/.test(code)) return code;
  if (thrown instanceof HttpFailure && (thrown.reason === "timeout" || thrown.cause === undefined))
    return thrown.reason;
  if (typeof thrown !== "object" || thrown === null) return String(thrown);
  if ("cause" in thrown && thrown.cause !== undefined) return reasonOf(thrown.cause);
  return "message" in thrown ? String(thrown.message) : "no answer";
}

export function findRunning(http: Http, url: string): RunningBridge {
  let asked: Promise<Answerer> | undefined;
  return { url, http, health: () => (asked ??= askHealth(http, url)) };
}

/** Asks the running bridge whether it is ready; undefined where none answers. */
export async function askReadiness({ http, url }: RunningBridge) {
  try {
    const request = { method: "GET", url: `${url}/ready`, headers: {} } as const;
    const { body } = await http(request, { timeoutMs: TIMEOUT_MS });
    return readySchema.safeParse(parseJson(body)).data;
  } catch {
    return undefined;
  }
}
