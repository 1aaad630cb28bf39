import { BridgeError } from "../../errors.ts";
import { parseJson, type WebhookRequest, type WebhookResult } from "../channel.ts";
import { readEnvelope, redactedEnvelope } from "./envelope.ts";
import { withoutKeys } from "./kept-body.ts";
import type { EvolutionSettings } from "./settings.ts";
import { checkCaller } from "./verify.ts";

/** Builds the reader of webhook calls. It throws `webhook_forged` and `webhook_unverified`, nothing else. */
export function createReceive(
  settings: EvolutionSettings,
): (request: WebhookRequest) => WebhookResult {
  return (request) => {
    if (request.method !== "POST") {
      throw new BridgeError("webhook_unverified", "Evolution API verifies no address");
    }
    // Bodies hold whole files, so they are parsed once, and not at all for most forgers.
    const parse = once(() => tryParse(request.rawBody));
    checkCaller(request, parse, settings);
    return readGenuine(request.rawBody, parse(), settings, request);
  };
}

/** Reads a body whose sender was verified when it came. */
export function reread(
  rawBody: Buffer,
  settings: EvolutionSettings,
): Exclude<WebhookResult, { kind: "handshake" }> {
  return readGenuine(rawBody, tryParse(rawBody), settings);
}

/**
 * Reads a genuine body. What is kept of it never holds a key or a login code, so a body that means nothing is an event too
 * where a key had to be taken out of it.
 */
function readGenuine(
  rawBody: Buffer,
  body: unknown,
  settings: EvolutionSettings,
  request?: WebhookRequest,
): Exclude<WebhookResult, { kind: "handshake" }> {
  const events = readEnvelope(body, settings, request);
  const keptBody = redactedEnvelope(body) ?? withoutKeys(rawBody);
  if (events === undefined && keptBody === undefined) {
    const isJson = body !== undefined;
    const reason = isJson ? "the body is not a webhook of the provider" : "the body is not JSON";
    return { kind: "quarantine", reason };
  }
  const what = "body that is not a webhook of the provider";
  return {
    kind: "events",
    events: events ?? [{ kind: "unsupported", what }],
    ...(keptBody !== undefined && { keptBody }),
  };
}

/** Undefined is no JSON. */
function tryParse(rawBody: Buffer): unknown {
  try {
    return parseJson(rawBody);
  } catch (thrown) {
    if (thrown instanceof BridgeError) return undefined;
    throw thrown;
  }
}

function once<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
