import type { Response } from "express";
import type { Channel, WebhookRequest, WebhookResult } from "../channels/channel.ts";
import { BridgeError } from "../errors.ts";
import type { AcceptedWebhook } from "../flow/accept.ts";
import { bodyReader, readCall, toStep } from "./body.ts";
import type { AppDependencies } from "./dependencies.ts";
import { type Endpoint, sendOk } from "./endpoint.ts";
import { setRetryAfter, toProblem } from "./problem.ts";
import { limiter } from "./rate-limit.ts";
import { storedHeaders } from "./stored-headers.ts";
import { withTimeLimit } from "./time-limit.ts";

/**
 * A provider's webhook: GET verifies the address, POST brings events. A POST is answered 200 once it is stored, 503
 * where that failed, and never 429: a provider gives up for good on some refusals, and a false 200 loses messages.
 */
export function providerEndpoint(deps: AppDependencies, name: string, channel: Channel): Endpoint {
  const readBody = bodyReader(channel.maxBodyBytes);
  const limitVerification = toStep(
    limiter({
      store: deps.limits(`verify:${name}`),
      perMinute: deps.settings.perMinute.verification,
      log: deps.log,
    }),
  );
  const serve: Endpoint = async (request, response) => {
    const { method } = request;
    if (method !== "GET" && method !== "POST") {
      response.status(405).set("Allow", "GET, POST").end();
      return;
    }
    if (method === "GET" && (await limitVerification(request, response)) === "answered") return;
    const call = await readCall(request, response, readBody);
    await settle(deps, name, call, channel.receive(call), response);
  };
  return async (request, response) => {
    try {
      await serve(request, response);
    } catch (thrown) {
      refuse(deps, name, response, thrown);
    }
  };
}

async function settle(
  deps: AppDependencies,
  channel: string,
  { headers, rawBody }: WebhookRequest,
  result: WebhookResult,
  response: Response,
): Promise<void> {
  if (result.kind === "handshake") {
    response.status(200).set("Content-Type", result.contentType).end(result.body);
    return;
  }
  await store(deps, { channel, headers: storedHeaders(headers), rawBody, result });
  sendOk(response);
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
  } else if (status !== 503) {
    const { code, detail } = problem;
    log.warn("a webhook was refused", { channel, status, code, reason: detail });
  }
  if (response.headersSent) return;
  setRetryAfter(response, status);
  response.status(status).end();
}
