import type { z } from "zod";
import { BridgeError } from "../errors.ts";
import type {
  AccountState,
  Address,
  ChannelEvent,
  Identity,
  InboundMessage,
  Note,
  Reply,
} from "../messages.ts";
import type { Variable } from "../settings.ts";
import type { MediaSource } from "./media-source.ts";
import type { PairingSource } from "./pairing-source.ts";
import type { TemplateSource } from "./template-source.ts";
import type { WebAccess } from "./web-access.ts";
import type { Inspection, WebhookRegistration } from "./webhook-registration.ts";
import type { Http, HttpRequest, HttpResponse, HttpStream } from "../transport.ts";

/** A webhook call as data. Header names are lower case; a query key given twice is an array. */
export interface WebhookRequest {
  readonly method: string;
  /** What follows `/webhook` in the path, without a leading slash; usually "". */
  readonly suffix: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly query: Readonly<Record<string, unknown>>;
  readonly rawBody: Buffer;
  /** Set where `authenticate` vouched for the caller. */
  readonly isAuthenticated?: boolean;
}

/** What the parts of a channel that do I/O are given. */
export interface ChannelTools {
  readonly http: Http;
  readonly stream: HttpStream;
  readonly now: Date;
  /** Shared between processes where there is a Redis; may forget at any time. Values are secrets: never logged. */
  readonly cache: {
    readonly get: (key: string) => Promise<string | undefined>;
    readonly set: (key: string, value: string, ttlMs: number) => Promise<void>;
  };
}

/**
 * What a webhook means. `quarantine` is a genuine call whose body cannot be understood: it is stored as it came and
 * acknowledged, because sending it again would not help.
 */
export type WebhookResult =
  | {
      readonly kind: "events";
      readonly events: readonly ChannelEvent[];
      /** What is kept of the body where it may not be kept as it came: the provider repeats a secret in it. */
      readonly keptBody?: Buffer;
    }
  | {
      readonly kind: "handshake";
      readonly contentType: string;
      readonly body: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  | { readonly kind: "quarantine"; readonly reason: string };

/** One payload of a rendered reply, in sending order. */
export interface RenderedMessage {
  readonly payload: unknown;
  /** What the person reads, as plain text, for logs, search and history. */
  readonly text: string;
  readonly notes: readonly Note[];
  /** Whether the provider accepts it only inside the customer-service window. */
  readonly needsWindow: boolean;
  /** The choices it offers, in their order; see `Channel.typedChoices`. */
  readonly menu?: readonly MenuOption[];
  /** The template it is, where it is one; the language is "" where the provider finds it by the name alone. */
  readonly template?: { readonly name: string; readonly language: string };
}

/** One choice of a message: what the person reads and what the bot is told. */
export interface MenuOption {
  readonly title: string;
  readonly payload: string;
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
  /** The answer as it came, freed of secrets and cut, where nobody has described what it should look like. */
  readonly evidence?: string;
}

/** The message that a sign of being written to is shown for. */
export type Acknowledged = Pick<InboundMessage, "account" | "externalId" | "identities">;

/** What the person may see of our work on a message. */
export interface Signs {
  readonly read: boolean;
  readonly typing: boolean;
}

export const ALL_SIGNS: Signs = { read: true, typing: true };

/** The outbound message a payload belongs to. */
export interface OutboundReference {
  readonly id: string;
  readonly account: string;
  /**
   * How many times the provider took the message and reported later that it had failed. A new round is a new request to
   * a provider that recognises repeated ones; every try within a round is the same request.
   */
  readonly round: number;
  /** When it was put into the outbox, ISO 8601; the same for every try. */
  readonly createdAt?: string;
}

/**
 * How an uncertain send is settled: "echo": status webhooks carry our message id, so the provider names it; "repeat": the
 * provider recognises a repeated request, so it is simply sent again; "none": nobody can tell, and the policy decides.
 */
export type Reconciliation = "echo" | "repeat" | "none";

/** Sends of one account, one after the other, as a person would write them. For accounts that a provider may ban. */
export interface SendLane {
  /** Milliseconds between two messages, chosen at random between the two. */
  readonly gapMs: readonly [number, number];
  /** Messages a day that nobody asked for (campaigns and the like); answers are not counted. */
  readonly perDay?: number;
  /** Hours of the day in which such messages may leave, `to` not included. */
  readonly hours?: { readonly from: number; readonly to: number; readonly timeZone: string };
}

/** A cheap call that shows whether an account works. */
export interface Probe {
  readonly request: (account: string) => HttpRequest;
  /** Throws `channel_*` where the answer says that the account does not work. */
  readonly read: (response: HttpResponse) => Pick<AccountState, "state" | "detail">;
}

/** How fast a channel may send; the limiter waits rather than let the provider refuse. */
export interface SendLimits {
  /** Messages per second and account. */
  readonly accountPerSecond: number;
  /** Bucket per account and person: `burst` messages at once, one more each `refillMs`. */
  readonly pair: { readonly burst: number; readonly refillMs: number };
  readonly lane?: SendLane;
}

/** A configured channel. Everything but `authenticate`, `authorize` and `exchange` is a pure function. */
export interface Channel {
  /** Our numbers or instances on this channel. */
  readonly accounts: readonly string[];
  /**
   * "push": we call the provider; "collect": a waiting caller takes the payloads from the rows (web clients); "none":
   * nobody is reached through it, because it only brings events that concern other channels.
   */
  readonly delivery: "push" | "collect" | "none";
  /** Methods its webhook takes; GET and POST where absent. */
  readonly webhookMethods?: readonly ("GET" | "POST" | "OPTIONS")[];
  /**
   * Checks a credential that takes I/O or time to check, such as a token signed with published keys. False: this call
   * carries none that is valid. Throws `webhook_unchecked` where that cannot be found out now.
   */
  readonly authenticate?: (request: WebhookRequest, tools: ChannelTools) => Promise<boolean>;
  /** Webhooks of other channels at which calls for this one may arrive. */
  readonly visits?: {
    /** The other channels' names. */
    readonly names: readonly string[];
    /** "all": the call is this channel's alone; "some": part of it is, so both read it; undefined: none of it. */
    readonly recognises: (request: WebhookRequest) => "all" | "some" | undefined;
  };
  /**
   * Whether the sender repeats a webhook that was refused for a short time only, or out of its memory: what is refused while the
   * database is away is then lost, and a spool on the disk is worth having.
   */
  readonly hasBriefRetries?: boolean;
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
  /** Describes the calls that mark a message as read and show that an answer is being written; one, several or none. */
  readonly acknowledge?: (
    message: Acknowledged,
    signs?: Signs,
  ) => HttpRequest | readonly HttpRequest[];
  /**
   * Adds a token or a dated signature. `refused` are the headers that the provider has just answered with 401: a cached
   * token is renewed. Throws `channel_*`.
   */
  readonly authorize?: (
    request: HttpRequest,
    tools: ChannelTools,
    refused?: Readonly<Record<string, string>>,
  ) => Promise<Readonly<Record<string, string>>>;
  /** Makes a call in the provider's own client, over our transport, where it insists on that. Never retries. */
  readonly exchange?: (
    request: HttpRequest,
    tools: ChannelTools,
    options: { readonly timeoutMs: number },
  ) => Promise<HttpResponse>;
  /** A plainer form of a payload that the provider refused as unknown to it; undefined where there is none. */
  readonly degrade?: (
    payload: unknown,
  ) => { readonly payload: unknown; readonly note: Note } | undefined;
  readonly reconciliation: Reconciliation;
  /** Whether a typed number or title of the last menu counts as a tap, because people cannot tap there. */
  readonly typedChoices?: boolean;
  /** Tells the provider of an opt-out or its end that we learnt of ourselves. */
  readonly announceOptOut?: (change: {
    readonly account: string;
    readonly identities: readonly Identity[];
    readonly optedOut: boolean;
  }) => HttpRequest | undefined;
  readonly media?: MediaSource;
  /** The templates at the provider, where there are any and it can be asked. */
  readonly templates?: TemplateSource | undefined;
  readonly probe?: Probe;
  /** Calls that show more than the probe: what the credentials allow, how each number fares. */
  readonly inspections?: readonly Inspection[];
  /** Who gets the channel's webhooks, as far as the provider can be asked and told. */
  readonly registration?: WebhookRegistration;
  /** Present where accounts are paired with phones. */
  readonly pairing?: PairingSource;
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
