import { createMemoryCache } from "../../cache/memory.ts";
import type { Config } from "../../config.ts";
import type { CallTools } from "../../flow/call.ts";
import { createHttp, type HttpClient } from "../../http/client.ts";
import type { CliContext } from "../context.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

/** What the doctor looks at, and with what. */
export interface Scene {
  readonly context: Pick<CliContext, "output" | "readConfig" | "signal">;
  readonly env: Environment;
  readonly config: Config;
  readonly tools: CallTools;
  /** How far the clock of each host is from ours, in milliseconds, as its answers have shown. */
  readonly skews: ReadonlyMap<string, number>;
  /** The app at Meta, where it was told. */
  readonly appId: string | undefined;
}

/** Makes calls as the bridge does, and writes down what the answers say of the time. */
export function createCallTools(client: HttpClient): {
  readonly tools: CallTools;
  readonly skews: Map<string, number>;
} {
  const skews = new Map<string, number>();
  const http: CallTools["http"] = async (request, options) => {
    const sentAt = Date.now();
    const response = await client.http(request, options);
    const told = Date.parse(response.headers["date"] ?? "");
    // The header has whole seconds, and was written some time between the two ends of the call.
    const middle = (sentAt + Date.now()) / 2;
    if (!Number.isNaN(told)) skews.set(new URL(request.url).host, told + 500 - middle);
    return response;
  };
  const tools = { http, stream: client.stream, cache: createMemoryCache(), now: () => new Date() };
  return { tools, skews };
}

/** A client whose connections wait no longer than a check does. */
export const openClient = (timeoutMs: number): HttpClient =>
  createHttp({ connectTimeoutMs: Math.min(timeoutMs, 5_000) });
