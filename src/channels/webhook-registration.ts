import type { HttpRequest, HttpResponse } from "../transport.ts";

/** An address, or an app, that a provider has registered for webhooks. Addresses may hold secrets: never shown as they are. */
export interface RegisteredWebhook {
  /** The provider's own id of it, where it has one. */
  readonly id?: string;
  /** Absent where what is registered is no address, such as the subscription of an app. */
  readonly url?: string;
  /** What else is known of it, for people; no secret. */
  readonly about?: string;
}

/** One place at the provider where it is written who gets webhooks: an app, a business account, a line, an instance. */
export interface WebhookDesk {
  /** What it is, for people: "app 1234", "instance shop". */
  readonly name: string;
  readonly list: HttpRequest;
  /** Reads the answer to `list`. Throws `channel_*`. */
  readonly read: (response: HttpResponse) => readonly RegisteredWebhook[];
  /** What keeps webhooks from coming to `url`, in words; undefined where nothing does. */
  readonly wrong: (found: readonly RegisteredWebhook[], url: string) => string | undefined;
  /**
   * The one among `found` that would lose its webhooks to us, or that is ours already and is renewed: `register` takes its
   * place. Undefined where ours is added beside the others.
   */
  readonly replaces: (
    found: readonly RegisteredWebhook[],
    url: string,
  ) => RegisteredWebhook | undefined;
  /** Describes the call that registers `url`. */
  readonly register: (url: string, instead?: RegisteredWebhook) => HttpRequest;
  /** Describes the call that ends a registration. */
  readonly remove: (webhook: RegisteredWebhook) => HttpRequest;
  /** Reads the answer to `register` and `remove`. Throws `channel_*`. */
  readonly check: (response: HttpResponse) => void;
}

/** How a provider calls us, for calls that are made in its place to see whether a webhook works. */
export interface WebhookCaller {
  /** The call by which it asks whether an address is ours, and whether an answer says so; absent where it never asks. */
  readonly handshake?: (
    url: string,
    challenge: string,
  ) => { readonly request: HttpRequest; readonly isAnswered: (response: HttpResponse) => boolean };
  /** A genuine call with a body, byte for byte. */
  readonly post: (url: string, body: string, now: Date) => Promise<HttpRequest>;
  /** A genuine body that tells of nothing. */
  readonly emptyBody: string;
}

/** What a channel knows of the registration of its webhook. */
export interface WebhookRegistration {
  /** The address to register, from the one that the channel is served at; it may hold a secret. */
  readonly address: (url: string) => string;
  /**
   * The places at the provider that must know us. `appId` names the app where the provider needs that; a desk that cannot
   * do without it is left out.
   */
  readonly desks: (options: { readonly appId?: string | undefined }) => readonly WebhookDesk[];
  readonly caller: WebhookCaller;
  /** What an operator does where the provider cannot be asked to by its message API, for `url` as `address` gives it. */
  readonly byHand?: (url: string) => string;
}

/** How good something is. */
export type Level = "ok" | "warn" | "fail";

/** What came of looking at something at the provider. */
export interface Finding {
  readonly level: Level;
  readonly detail: string;
  /** What to do about it. */
  readonly fix?: string;
  /** The app that the credentials belong to, where the answer names it. */
  readonly appId?: string;
}

/** A call that shows more of an account or of its credentials than the cheap `Probe` does. */
export interface Inspection {
  /** What is looked at, in a word or two. */
  readonly name: string;
  readonly request: HttpRequest;
  /** Throws `channel_*`. */
  readonly read: (response: HttpResponse, now: Date) => Finding;
}
