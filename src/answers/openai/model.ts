import type { Usage } from "../backend.ts";
import type { Declined } from "./errors.ts";

/** One thing that was said before. */
export interface Line {
  readonly role: "user" | "assistant";
  readonly text: string;
}

/** What the model is told, in the words of neither protocol. */
export interface ModelRequest {
  readonly system: string;
  readonly history: readonly Line[];
  /** The message to be answered. */
  readonly text: string;
  /** A picture of the message, as a `data:` URL. */
  readonly image?: string;
  /** Tells one person from another without saying who they are. */
  readonly person?: string;
}

/**
 * What the model said. `cut`: the text ends where its limit was reached; `filtered`, `refused`: it was not to be said, and
 * the text is empty.
 */
export interface Completion {
  readonly text: string;
  readonly end: "done" | "cut" | "filtered" | "refused";
  readonly usage: Usage;
}

/** Asks the model. Throws `answer_*`, or the reason of an abort as it is. */
export type AskModel = (
  request: ModelRequest,
  signal: AbortSignal,
) => Promise<Completion | { readonly end: Declined }>;
