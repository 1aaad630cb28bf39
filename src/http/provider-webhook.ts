import type { Response } from "express";
import type { WebhookRequest, WebhookResult } from "../channels/channel.ts";
import { BridgeError } from "../errors.ts";
import type { AcceptedWebhook } from "../flow/accept.ts";
import { toolsNow } from "../flow/call.ts";
import { bodyReader, readCall, toStep } from "./body.ts";
import type { AppDependencies } from "./dependencies.ts";
import { type Endpoint, sendOk } from "./endpoint.ts";
import { setRetryAfter, toProblem } from "./problem.ts";
import { limiter } from "./rate-limit.ts";
import { storedHeaders } from "./stored-headers.ts";
import { withTimeLimit } from "./time-limit.ts";
import { type Parties, type Reader, readersOf } from "./webhook-parties.ts";

const USUAL_METHODS = ["GET", "POST"] as const;

/**
 * A provider's webhook: GET or OPTIONS verifies the address, POST brings events. A POST is answered 200 once it is stored,
 * 503 where that failed, and never 429: a provider gives up for good on some refusals, and a false 200 loses messages.
 */
export function providerEndpoint(deps: AppDependencies, name: string, parties: Parties): Endpoint {
  const { host, guests } = parties;
  const channels = [...(host === undefined ? [] : [host]), ...guests].map(({ channel }) => channel);
  const methods = new Set<string>(channels.flatMap((one) => one.webhookMethods ?? USUAL_METHODS));
  const readBody = bodyReader(Math.max(...channels.map(({ maxBodyBytes }) => maxBodyBytes)));
  const limitVerification = toStep(
    limiter({
      store: deps.limits(`verify:${name}`),
      perMinute: deps.settings.perMinute.verification,
      log: deps.log,
    }),
  );
  const serve: Endpoint = async (request, response) => {
    const { method } = request;
    if (!methods.has(method)) {
      response
        .status(405)
        .set("Allow", [...methods].toSorted().join(", "))
        .end();
      return;
    }
    if (method !== "POST" && (await limitVerification(request, response)) === "answered") return;
    const call = await readCall(request, response, readBody);
    const readings: Reading[] = [];
    for (const reader of readersOf(parties, call)) readings.push(await read(deps, reader, call));
    await settle(deps, readings, call, response);
  };
  return async (request, response) => {
    try {
      await serve(request, response);
    } catch (thrown) {
      refuse(deps, name, response, thrown);
    }
  };
}

interface Reading {
  readonly reader: Reader;
  readonly result: WebhookResult;
}

async function read(deps: AppDependencies, reader: Reader, call: WebhookRequest): Promise<Reading> {
  const { channel } = reader;
  const isAuthenticated = (await channel.authenticate?.(call, toolsNow(deps.tools))) ?? false;
  return { reader, result: channel.receive(isAuthenticated ? { ...call, isAuthenticated } : call) };
}

async function settle(
  deps: AppDependencies,
  readings: readonly Reading[],
  { headers, rawBody }: WebhookRequest,
  response: Response,
): Promise<void> {
  for (const { reader, result } of readings) {
    if (result.kind === "handshake") {
      answerHandshake(response, result);
      return;
    }
    const kept = reader.isBeside ? ownPart(result) : result;
    if (kept === undefined) continue;
    const body = kept.kind === "events" ? (kept.keptBody ?? rawBody) : rawBody;
    const channel = reader.name;
    await store(deps, { channel, headers: storedHeaders(headers), rawBody: body, result: kept });
  }
  sendOk(response);
}

function answerHandshake(
  response: Response,
  { headers, contentType, body }: Extract<WebhookResult, { kind: "handshake" }>,
): void {
  response
    .status(200)
    .set({ ...headers, "Content-Type": contentType })
    .end(body);
}

/** What a guest beside the host takes of a call; the rest is the host's to keep. */
function ownPart(result: Exclude<WebhookResult, { kind: "handshake" }>) {
  if (result.kind === "quarantine") return undefined;
  const events = result.events.filter(({ kind }) => kind !== "unsupported");
  return events.length === 0 ? undefined : { ...result, events };
}

/** Whatever keeps a genuine webhook from being stored is for us to mend: the provider is asked to send it again. */
async function store(deps: AppDependencies, webhook: AcceptedWebhook): Promise<void> {
  try {
    await withTimeLimit(
      deps.accept(webhook),
      deps.settings.storeTimeoutMs,
      () => new BridgeError("store_unavailable", "storing took too long"),
    );
  } catch (thrown) {
    deps.log.error("a webhook could not be stored", { channel: webhook.channel, error: thrown });
    throw new BridgeError("store_unavailable", "the webhook could not be stored", {
      cause: thrown,
    });
  }
}

/** Refuses with a status and nothing else: a provider reads no body, and a forger shall learn nothing. */
function refuse(
  { log }: AppDependencies,
  channel: string,
  response: Response,
  thrown: unknown,
): void {
  const problem = toProblem(thrown);
  const status = problem?.status ?? 500;
  if (problem === undefined) {
    log.error("a webhook failed by a bug", { channel, error: thrown });
  } else if (status !== 503 || problem.code === "webhook_unchecked") {
    const { code, detail } = problem;
    log.warn("a webhook was refused", { channel, status, code, reason: detail });
  }
  if (response.headersSent) return;
  setRetryAfter(response, status);
  response.status(status).end();
}
