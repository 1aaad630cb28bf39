import type { WebhookRequest, WebhookResult } from "../channels/channel.ts";
import { BridgeError } from "../errors.ts";
import type { AcceptedWebhook } from "../flow/accept.ts";
import { toolsNow } from "../flow/call.ts";
import type { AppDependencies, HttpSettings } from "./dependencies.ts";
import { retryAfter, toProblem } from "./problem.ts";
import { storedHeaders } from "./stored-headers.ts";
import { withTimeLimit } from "./time-limit.ts";
import { type Parties, type Reader, readersOf } from "./webhook-parties.ts";
import { OK, type WebhookResponse } from "./webhook-response.ts";

export interface WebhookDependencies extends Pick<
  AppDependencies,
  "accept" | "shelter" | "tools" | "log"
> {
  readonly settings: Pick<HttpSettings, "storeTimeoutMs">;
}

/** A provider's webhook without a server around it. */
export interface WebhookHandler {
  readonly methods: ReadonlySet<string>;
  /** Bytes of body that the channel takes. */
  readonly maxBodyBytes: number;
  /** The answer to any other method; the body need not be read for it. */
  readonly notAllowed: WebhookResponse;
  /** Verifies a call, stores what it brings and says what to answer. Never rejects. */
  readonly handle: (call: WebhookRequest) => Promise<WebhookResponse>;
  /** What a call is answered whose body could not even be read, or that failed on the way. */
  readonly refuse: (thrown: unknown) => WebhookResponse;
}

const USUAL_METHODS = ["GET", "POST"] as const;

/**
 * Builds a provider's webhook: GET or OPTIONS verifies the address, POST brings events. A POST is answered 200 once it is
 * stored, 503 where that failed, and never 429: a provider gives up for good on some refusals, and a false 200 loses
 * messages.
 */
export function createWebhookHandler(
  deps: WebhookDependencies,
  name: string,
  parties: Parties,
): WebhookHandler {
  const { host, guests } = parties;
  const channels = [...(host === undefined ? [] : [host]), ...guests].map(({ channel }) => channel);
  const methods = new Set<string>(channels.flatMap((one) => one.webhookMethods ?? USUAL_METHODS));
  const maxBodyBytes = Math.max(...channels.map((channel) => channel.maxBodyBytes));
  const notAllowed = describeNotAllowed(methods);
  const refuse = (thrown: unknown): WebhookResponse => describeRefusal(deps, name, thrown);
  const serve = async (call: WebhookRequest): Promise<WebhookResponse> => {
    if (!methods.has(call.method)) return notAllowed;
    if (call.rawBody.length > maxBodyBytes)
      throw new BridgeError("request_too_large", "the body is too large");
    const readings: Reading[] = [];
    for (const reader of readersOf(parties, call)) readings.push(await read(deps, reader, call));
    return settle(deps, readings, call);
  };
  const handle = (call: WebhookRequest): Promise<WebhookResponse> => serve(call).catch(refuse);
  return { methods, maxBodyBytes, notAllowed, handle, refuse };
}

function describeNotAllowed(methods: ReadonlySet<string>): WebhookResponse {
  return { status: 405, headers: { Allow: [...methods].toSorted().join(", ") }, body: "" };
}

interface Reading {
  readonly reader: Reader;
  readonly result: WebhookResult;
}

async function read(
  deps: WebhookDependencies,
  reader: Reader,
  call: WebhookRequest,
): Promise<Reading> {
  const { channel } = reader;
  const isAuthenticated = (await channel.authenticate?.(call, toolsNow(deps.tools))) ?? false;
  return { reader, result: channel.receive(isAuthenticated ? { ...call, isAuthenticated } : call) };
}

async function settle(
  deps: WebhookDependencies,
  readings: readonly Reading[],
  { headers, rawBody }: WebhookRequest,
): Promise<WebhookResponse> {
  for (const { reader, result } of readings) {
    if (result.kind === "handshake") return describeHandshake(result);
    const kept = reader.isBeside ? ownPart(result) : result;
    if (kept === undefined) continue;
    const body = kept.kind === "events" ? (kept.keptBody ?? rawBody) : rawBody;
    const channel = reader.name;
    await store(deps, { channel, headers: storedHeaders(headers), rawBody: body, result: kept });
  }
  return OK;
}

function describeHandshake({
  headers,
  contentType,
  body,
}: Extract<WebhookResult, { kind: "handshake" }>): WebhookResponse {
  return { status: 200, headers: { ...headers, "Content-Type": contentType }, body };
}

/** What a guest beside the host takes of a call; the rest is the host's to keep. */
function ownPart(result: Exclude<WebhookResult, { kind: "handshake" }>) {
  if (result.kind === "quarantine") return undefined;
  const events = result.events.filter(({ kind }) => kind !== "unsupported");
  return events.length === 0 ? undefined : { ...result, events };
}

/** Whatever keeps a genuine webhook from being stored is for us to mend: the provider is asked to send it again. */
async function store(deps: WebhookDependencies, webhook: AcceptedWebhook): Promise<void> {
  const { accept, shelter } = deps;
  const direct = (): Promise<unknown> => inTime(deps, accept(webhook));
  try {
    await (shelter === undefined ? direct() : shelter(webhook, direct));
  } catch (thrown) {
    deps.log.error("a webhook could not be stored", { channel: webhook.channel, error: thrown });
    throw new BridgeError("store_unavailable", "the webhook could not be stored", {
      cause: thrown,
    });
  }
}

function inTime<Result>({ settings }: WebhookDependencies, work: Promise<Result>): Promise<Result> {
  const late = (): Error => new BridgeError("store_unavailable", "storing took too long");
  return withTimeLimit(work, settings.storeTimeoutMs, late);
}

/** Refuses with a status and nothing else: a provider reads no body, and a forger shall learn nothing. */
function describeRefusal(
  { log }: WebhookDependencies,
  channel: string,
  thrown: unknown,
): WebhookResponse {
  const problem = toProblem(thrown);
  const status = problem?.status ?? 500;
  if (problem === undefined) {
    log.error("a webhook failed by a bug", { channel, error: thrown });
  } else if (status !== 503 || problem.code === "webhook_unchecked") {
    const { code, detail } = problem;
    log.warn("a webhook was refused", { channel, status, code, reason: detail });
  }
  return { status, headers: retryAfter(status), body: "" };
}
