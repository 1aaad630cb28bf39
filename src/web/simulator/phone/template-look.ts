import type { Bubble, BubbleButton, BubbleLink } from "../../shared/bubble/bubble.ts";
import { fieldsOf, itemsOf, wordsOf } from "../../shared/bubble/fields.ts";

/**
 * Adds what a phone shows of a template and its message does not say: the provider puts in the footer and the buttons. A tap on
 * a quick reply brings the button's own words, as the provider does where the message names no other payload.
 */
export function withTemplate(bubble: Bubble, components: unknown): Bubble {
  const parts = itemsOf(components).map(fieldsOf);
  const buttons = parts
    .filter(({ type }) => type === "BUTTONS")
    .flatMap((part) => itemsOf(part["buttons"]).map(fieldsOf));
  const footer = wordsOf(parts.find(({ type }) => type === "FOOTER")?.["text"]);
  return {
    ...bubble,
    footer: bubble.footer ?? footer,
    buttons: bubble.buttons.length > 0 ? bubble.buttons : buttons.flatMap(toReply),
    links: bubble.links.length > 0 ? bubble.links : buttons.flatMap(toLink),
  };
}

function toReply({ type, text }: Readonly<Record<string, unknown>>): readonly BubbleButton[] {
  const title = wordsOf(text);
  if (type !== "QUICK_REPLY" || title === undefined) return [];
  return [{ id: title, title, source: "template_button" }];
}

function toLink({ type, text, url }: Readonly<Record<string, unknown>>): readonly BubbleLink[] {
  const [title, target] = [wordsOf(text), wordsOf(url)];
  return type === "URL" && title !== undefined && target !== undefined ? [{ title, target }] : [];
}
