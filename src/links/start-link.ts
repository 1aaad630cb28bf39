import { isReference } from "./reference.ts";

/** A text that a link types into the person's phone; `{reference}` stands for what it starts with. */
const TEXTS = {
  command: "/start {reference}",
  "pt-BR": "Olá! Quero participar ({reference})",
  en: "Hello! I would like to take part ({reference})",
  es: "¡Hola! Quiero participar ({reference})",
} as const;

/** How the text of a link reads: the command itself, or a sentence in a language, which needs a start pattern. */
export const START_STYLES = ["command", "pt-BR", "en", "es"] as const;

export interface StartLinkOptions {
  /** Our number with its country, in any usual spelling: `+55 61 3000-0000`. */
  readonly phone: string;
  readonly reference?: string;
  readonly style?: (typeof START_STYLES)[number];
  /** The text itself, in place of a style; `{reference}` is replaced. */
  readonly text?: string;
}

/** Characters of a text that a phone takes over from a link. */
const MAX_TEXT = 1_000;

/** Digits of a number with its country. Source: ITU-T E.164. */
const PHONE = /^[1-9]\d{7,14}$/;

/**
 * Builds the link that opens a chat with us with a text typed in; the person still has to send it. Throws an Error that says
 * what is wrong with the number, the reference or the text.
 * Source: WhatsApp help centre, "How to use click to chat".
 */
export function startLink(options: StartLinkOptions): string {
  const phone = options.phone.replace(/^\+/, "").replace(/[\s().-]/g, "");
  if (!PHONE.test(phone)) throw new Error("the phone must be a number with its country");
  return `https://wa.me/${phone}?text=${encodeURIComponent(textOf(options))}`;
}

function textOf({ reference, style = "command", text }: StartLinkOptions): string {
  if (reference !== undefined && !isReference(reference))
    throw new Error("a reference is 1 to 64 letters, digits, - and _");
  const written = text ?? (reference === undefined ? "/start" : TEXTS[style]);
  if (reference === undefined && written.includes("{reference}"))
    throw new Error("the text needs a reference");
  if (written.trim() === "" || written.length > MAX_TEXT || !written.isWellFormed())
    throw new Error(`the text must have 1 to ${MAX_TEXT} characters`);
  return written.replaceAll("{reference}", reference ?? "");
}
