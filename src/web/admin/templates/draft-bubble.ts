import type { Bubble } from "../../shared/bubble/bubble.ts";
import { type DraftForm, withExamples } from "./draft.ts";

/** A template that is being typed as a phone would show it, with its examples as far as they are there. */
export function draftBubble(form: DraftForm): Bubble {
  const { header, body, footer, buttons, headerExamples, bodyExamples } = form;
  return {
    ...(header !== "" && { header: withExamples(header, headerExamples) }),
    text: withExamples(body, bodyExamples),
    ...(footer !== "" && { footer }),
    buttons: buttons
      .filter(({ type }) => type === "QUICK_REPLY")
      .map(({ text }, index) => ({ id: String(index), title: text, source: "template_button" })),
    links: buttons
      .filter(({ type }) => type !== "QUICK_REPLY")
      .map(({ type, text, target }) => ({ title: type === "COPY_CODE" ? target : text, target })),
  };
}
