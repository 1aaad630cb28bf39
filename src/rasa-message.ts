import { z } from "zod";
import type { Button, Reply } from "./messages.ts";

const words = z.union([z.string(), z.number().transform(String)]);
const wordsIfAny = words.optional().catch(undefined);
const itemsIfAny = z.array(z.unknown()).catch([]);

/** One message of a bot. A key of the wrong type counts as absent: compatible servers differ in details. */
const rasaMessage = z.object({
  text: wordsIfAny,
  buttons: itemsIfAny,
  quick_replies: itemsIfAny,
  image: wordsIfAny,
  attachment: z.unknown().optional(),
  custom: z.unknown().optional(),
});

const rasaButton = z.looseObject({
  title: wordsIfAny,
  payload: wordsIfAny,
  url: wordsIfAny,
  description: wordsIfAny,
});

/**
 * Reads one message as Rasa writes it, in an answer and in a call of its callback channel alike; undefined where it says
 * nothing. Source: Rasa documentation, REST channel and callback channel.
 */
export function readRasaMessage(item: unknown): Reply | undefined {
  const parsed = rasaMessage.safeParse(item);
  if (!parsed.success) return undefined;
  const { text, image, attachment, custom } = parsed.data;
  const buttons = [...parsed.data.buttons, ...parsed.data.quick_replies].flatMap(toButton);
  const reply: Reply = {
    ...(isSaid(text) && { text }),
    ...(buttons.length > 0 && { buttons }),
    ...(isSaid(image) && { image }),
    ...(isGiven(attachment) && { attachment }),
    ...(isGiven(custom) && { custom }),
  };
  return Object.keys(reply).length === 0 ? undefined : reply;
}

/** A button must show something; without a title its payload is shown. All other keys are the bot's own. */
function toButton(item: unknown): readonly Button[] {
  const parsed = rasaButton.safeParse(item);
  if (!parsed.success) return [];
  const { title, payload, url, description, ...others } = parsed.data;
  const shown = [title, payload, url].find(isSaid);
  if (shown === undefined) return [];
  return [
    {
      ...others,
      title: shown,
      ...(isSaid(payload) && { payload }),
      ...(isSaid(url) && { url }),
      ...(isSaid(description) && { description }),
    },
  ];
}

function isSaid(text: string | undefined): text is string {
  return text !== undefined && text.trim() !== "";
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null && value !== "";
}
