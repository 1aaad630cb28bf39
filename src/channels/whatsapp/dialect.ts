import type { Note } from "../../messages.ts";
import type { RenderedMessage, Rendering } from "../channel.ts";
import type { MarkdownMode } from "./markdown/marks.ts";

/** What a channel that speaks WhatsApp's dialect may choose. */
export interface DialectOptions {
  readonly markdown: MarkdownMode;
  /** BCP 47 tag of the language of standard texts; anything but Portuguese is English. */
  readonly language: string;
  /** Whether a phone shows a preview of the first address in a text. */
  readonly previewUrls: boolean;
  /** "numbered": choices become lines of text, for where nobody can tap; "native" where absent. */
  readonly menus?: "native" | "numbered";
  /** Whether `custom` of the type `raw` is sent unchecked. */
  readonly rawPayloads: boolean;
  /** The channel names a `raw` payload may be meant for; `whatsapp`, `cloud` and `meta` where absent. */
  readonly rawChannels?: readonly string[];
}

/** The texts that the dialect adds where a bot gave none and WhatsApp wants one. */
interface Words {
  readonly choose: string;
  readonly more: string;
  readonly seeOptions: string;
  readonly options: string;
  readonly open: string;
  readonly shareLocation: string;
  readonly shareContact: string;
  readonly fillForm: string;
  readonly answerWithNumber: string;
}

const ENGLISH: Words = {
  choose: "Choose an option:",
  more: "More options",
  seeOptions: "See options",
  options: "Options",
  open: "Open",
  shareLocation: "Please share your location.",
  shareContact: "Please share your phone number.",
  fillForm: "Please fill in the form.",
  answerWithNumber: "Answer with the number of your choice.",
};

const PORTUGUESE: Words = {
  choose: "Escolha uma opção:",
  more: "Mais opções",
  seeOptions: "Ver opções",
  options: "Opções",
  open: "Abrir",
  shareLocation: "Compartilhe sua localização, por favor.",
  shareContact: "Compartilhe seu telefone, por favor.",
  fillForm: "Preencha o formulário, por favor.",
  answerWithNumber: "Responda com o número da opção.",
};

/** Picks the standard texts of a language. */
export function wordsOf({ language }: DialectOptions): Words {
  return /^pt\b/i.test(language) ? PORTUGUESE : ENGLISH;
}

/** Strings renderings together in their order; a payload kept twice is listed once. */
export function joinRenderings(renderings: readonly Rendering[]): Rendering {
  const kept = new Map(renderings.flatMap((each) => each.kept).map((each) => [each.id, each]));
  return {
    messages: renderings.flatMap(({ messages }) => messages),
    notes: renderings.flatMap(({ notes }) => notes),
    kept: [...kept.values()],
  };
}

/** Wraps messages that need neither kept payloads nor notes of their own. */
export function onlyMessages(messages: readonly RenderedMessage[]): Rendering {
  return { messages, notes: [], kept: [] };
}

/** Says that something became no message, and why. */
export function onlyNotes(notes: readonly Note[]): Rendering {
  return { messages: [], notes, kept: [] };
}

/** Puts notes on the first message, where there is one. */
export function noteFirst({ messages, notes, kept }: Rendering, added: readonly Note[]): Rendering {
  const [first, ...rest] = messages;
  if (first === undefined) return { messages, notes: [...added, ...notes], kept };
  return { messages: [{ ...first, notes: [...added, ...first.notes] }, ...rest], notes, kept };
}
