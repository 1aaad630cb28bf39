import { z } from "zod";
import { BridgeError } from "../../errors.ts";
import type { InboundMessage } from "../../messages.ts";
import { parseJson } from "../channel.ts";
import type { WebhookRequest, WebhookResult } from "../channel.ts";
import { isOneOf } from "../webhook-secret.ts";
import { storableData, storableText } from "../../storable.ts";

/** The one account of the channel: web clients do not choose a number of ours. */
export const REST_ACCOUNT = "rest";
/** The conversation of callers that name none. Source: Rasa, REST channel, `sender`. */
export const DEFAULT_SENDER = "default";
/** Characters; a longer one would not fit the index of identities. */
const MAX_SENDER = 512;

/** Unknown keys are ignored, as Rasa does. */
const request = z.object({
  sender: z.union([z.string(), z.number()]).nullish(),
  message: z.string().nullish(),
  input_channel: z.string().nullish(),
  metadata: z.unknown().optional(),
});

/**
 * Reads a request in the shape of Rasa's REST channel. The caller gives neither an id nor a time: both are empty here
 * and the HTTP edge sets them. Throws `webhook_malformed`.
 */
export function parseRestRequest(rawBody: Buffer): InboundMessage {
  const parsed = request.safeParse(parseJson(rawBody));
  if (!parsed.success) throw malformed(parsed.error);
  const { sender, message, input_channel, metadata } = parsed.data;
  const value = storableText(String(sender ?? DEFAULT_SENDER));
  if (value.length > MAX_SENDER) {
    throw new BridgeError("webhook_malformed", `sender has more than ${MAX_SENDER} characters`);
  }
  const free = freeData(metadata, input_channel);
  return {
    kind: "message",
    externalId: "",
    account: REST_ACCOUNT,
    identities: [{ kind: "sender", value }],
    sentAt: "",
    text: storableText(message ?? "").trim(),
    content: { type: "text" },
    ...(free === undefined ? {} : { metadata: free }),
  };
}

/** Checks the token, where one is set, then reads the request. */
export function receiveRest(token: string | undefined): (call: WebhookRequest) => WebhookResult {
  return (call) => {
    if (token !== undefined && !presents(call, token)) {
      throw new BridgeError("webhook_forged", "the token is missing or wrong");
    }
    return { kind: "events", events: [parseRestRequest(call.rawBody)] };
  };
}

/** Digests are compared, so that neither the time nor a difference in length says anything about the token. */
function presents({ headers, query }: WebhookRequest, token: string): boolean {
  const bearer = /^bearer +(\S+)$/i.exec(headers["authorization"] ?? "")?.[1];
  return [bearer, query["token"]].some(
    (given) => typeof given === "string" && isOneOf(given, [token]),
  );
}

/** The client's `metadata` as it is, and the name it gave its own channel unless that is only the usual one. */
function freeData(
  metadata: unknown,
  inputChannel: string | null | undefined,
): Record<string, unknown> | undefined {
  const given = metadata === undefined || metadata === null ? {} : asRecord(metadata);
  const named = typeof inputChannel === "string" && inputChannel !== "rest";
  const free = { ...(named ? { input_channel: storableText(inputChannel) } : {}), ...given };
  return Object.keys(free).length === 0 ? undefined : free;
}

function asRecord(metadata: unknown): Record<string, unknown> {
  const data = storableData(metadata);
  const record = z.record(z.string(), z.unknown()).safeParse(data);
  return record.success ? record.data : { metadata: data };
}

function malformed(error: z.ZodError): BridgeError {
  const [issue] = error.issues;
  const at = issue?.path.join(".") ?? "";
  const detail = at === "" ? "the body is not a JSON object" : `${at} has the wrong type`;
  return new BridgeError("webhook_malformed", detail);
}
