import type { ChannelModule } from "../../channels/channel.ts";
import type { SaidContent, SaidMessage, SignatureKind, StatusWord } from "../orders.ts";
import type { SampleTemplate, TemplateShelf } from "../templates.ts";

/** What a line can do, for a page that offers it. */
export interface LineFeatures {
  readonly buttons: boolean;
  readonly lists: boolean;
  readonly media: boolean;
  readonly location: boolean;
  readonly templates: boolean;
  readonly voice: boolean;
  /** Whether the provider brings several messages in one call. */
  readonly batches: boolean;
  /** Whether the provider reports that a message was read. */
  readonly reads: boolean;
  /** Whether choices are lines of text, answered by typing. */
  readonly typedChoices: boolean;
}

/** A failure that the provider may report. */
export interface LineFailure {
  readonly code: string;
  readonly title: string;
  /** "at_once": as the answer to the send; "later": as a status. */
  readonly when: "at_once" | "later";
}

/** A simulated line, as it is shown. */
export interface LineDescription {
  readonly channel: string;
  readonly type: string;
  readonly account: string;
  readonly title: string;
  readonly features: LineFeatures;
  readonly failures: readonly LineFailure[];
}

/** A file that a simulated person sent. */
export interface HeldFile {
  /** A UUID of ours; lines write it as their provider writes ids. */
  readonly id: string;
  readonly mimeType: string;
  readonly sizeBytes: number;
  /** Base64. */
  readonly sha256: string;
  readonly fileName?: string | undefined;
}

/** A message as it is about to be brought: named, dated, and with what is known of its file. */
export interface Arrival extends SaidMessage {
  readonly externalId: string;
  /** ISO 8601 UTC. */
  readonly sentAt: string;
  readonly file?: HeldFile | undefined;
}

/** What became of one of our messages, as the provider tells it. */
export interface Report {
  /** Our own id, for providers that echo it. */
  readonly messageId?: string | undefined;
  readonly externalId: string;
  /** The phone number without `+`. */
  readonly person: string;
  readonly status: StatusWord;
  readonly error?: Pick<LineFailure, "code" | "title"> | undefined;
  /** ISO 8601 UTC. */
  readonly at: string;
}

/** A call that the provider makes: what follows our webhook's address, and what it says. */
export interface WebhookDraft {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A call of ours to the provider. Header names are lower case. */
export interface ProviderCall {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface ProviderAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/** A message that the provider was given. */
export interface TakenMessage {
  /** The phone number without `+`. */
  readonly person: string;
  readonly externalId: string;
  readonly messageId?: string | undefined;
}

/** What a line is given to play its provider. */
export interface Desk {
  /** Takes a message, of which the usual reports follow; or says how the send fails at once. */
  readonly take: (message: TakenMessage) => Promise<LineFailure | undefined>;
  /** The bytes of a kept file. */
  readonly readFile: (
    id: string,
  ) => Promise<{ readonly file: HeldFile; readonly bytes: Uint8Array } | undefined>;
  /** The file that came with a message. */
  readonly fileOfMessage: (externalId: string) => Promise<string | undefined>;
  readonly shelf: TemplateShelf;
}

/** One provider, played in this process. */
export interface SimulatedLine {
  readonly description: LineDescription;
  readonly module: ChannelModule;
  /** What the module is configured with; secrets included. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** The statuses that follow a message by themselves, in this order. */
  readonly statuses: readonly StatusWord[];
  /** A new id of a message, in the provider's form. */
  readonly newId: () => string;
  /** Why a person cannot say this on the line; undefined: they can. */
  readonly refuse: (content: SaidContent) => string | undefined;
  /** The signed calls that bring messages. */
  readonly webhooks: (
    messages: readonly Arrival[],
    signature: SignatureKind,
  ) => readonly WebhookDraft[];
  /** The signed call that brings a report. */
  readonly report: (report: Report, signature: SignatureKind) => WebhookDraft;
  /** Answers one call of ours as the provider would. */
  readonly answer: (call: ProviderCall, desk: Desk) => Promise<ProviderAnswer>;
}

/** Builds a line from the secret that all processes share. */
export type LineMaker = (secretOf: (what: string) => string) => SimulatedLine;

/** Why a template cannot be sent; undefined: it can. */
export function templateProblem(
  template: SampleTemplate | undefined,
): { readonly code: string; readonly title: string } | undefined {
  if (template === undefined)
    return { code: "132001", title: "Template name does not exist in the translation" };
  if (template.status === "PAUSED") return { code: "132015", title: "Template is Paused" };
  return undefined;
}
