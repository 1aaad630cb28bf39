import { z } from "zod";
import { BridgeError } from "../../errors.ts";
import type { InboundMessage } from "../../messages.ts";
import { storableData, storableText } from "../../storable.ts";
import { parseJson, type WebhookRequest, type WebhookResult } from "../channel.ts";
import type { SocketAccess } from "../web-access.ts";
import { isOneOf } from "../webhook-secret.ts";

/** The one account of the channel: web clients do not choose a number of ours. */
export const SOCKET_ACCOUNT = "socketio";
/** Characters; a longer one would not fit the index of identities. */
const MAX_SESSION = 512;

const named = z.object({ session_id: z.union([z.string(), z.number()]) });

/** Unknown keys are ignored, as Rasa does; `customData` is the widget's name for what Rasa calls `metadata`. */
const utterance = z.object({
  message: z.string().nullish(),
  customData: z.unknown().optional(),
  metadata: z.unknown().optional(),
});

/**
 * Reads the session id of an event; undefined where there is none that can be one. Whoever knows it takes part in the
 * conversation. Source: Rasa, Socket.IO channel, `session_request` and `user_uttered`.
 */
export function sessionIn(data: unknown): string | undefined {
  const parsed = named.safeParse(data);
  if (!parsed.success) return undefined;
  const session = storableText(String(parsed.data.session_id)).trim();
  return session === "" || session.length > MAX_SESSION ? undefined : session;
}

/** Lets in whoever presents the token, where one is set: in the query, as a bearer or as authentication data. */
export function admits(token: string | undefined): SocketAccess["admits"] {
  return ({ headers, query }) => {
    if (token === undefined) return true;
    const bearer = /^bearer +(\S+)$/i.exec(headers["authorization"] ?? "")?.[1];
    const given = [bearer, query["token"]];
    return given.some((value) => typeof value === "string" && isOneOf(value, [token]));
  };
}

/** Reads what a person said over a connection. It gives neither an id nor a time: the HTTP edge sets both. */
export function receiveSocket(
  isAdmitted: SocketAccess["admits"],
): (call: WebhookRequest) => WebhookResult {
  return (call) => {
    if (!isAdmitted(call)) throw new BridgeError("webhook_forged", "the token is missing or wrong");
    return { kind: "events", events: [readUtterance(call.rawBody)] };
  };
}

function readUtterance(rawBody: Buffer): InboundMessage {
  const data = parseJson(rawBody);
  const session = sessionIn(data);
  if (session === undefined) {
    throw new BridgeError("webhook_malformed", "there is no session id of 1 to 512 characters");
  }
  const parsed = utterance.safeParse(data);
  if (!parsed.success) throw new BridgeError("webhook_malformed", "the message is no text");
  const { message, customData, metadata } = parsed.data;
  const free = { ...asRecord(customData), ...asRecord(metadata) };
  return {
    kind: "message",
    externalId: "",
    account: SOCKET_ACCOUNT,
    identities: [{ kind: "sender", value: session }],
    sentAt: "",
    text: storableText(message ?? "").trim(),
    content: { type: "text" },
    ...(Object.keys(free).length > 0 && { metadata: free }),
  };
}

/** Free data as an object. Rasa takes metadata as JSON text too. */
function asRecord(given: unknown): Record<string, unknown> {
  if (given === undefined || given === null) return {};
  const data = storableData(typeof given === "string" ? (fromJson(given) ?? given) : given);
  const record = z.record(z.string(), z.unknown()).safeParse(data);
  return record.success ? record.data : { metadata: data };
}

function fromJson(text: string): unknown {
  try {
    const parsed: unknown = JSON.parse(text);
    return parsed;
  } catch {
    return undefined;
  }
}
