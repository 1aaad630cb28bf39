import type { LineDescription } from "./lines/line.ts";
import type { StatusWord, WebhookAnswer, WebhookOrder, SignatureKind } from "./orders.ts";
import type { Behaviour, BehaviourChange } from "./behaviours.ts";

/** Who may use the simulator: anybody who reaches the page, or whoever has a key for it. */
export type SimulatorMode = "open" | "admin";

/** A simulated person on a simulated line: the phone number without `+`. */
export interface SimulatedPerson {
  readonly channel: string;
  readonly person: string;
}

/** One of our messages, whose status is to be reported. */
export interface StatusOrder {
  readonly channel: string;
  /** Our id of it, and what the provider called it. */
  readonly message: { readonly id: string; readonly externalId: string };
  /** The phone number without `+`. */
  readonly person: string;
  readonly status: StatusWord;
  readonly errorCode?: string | undefined;
  readonly times: number;
  readonly signature: SignatureKind;
}

/** A file that a simulated person may send. */
export interface SimulatedFile {
  readonly fileId: string;
  readonly mimeType: string;
  readonly sizeBytes: number;
}

/** The simulator as the API knows it. Every operation throws `request_not_found` for a channel that is no simulated line. */
export interface Simulator {
  readonly mode: SimulatorMode;
  /** Names of the simulated lines, all of tenant `simulator`. */
  readonly channels: readonly string[];
  readonly lines: readonly LineDescription[];
  /** Makes the provider's calls and posts them to our own webhooks. Throws `request_invalid` for what the line cannot say. */
  readonly send: (order: WebhookOrder) => Promise<WebhookAnswer>;
  /** Reports what became of a message. */
  readonly report: (order: StatusOrder) => Promise<WebhookAnswer>;
  readonly behaviour: (of: SimulatedPerson) => Promise<Behaviour>;
  readonly behave: (of: SimulatedPerson, change: BehaviourChange) => Promise<Behaviour>;
  /** Behaves as usual again. */
  readonly forget: (of: SimulatedPerson) => Promise<void>;
  /** Keeps a file for an hour. Throws `request_too_large`. */
  readonly keepFile: (
    chunks: AsyncIterable<Uint8Array>,
    described: { readonly mimeType: string; readonly fileName: string | undefined },
  ) => Promise<SimulatedFile>;
}
