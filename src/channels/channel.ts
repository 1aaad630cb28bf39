import type { z } from "zod";
import { BridgeError } from "../errors.ts";
import type { Address, ChannelEvent, Identity, Note, Reply } from "../messages.ts";
import type { Variable } from "../settings.ts";
import type { Http, HttpRequest, HttpResponse } from "../transport.ts";

/** A webhook call as data. Header names are lower case; a query key given twice is an array. */
export interface WebhookRequest {
  readonly method: string;
  /** What follows `/webhook` in the path, without a leading slash; usually "". */
  readonly suffix: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly query: Readonly<Record<string, unknown>>;
  readonly rawBody: Buffer;
}

/**
 * What a webhook means. `quarantine` is a genuine call whose body cannot be understood: it is stored as it came and
 * acknowledged, because sending it again would not help.
 */
export type WebhookResult =
  | { readonly kind: "events"; readonly events: readonly ChannelEvent[] }
  | { readonly kind: "handshake"; readonly contentType: string; readonly body: string }
  | { readonly kind: "quarantine"; readonly reason: string };

/** One payload of a rendered reply, in sending order. */
export interface RenderedMessage {
  readonly payload: unknown;
  /** What the person reads, as plain text, for logs, search and history. */
  readonly text: string;
  readonly notes: readonly Note[];
  /** Whether the provider accepts it only inside the customer-service window. */
  readonly needsWindow: boolean;
}

export interface Rendering {
  readonly messages: readonly RenderedMessage[];
  /** Notes about what became no message at all, such as an unknown `custom`. */
  readonly notes: readonly Note[];
  /** Button payloads too long for the channel, to be kept under the short id that was sent instead. */
  readonly kept: readonly { readonly id: string; readonly payload: string }[];
}

/** What the provider said of a message it took. */
export interface SendReceipt {
  readonly externalId: string;
  /** Other names of the person that the answer revealed (WhatsApp's `wa_id` for the number we used). */
  readonly identities?: readonly Identity[];
}

/** The outbound message a payload belongs to. */
export interface OutboundReference {
  readonly id: string;
  readonly account: string;
}

/** How fast a channel may send; the limiter waits rather than let the provider refuse. */
export interface SendLimits {
  /** Messages per second and account. */
  readonly accountPerSecond: number;
  /** Bucket per account and person: `burst` messages at once, one more each `refillMs`. */
  readonly pair: { readonly burst: number; readonly refillMs: number };
}

/** How web clients may reach a channel whose answers are collected. */
export interface WebAccess {
  /** Origins a browser may call from; `*` is any. */
  readonly allowedOrigins: readonly string[];
  /** Longest wait of a caller for the end of a turn, milliseconds. */
  readonly waitMs: number;
  /** Requests per minute of one address and sender, and of one address. */
  readonly perMinute: { readonly sender: number; readonly address: number };
}

/** A configured channel. Everything but `authorize` is a pure function. */
export interface Channel {
  /** Our numbers or instances on this channel. */
  readonly accounts: readonly string[];
  /** "push": we call the provider; "collect": a waiting caller takes the payloads from the rows (web clients). */
  readonly delivery: "push" | "collect";
  /** Verifies, then parses; throws `webhook_forged` or `webhook_unverified`. */
  readonly receive: (request: WebhookRequest) => WebhookResult;
  /** Reads a body whose sender was verified when it came: stored webhooks are replayed through it. */
  readonly reread: (rawBody: Buffer) => Exclude<WebhookResult, { readonly kind: "handshake" }>;
  /** Total: any reply gives payloads within the provider's limits, or notes that say why not. */
  readonly render: (reply: Reply, to: Address) => Rendering;
  /** Describes the call that sends one payload. */
  readonly prepare: (payload: unknown, message: OutboundReference) => HttpRequest;
  /** Reads the answer to that call, or throws `channel_*` with the provider's error and what to do about it. */
  readonly interpret: (response: HttpResponse) => SendReceipt;
  /** Describes the call that marks a message as read and shows that an answer is being written. */
  readonly acknowledge?: (message: { account: string; externalId: string }) => HttpRequest;
  /** Adds a token or a dated signature; the only part of a channel that may do I/O. */
  readonly authorize?: (
    request: HttpRequest,
    http: Http,
    now: Date,
  ) => Promise<Readonly<Record<string, string>>>;
  /** Whether status webhooks carry our message id, so that an uncertain send settles itself. */
  readonly echoesMessageId: boolean;
  readonly limits?: SendLimits;
  /** How long free-form messages are accepted after the person's last message; absent where there is no window. */
  readonly windowMs?: number;
  /** Present on a channel of web clients: its webhook route waits for the answer. */
  readonly web?: WebAccess;
  /** Bytes of webhook body accepted. */
  readonly maxBodyBytes: number;
  /** Longest text of one message, for merging consecutive texts of a turn. */
  readonly maxTextLength: number;
  /** Provider addresses, checked at start: plain http is refused outside loopback. */
  readonly endpoints: readonly string[];
  /** Must never reach a log, an error or a stored payload. */
  readonly secrets: readonly string[];
}

/** A kind of channel, before configuration. */
export interface ChannelModule {
  /** The provider: the word `type` takes in the configuration file. */
  readonly type: string;
  /** The channel's name, hence its URL, when the environment alone switches it on. */
  readonly defaultName: string;
  readonly variables: readonly Variable[];
  /** Throws a `ZodError` that lists every wrong setting. */
  readonly configure: (raw: unknown) => Channel;
  /** What an operator can do about an error code of the provider, in plain words. */
  readonly hint?: (code: string, language: "en" | "pt-BR") => string | undefined;
}

/** Builds a `ChannelModule`: settings are checked once and closed over, so their type stays inside the channel. */
export function defineChannel<Settings>(definition: {
  readonly type: string;
  readonly defaultName: string;
  readonly variables: readonly Variable[];
  readonly settings: z.ZodType<Settings>;
  readonly create: (settings: Settings) => Channel;
  readonly hint?: (code: string, language: "en" | "pt-BR") => string | undefined;
}): ChannelModule {
  return {
    type: definition.type,
    defaultName: definition.defaultName,
    variables: definition.variables,
    ...(definition.hint !== undefined && { hint: definition.hint }),
    configure: (raw) => definition.create(definition.settings.parse(raw)),
  };
}

/** Parses a webhook body; throws `webhook_malformed` for anything but JSON in UTF-8. */
export function parseJson(rawBody: Buffer): unknown {
  try {
    const parsed: unknown = JSON.parse(rawBody.toString("utf8"));
    return parsed;
  } catch (cause) {
    throw new BridgeError("webhook_malformed", "the body is not JSON", { cause });
  }
}
