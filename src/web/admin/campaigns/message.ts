import type { BubbleButton } from "../../shared/bubble/bubble.ts";
import type { TemplateFilling } from "../templates/fill.ts";

/** What a campaign says. */
export type CampaignMessage =
  | { readonly kind: "text"; readonly text: string; readonly buttons: readonly BubbleButton[] }
  | {
      readonly kind: "template";
      readonly name: string;
      readonly language: string | undefined;
      readonly filling: TemplateFilling;
    };

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const textOf = (value: unknown): string => (typeof value === "string" ? value : "");

function buttonsOf(reply: Readonly<Record<string, unknown>>): readonly BubbleButton[] {
  const buttons: unknown = reply["buttons"];
  if (!Array.isArray(buttons)) return [];
  return buttons.filter(isObject).map((button, index) => ({
    id: String(index),
    title: textOf(button["title"]),
    source: "button",
  }));
}

/** Reads the message of a campaign: a template, a text or a reply in Rasa's words. Never throws. */
export function readMessage(message: Readonly<Record<string, unknown>>): CampaignMessage {
  const { text, reply, template } = message;
  if (isObject(template)) {
    const { name, language, ...filling } = template;
    const words = typeof language === "string" ? language : undefined;
    return { kind: "template", name: textOf(name), language: words, filling };
  }
  if (isObject(reply))
    return { kind: "text", text: textOf(reply["text"]), buttons: buttonsOf(reply) };
  return { kind: "text", text: textOf(text), buttons: [] };
}

const PLACEHOLDER = /\{\{\s*([\p{L}\p{N}_][\p{L}\p{N}_ .-]{0,127}?)\s*\}\}/gu;

/** The placeholders of a text, each once. Source: the API's own reading of them. */
function placeholdersIn(text: string): readonly string[] {
  return [...new Set([...text.matchAll(PLACEHOLDER)].map(([, name = ""]) => name))];
}

/** The placeholders of every string of a message. */
export function placeholdersOf(value: unknown): readonly string[] {
  if (typeof value === "string") return placeholdersIn(value);
  if (typeof value !== "object" || value === null) return [];
  return [...new Set(Object.values(value).flatMap((part: unknown) => placeholdersOf(part)))];
}
