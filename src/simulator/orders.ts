/** What a simulated person may say. `fileId` names a file that was given to the simulator before. */
export type SaidContent =
  | { readonly type: "text"; readonly text: string }
  | {
      readonly type: "choice";
      readonly source: "button" | "list" | "template_button";
      readonly id: string;
      readonly title: string;
      readonly description?: string | undefined;
    }
  | {
      readonly type: "media";
      readonly media: "image" | "video" | "audio" | "voice" | "document" | "sticker";
      readonly fileId: string;
      readonly caption?: string | undefined;
      readonly fileName?: string | undefined;
    }
  | {
      readonly type: "location";
      readonly latitude: number;
      readonly longitude: number;
      readonly name?: string | undefined;
      readonly address?: string | undefined;
    }
  | { readonly type: "contact"; readonly name: string; readonly phone: string }
  | { readonly type: "reaction"; readonly to: string; readonly emoji?: string | undefined };

/** "bad": signed with a wrong key; "missing": not signed at all. */
export type SignatureKind = "good" | "bad" | "missing";

export type StatusWord = "sent" | "delivered" | "read" | "failed";

/** One message of a simulated person, as it was ordered. */
export interface SaidMessage {
  /** The phone number without `+`. */
  readonly from: string;
  readonly name?: string | undefined;
  /** The provider's id, where a message is to come again; a new one otherwise. */
  readonly externalId?: string | undefined;
  readonly sentAt?: string | undefined;
  /** The provider's id of the message it answers. */
  readonly quoted?: string | undefined;
  readonly content: SaidContent;
}

/** Messages that the provider is to bring. */
export interface WebhookOrder {
  readonly channel: string;
  readonly messages: readonly SaidMessage[];
  /** How many times the same call comes. */
  readonly times: number;
  readonly order: "given" | "reversed";
  readonly delayMs: number;
  readonly signature: SignatureKind;
}

/** One call that the provider made, and what it was told. `answer` is "" and `status` 0 where no answer came. */
export interface MadeCall {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly status: number;
  readonly answer: string;
  readonly ms: number;
}

/** What came of an order: no calls yet where they are made later. */
export interface WebhookAnswer {
  readonly calls: readonly MadeCall[];
  readonly messages: readonly { readonly externalId: string }[];
}
