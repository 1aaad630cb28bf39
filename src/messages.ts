/**
 * The canonical types that the steps of the bridge share, and nothing else.
 *
 * Glossary
 *
 * - channel: a configured provider integration (`whatsapp`, `rest`, ...); its type is the provider (`cloud`, ...).
 * - account: our number or instance on a channel (`phone_number_id` on the Cloud API).
 * - contact: the person behind one or more identities; conversation = (channel, account, contact).
 * - identity: one name the provider gives a person: a phone number, a user id, a web client's sender.
 * - webhook: a call from the provider; it yields events: inbound message, status update, unsupported...
 * - inbound / outbound message: what came / what we send; `externalId` = the provider's id, `id` = ours.
 * - reply: the channel-free answer of a backend; payload = its rendering for one channel.
 * - button: `title` shown, `payload` sent back; the tapped payload becomes the inbound text.
 * - delivery status: queued, sending, uncertain, sent, delivered, read, failed.
 * - answer backend: rasa, templates, openai, http: what turns an inbound message into replies.
 * - turn: one inbound message, its replies and the interaction row that records them.
 * - note: one reduction that a channel forced on a reply (a title cut, buttons turned into a list).
 * - template: a provider-approved message.
 * - inbox / outbox: durable queues between the steps; attempt = one try to send; interaction = one logged exchange.
 */

import type { AccountNotice } from "./account-notice.ts";
import type { SendFailure } from "./send-failure.ts";

/**
 * The kinds of name a provider gives a person. `bsuid` and `lid` are WhatsApp's own ids of people who hide their number
 * (a business sees the one, a paired phone the other); `sender` is a web client's own conversation id.
 */
export type IdentityKind = "phone" | "bsuid" | "parent_bsuid" | "lid" | "sender";

/** One name of a person on a channel, exactly as the provider reports it (a phone without `+`: WhatsApp's `wa_id`). */
export interface Identity {
  readonly kind: IdentityKind;
  readonly value: string;
}

/** Where a reply goes: our account and the identities the person last used, in the provider's own spelling. */
export interface Address {
  readonly account: string;
  readonly identities: readonly Identity[];
}

export type MediaKind = "image" | "video" | "audio" | "voice" | "document" | "sticker";

export interface ContactCard {
  readonly name?: string;
  readonly phones: readonly { readonly phone?: string; readonly identity?: Identity }[];
  readonly emails?: readonly string[];
  readonly organisation?: string;
}

/** A file that a person sent, as we keep it. `mimeType` is what its bytes say, not what the provider said. */
export interface StoredFile {
  readonly id: string;
  readonly mimeType: string;
  readonly sizeBytes: number;
  readonly sha256: string;
}

/** Why there is no file: too large, not a kind of file we hand on, gone or not reachable at the provider, not asked for. */
export type MissingReason = "too_large" | "refused_type" | "unavailable" | "off";

/** What a person sent, by kind. Every field beside `type` is as the provider gave it, made safe to store. */
export type Content =
  | { readonly type: "text" }
  | {
      readonly type: "choice";
      readonly source: "button" | "list" | "template_button";
      readonly payload: string;
      readonly title: string;
      readonly description?: string;
    }
  | {
      readonly type: "media";
      readonly media: MediaKind;
      readonly id?: string;
      readonly url?: string;
      readonly mimeType?: string;
      readonly sha256?: string;
      readonly fileName?: string;
      readonly animated?: boolean;
      /** Set once the file was fetched, or once it is known that it never will be. */
      readonly file?: StoredFile | { readonly missing: MissingReason };
    }
  | {
      readonly type: "location";
      readonly latitude: number;
      readonly longitude: number;
      readonly name?: string;
      readonly address?: string;
      readonly url?: string;
    }
  | {
      readonly type: "contacts";
      readonly cards: readonly ContactCard[];
      readonly requested: boolean;
    }
  /** `emoji` is absent when the reaction was taken back. */
  | { readonly type: "reaction"; readonly emoji?: string; readonly to: string }
  | { readonly type: "form"; readonly name?: string; readonly answers: Record<string, unknown> }
  | {
      readonly type: "order";
      readonly catalogId?: string;
      readonly items: readonly {
        readonly productId: string;
        readonly quantity: number;
        readonly price?: number;
        readonly currency?: string;
      }[];
    }
  | { readonly type: "call_permission"; readonly response: string; readonly expiresAt?: string }
  /** Not from the person: something outside happened, and the bot is told its name (Rasa's `trigger_intent`). */
  | {
      readonly type: "trigger";
      readonly intent: string;
      readonly entities: Readonly<Record<string, unknown>>;
    }
  | { readonly type: "edit"; readonly original: string }
  | { readonly type: "revoke"; readonly original: string }
  /** A message we cannot read; `reason` is the provider's code and text where it gave one. */
  | { readonly type: "unsupported"; readonly providerType: string; readonly reason?: string };

/** The click-to-chat advertisement or post a conversation began with. */
export interface Referral {
  readonly sourceType?: string;
  readonly sourceId?: string;
  readonly sourceUrl?: string;
  readonly headline?: string;
  readonly body?: string;
  readonly clickId?: string;
}

/** The message a person quoted or forwarded. */
export interface MessageContext {
  readonly quoted?: string;
  readonly forwarded?: "once" | "many_times";
  readonly product?: { readonly catalogId: string; readonly productId: string };
}

/** A message from a person. */
export interface InboundMessage {
  readonly kind: "message";
  /** The provider's id of the message; with the channel name it is the deduplication key. */
  readonly externalId: string;
  readonly account: string;
  /** At least one; the first is the one replies go to. */
  readonly identities: readonly Identity[];
  /** The provider's time of the message, ISO 8601 UTC. */
  readonly sentAt: string;
  /** What an answer backend is told: the text, the caption, the tapped payload, or "" where there is no text. */
  readonly text: string;
  readonly content: Content;
  readonly contactName?: string;
  readonly username?: string;
  readonly context?: MessageContext;
  readonly referral?: Referral;
  /** Free data of a web client, handed to the backend as it is. */
  readonly metadata?: Record<string, unknown>;
}

/** The words a provider may report about an outbound message, in rising order; `failed` stands apart. */
export type ReportedStatus = "sent" | "delivered" | "read" | "failed";

/** A provider's refusal, whether it came as the answer to a send or later in a status webhook. */
export interface ProviderError {
  /** The provider's own code, as text; "" where it gave none. */
  readonly code: string;
  readonly title: string;
  readonly details?: string;
  /** The provider's trace id, for its support desk. */
  readonly traceId?: string;
}

/** What the provider says happened to an outbound message. */
export interface StatusUpdate {
  readonly kind: "status";
  readonly account: string;
  readonly externalId: string;
  /** The id under which the provider took our request, where it names the message otherwise in statuses. */
  readonly requestId?: string;
  /** Our own message id, where the provider echoes it: it settles an uncertain send. */
  readonly messageId?: string;
  readonly status: ReportedStatus;
  readonly at: string;
  readonly identities: readonly Identity[];
  readonly error?: ProviderError;
  /** What to do about `error`; absent unless `status` is `failed`. */
  readonly failure?: SendFailure;
  readonly pricing?: {
    readonly category?: string;
    readonly type?: string;
    readonly model?: string;
    readonly billable?: boolean;
  };
}

/** The provider renamed a person: `previous` and `current` are the same contact. */
export interface IdentityChange {
  readonly kind: "identity";
  readonly account: string;
  readonly externalId: string;
  readonly previous: Identity;
  readonly current: readonly Identity[];
}

/** A person used the provider's own switch for our messages. */
export interface PreferenceChange {
  readonly kind: "preference";
  readonly account: string;
  readonly externalId: string;
  readonly identities: readonly Identity[];
  readonly scope: "marketing" | "all";
  readonly optedOut: boolean;
  readonly at: string;
}

/** A person of ours answered from the account's own phone: the bot is quiet for `pauseMs`. */
export interface Takeover {
  readonly kind: "takeover";
  readonly account: string;
  /** The provider's id of what was written; a message that we sent ourselves is no takeover. */
  readonly externalId: string;
  readonly identities: readonly Identity[];
  readonly pauseMs: number;
  readonly at: string;
}

/** Whether an account can send and receive, where the provider tells. */
export interface AccountState {
  readonly kind: "account";
  readonly account: string;
  readonly state: "connected" | "connecting" | "disconnected";
  /** The provider's reason in a few words, without personal data; "" where there is none. */
  readonly detail: string;
}

/** A backend says something without having been asked: a reminder, an event from outside. */
export interface Push {
  readonly kind: "push";
  /** The conversation as the backend knows it: our conversation id, or the sender it was told. */
  readonly recipient: string;
  readonly reply: Reply;
}

/** Something of a webhook that we keep and count but do not understand, or that is not ours. */
export interface UnsupportedEvent {
  readonly kind: "unsupported";
  readonly account?: string;
  readonly what: string;
}

export type ChannelEvent =
  | InboundMessage
  | StatusUpdate
  | IdentityChange
  | PreferenceChange
  | Takeover
  | AccountState
  | Push
  | AccountNotice
  | UnsupportedEvent;

/** A choice offered with a reply. Rasa's own words; other keys of a bot's buttons are passed to web clients as they are. */
export interface Button {
  readonly title: string;
  /** Sent back when tapped; the title where the bot gave none. */
  readonly payload?: string;
  readonly description?: string;
  /** A link instead of a choice (`type: "web_url"`). */
  readonly url?: string;
  readonly [key: string]: unknown;
}

/**
 * One message of an answer, in Rasa's words, so that a bot needs no change. At least one key is present. `custom` is
 * the free extension point; channels understand the vocabulary of `docs/conversion.md` and note what they do not.
 */
export interface Reply {
  readonly text?: string;
  readonly buttons?: readonly Button[];
  readonly image?: string;
  readonly attachment?: unknown;
  readonly custom?: unknown;
}

/** One reduction or change that a channel forced on a reply. `code` is a closed word, `detail` a sentence in English. */
export interface Note {
  readonly code: string;
  readonly detail: string;
}
