import { SignJWT } from "jose";
import type { EvolutionRules } from "./evolution-rules.ts";

/** The time of built messages that are given none: 2026-11-20T14:32:06Z. */
const DEFAULT_TIMESTAMP = 1_795_185_126;

/** How webhooks of a server prove where they come from. */
export interface Credentials {
  /** Signs a token for each event. */
  readonly jwtKey?: string;
  /** Headers beside it. */
  readonly headers?: Readonly<Record<string, string>>;
  /** What `apikey` of the body says; null where the server does not expose it. */
  readonly apikey?: string | null;
}

/** The token that the header `jwt_key` makes the server send. */
export function signToken(
  secret: string,
  options: { readonly now?: Date; readonly claims?: Readonly<Record<string, unknown>> } = {},
): Promise<string> {
  const iat = Math.floor((options.now ?? new Date()).getTime() / 1000);
  return new SignJWT({ app: "evolution", action: "webhook", ...options.claims })
    .setProtectedHeader({ alg: "HS256", typ: "JWT" })
    .setIssuedAt(iat)
    .setExpirationTime(iat + 600)
    .sign(new TextEncoder().encode(secret));
}

/** Builds a whole webhook. */
export function envelope(
  event: string,
  instance: string,
  data: unknown,
  more: Readonly<Record<string, unknown>> = {},
): object {
  return {
    event,
    instance,
    data,
    destination: "https://bridge.example/webhooks/evolution/webhook",
    date_time: "2026-11-20T11:32:07.418Z",
    sender: "5511930001122@s.whatsapp.net",
    server_url: "https://evo.example",
    apikey: null,
    ...more,
  };
}

export interface InboundUpsert {
  readonly instance: string;
  /** A whole address, such as `5521987650011@s.whatsapp.net`. */
  readonly from: string;
  readonly id: string;
  readonly message: unknown;
  readonly key?: Readonly<Record<string, unknown>>;
  readonly data?: Readonly<Record<string, unknown>>;
  /** Unix seconds. */
  readonly timestamp?: number;
}

/** Builds the webhook of one message, as versions since 2.2 write it. */
export function upsertWebhook(inbound: InboundUpsert): object {
  const { instance, from, id, message, key, data, timestamp } = inbound;
  return envelope("messages.upsert", instance, {
    key: { remoteJid: from, fromMe: false, id, ...key },
    pushName: "Marina P.",
    status: "DELIVERY_ACK",
    message,
    messageType: Object.keys(typeof message === "object" && message !== null ? message : {})[0],
    // What is old is not answered: a message that names no time of its own is written now.
    messageTimestamp: timestamp ?? Math.floor(Date.now() / 1_000),
    instanceId: "7d1f0c52-3b8e-4a6d-9c41-2f5be0a97716",
    source: "android",
    ...data,
  });
}

/** Builds the webhook of one status in the shape of a version. */
export function statusWebhook(
  { version, integration }: EvolutionRules,
  given: {
    readonly instance: string;
    readonly id: string;
    readonly jid: string;
    readonly status: string;
  },
): object {
  const { instance, id, jid, status } = given;
  // On Meta's API the server takes every status for one of a message that came in.
  const fromMe = integration !== "business";
  if (version === "v1") {
    const datetime = DEFAULT_TIMESTAMP * 1000;
    const data = { remoteJid: jid, fromMe, id, status, datetime, owner: instance };
    return envelope("messages.update", instance, data);
  }
  const data = { messageId: "cmx1a2b3c0004", keyId: id, remoteJid: jid, fromMe, status };
  return envelope("messages.update", instance, data);
}
