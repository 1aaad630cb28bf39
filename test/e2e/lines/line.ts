import type { Environment } from "../bridge-process.ts";

/** One of the choices a person was offered: its place, what is shown and what the bot is told. */
export interface Option {
  readonly number: number;
  readonly title: string;
  readonly payload: string;
}

/** A way between a person and the bridge, with the provider that it needs. */
export interface Line {
  /** The name of the channel. */
  readonly channel: string;
  /** The variables that a new user would set for it. */
  readonly env: Environment;
  /** What the configuration file must say beside them, so that waiting is short. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Points the provider at a bridge, or the person's client. */
  readonly connect: (bridgeUrl: string) => Promise<void> | void;
  /** Writes; `id` names the message where the provider names messages, so that it can be delivered again. */
  readonly say: (text: string, id?: string) => Promise<void>;
  /** Takes an offered choice in the way that people have there: a tap, or a typed number. */
  readonly choose: (option: Option) => Promise<void>;
  /** Everything that reached the person so far, in order, as text. */
  readonly heard: () => readonly string[];
  /** What the provider found wrong with our calls. */
  readonly refusals: () => readonly unknown[];
  /** What goes wrong with the next message that the provider is asked to send. */
  readonly script?: (trouble: Trouble) => void;
  /** The last status the provider reports of a message. */
  readonly end: "sent" | "delivered" | "read";
  readonly close: () => Promise<void>;
}

/** The provider is busy, hides behind the error page of a proxy, takes a message without answering, or reports too early. */
export type Trouble = "busy" | "html" | "lost" | "early";

/** The error page of a proxy. */
export const ERROR_PAGE = "<html><body><h1>502 Bad Gateway</h1></body></html>";

/** The person of all scenarios, as providers spell the number. */
export const PERSON = "5521987650011";
export const NAME = "Joana P.";
