import type { z } from "zod";
import type { sendAnswer } from "../../http/api/send-schemas.ts";
import { textBubble } from "../../web/shared/bubble/bubble.ts";
import { readPayload } from "../../web/shared/bubble/read-bubble.ts";
import { drawBubble } from "../simulate/picture.ts";
import { safeLine } from "../simulate/safe-text.ts";
import type { FollowedMessage } from "./follow.ts";

export type SendAnswer = z.output<typeof sendAnswer>;

const noteLines = (notes: SendAnswer["notes"]): readonly string[] =>
  notes.map(({ code, detail }) => `note ${code}: ${safeLine(detail)}`);

/** What would be sent: what the person would see, the provider's payload, and what had to be changed. */
export function dryRunText(answer: SendAnswer): string {
  const { messages, notes, window, held_for: heldFor, held_until: until } = answer;
  const parts = messages.map(({ text = "", payload }, at) =>
    [
      `Message ${at + 1} of ${messages.length}`,
      ...drawBubble(readPayload(payload, "", text) ?? textBubble(text)),
      JSON.stringify(payload, null, 2),
    ].join("\n"),
  );
  return [
    ...(messages.length === 0 ? ["Nothing of it is left to be sent."] : parts),
    ...noteLines(notes),
    ...(window === undefined || window === "none" ? [] : [`customer-service window: ${window}`]),
    ...(heldFor === null ? [] : [`it would wait for ${heldFor}, until ${until ?? "then"}`]),
    "Nothing was sent: this is a dry run.",
  ].join("\n");
}

/** What the bridge took over. */
export function takenText({ status, held_for: heldFor, held_until: until, ...rest }: SendAnswer) {
  const held = heldFor === null ? "" : ` for ${heldFor}, until ${until ?? "the person writes"}`;
  const ids = rest.messages.map(({ id }) => id);
  return [...ids.map((id) => `${status}${held} ${id}`), ...noteLines(rest.notes)].join("\n");
}

/** Why a message failed and what can be done about it. */
export function failureText({ error }: Pick<FollowedMessage, "error">): string {
  const words = [error?.title, error?.details, error?.hint].filter((word) => word != null);
  const code = error?.code ?? error?.reason;
  return [...words, ...(code == null ? [] : [`(${code})`])].join(" ") || "no reason was given";
}
