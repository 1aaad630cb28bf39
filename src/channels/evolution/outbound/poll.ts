import { z } from "zod";
import type { Reply } from "../../../messages.ts";
import type { RenderedMessage, Rendering } from "../../channel.ts";
import { dropRepeats, offer, uniqueTitles } from "../../whatsapp/choices.ts";
import { joinRenderings, noteFirst, onlyMessages } from "../../whatsapp/dialect.ts";
import { isRecord, optionalText, renderParsed, textField } from "../../whatsapp/fields.ts";
import { fitLine } from "../../whatsapp/fit-text.ts";
import { note } from "../../whatsapp/notes.ts";
import { readButtons, type Buttons } from "../../whatsapp/read-buttons.ts";
import { renderReply } from "../../whatsapp/render.ts";
import { POLL_MAX_OPTIONS, POLL_MIN_OPTIONS, POLL_NAME, POLL_OPTION } from "./limits.ts";
import { takes, type Target } from "./target.ts";

const poll = z.object({
  name: textField.refine((name) => name.trim() !== ""),
  options: z.array(z.unknown()).min(1),
  selectable: z.coerce.number().int().min(0).max(POLL_MAX_OPTIONS).nullish(),
  footer: optionalText,
});

type Poll = z.output<typeof poll>;

/** The parts of a reply that are sent ahead of its custom part. */
const AHEAD: readonly string[] = ["text", "buttons", "quick_replies"];

/** Renders a reply in the WhatsApp dialect, with the custom `poll` that this provider has beside it. */
export function renderWithPolls(reply: Reply, target: Target): Rendering {
  const parts: Readonly<Record<string, unknown>> = isRecord(reply) ? reply : {};
  const { custom, ...others } = parts;
  const items: readonly unknown[] = Array.isArray(custom) ? custom : [custom];
  if (!items.some(isPoll)) return renderReply(reply, target.options);
  return joinRenderings([
    ...renderPart(others, (key) => AHEAD.includes(key), target),
    ...items.map((item) =>
      isPoll(item) ? renderPoll(item, target) : renderReply({ custom: item }, target.options),
    ),
    ...renderPart(others, (key) => !AHEAD.includes(key), target),
  ]);
}

/** A part of a reply that holds nothing is no blank reply. */
function renderPart(
  parts: Readonly<Record<string, unknown>>,
  isOfPart: (key: string) => boolean,
  { options }: Target,
): Rendering[] {
  const given = Object.entries(parts).filter(
    ([key, value]) => isOfPart(key) && value !== undefined && value !== null,
  );
  return given.length === 0 ? [] : [renderReply(Object.fromEntries(given), options)];
}

function isPoll(item: unknown): boolean {
  return isRecord(item) && item["type"] === "poll";
}

function renderPoll(raw: unknown, target: Target): Rendering {
  return renderParsed("poll", poll, raw, (given) => {
    const buttons = readButtons(given.options);
    const { choices, notes } = dropRepeats(buttons.choices);
    const count = choices.length;
    const fits = count >= POLL_MIN_OPTIONS && count <= POLL_MAX_OPTIONS;
    if (!fits || !takes(target, "sendPoll")) return renderAsMenu(given, target);
    return noteFirst(onlyMessages([toMessage(given, { ...buttons, choices })]), [
      ...buttons.notes,
      ...notes,
    ]);
  });
}

/** A question with choices is what a poll is where there are none. */
function renderAsMenu({ name, options, footer }: Poll, target: Target): Rendering {
  const custom = { type: "buttons", body: name, buttons: options, footer };
  const moved = note("kind_to_text", "The poll became a text with choices.");
  return noteFirst(renderReply({ custom }, target.options), [moved]);
}

function toMessage({ name, selectable }: Poll, { choices }: Buttons): RenderedMessage {
  const asked = fitLine(name, POLL_NAME, "poll", "title_cut");
  const fitted = choices.map(({ title }) => fitLine(title, POLL_OPTION, "option", "title_cut"));
  const unique = uniqueTitles(
    fitted.map(({ text }) => text),
    POLL_OPTION,
  );
  const menu = offer(choices.map((one, index) => ({ ...one, title: unique.titles[index] ?? "" })));
  return {
    payload: {
      type: "poll",
      poll: {
        name: asked.text,
        selectableCount: Math.min(selectable ?? 1, choices.length),
        values: unique.titles,
      },
    },
    text: [asked.text, ...unique.titles.map((title, index) => `${index + 1}. ${title}`)].join("\n"),
    notes: [...asked.notes, ...fitted.flatMap(({ notes }) => notes), ...unique.notes],
    needsWindow: true,
    menu,
  };
}
