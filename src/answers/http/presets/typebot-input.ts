import { z } from "zod";
import type { Button, Reply } from "../../../messages.ts";
import { textIfAny } from "../preset.ts";

/** What a typebot waits for. Inputs without choices take whatever is typed. */
const input = z.object({ type: z.string(), items: z.array(z.unknown()).catch([]) });

const choice = z.object({ content: textIfAny, title: textIfAny, description: textIfAny });

/**
 * Puts the choices that a typebot waits for under its last text, or into a message of their own. A tap brings back the words
 * that the typebot compares with. Whatever else it waits for changes nothing.
 */
export function withChoices(replies: readonly Reply[], waitsFor: unknown): readonly Reply[] {
  const { data } = input.safeParse(waitsFor);
  const isChoice = data?.type === "choice input" || data?.type === "picture choice input";
  const buttons = isChoice ? data.items.flatMap(buttonOf) : [];
  if (buttons.length === 0) return replies;
  const last = replies.at(-1);
  return last?.text === undefined
    ? [...replies, { buttons }]
    : [...replies.slice(0, -1), { ...last, buttons }];
}

function buttonOf(item: unknown): readonly Button[] {
  const { data } = choice.safeParse(item);
  const title = (data?.content ?? data?.title ?? "").trim();
  if (title === "") return [];
  const { description } = data ?? {};
  return [{ title, payload: title, ...(typeof description === "string" && { description }) }];
}
