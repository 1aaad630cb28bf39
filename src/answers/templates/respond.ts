import type { Button, Reply } from "../../messages.ts";
import type { Question } from "../backend.ts";
import type { Variation } from "./file-schema.ts";
import { interpolate, interpolateAll, interpolateValues, type Slots } from "./interpolate.ts";

/**
 * Chooses the index of a variation: those whose conditions all hold before those without conditions, those of the
 * channel before those of none; another channel's only where nothing else is left. `random` gives a number from 0 up to,
 * but not including, 1. Gives undefined where no variation fits. Source: Rasa documentation, conditional and
 * channel-specific response variations.
 */
export function chooseVariation(
  variations: readonly Variation[],
  question: Pick<Question, "channel" | "channelType">,
  slots: Slots,
  random: () => number,
): number | undefined {
  const all = variations.map((variation, index) => ({ variation, index }));
  const conditional = all.filter(({ variation: { condition } }) => condition.length > 0);
  const holding = conditional.filter(({ variation }) => holds(variation, slots));
  const free = all.filter(({ variation: { condition } }) => condition.length === 0);
  const fitting = holding.length > 0 ? holding : free;
  const names = [question.channel, question.channelType];
  const own = fitting.filter(
    ({ variation: { channel } }) => channel !== undefined && names.includes(channel),
  );
  const general = fitting.filter(({ variation: { channel } }) => channel === undefined);
  const candidates = [own, general, fitting].find(({ length }) => length > 0) ?? [];
  return candidates[Math.floor(random() * candidates.length)]?.index;
}

function holds({ condition }: Variation, slots: Slots): boolean {
  return condition.every(({ name, value }) => slots[name] === value);
}

/** Fills a variation with values. Keys of buttons that the bridge does not know stay for web clients. */
export function fillVariation(variation: Variation, slots: Slots): Reply {
  const { text, image, attachment, custom } = variation;
  const buttons = [...variation.buttons, ...variation.quick_replies].map((button): Button => {
    const { payload } = button;
    return {
      ...interpolateValues(button, slots),
      title: interpolate(button.title, slots),
      ...(payload !== undefined && { payload: interpolate(payload, slots) }),
    };
  });
  return {
    ...(text !== undefined && { text: interpolate(text, slots) }),
    ...(buttons.length > 0 && { buttons }),
    ...(image !== undefined && { image: interpolate(image, slots) }),
    ...(attachment !== undefined && { attachment: interpolateAll(attachment, slots) }),
    ...(custom !== undefined && { custom: interpolateAll(custom, slots) }),
  };
}
