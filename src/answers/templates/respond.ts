import type { Button, Reply } from "../../messages.ts";
import { closestLanguage } from "../language.ts";
import {
  interpolate,
  interpolateAll,
  interpolatePayload,
  interpolateValues,
  type Missing,
  type Slots,
} from "./interpolate.ts";
import { isGiven, type Variation } from "./response-schema.ts";

/** What decides between the variations of a response. */
export interface Circumstances {
  /** The names a variation may know the channel by. */
  readonly channels: readonly string[];
  readonly slots: Slots;
  /** Gives one of the places of a list of this length; undefined for an empty one. */
  readonly choose: (length: number) => number | undefined;
}

/**
 * Chooses the index of a variation: those whose conditions all hold before those without conditions, those of the
 * channel before those of none; another channel's only where nothing else is left. Gives undefined where no variation
 * fits. Source: Rasa documentation, conditional and channel-specific response variations.
 */
export function chooseVariation(
  variations: readonly Variation[],
  { channels, slots, choose }: Circumstances,
): number | undefined {
  const all = variations.map((variation, index) => ({ variation, index }));
  const conditional = all.filter(({ variation: { condition } }) => condition.length > 0);
  const holding = conditional.filter(({ variation }) => holds(variation, slots));
  const free = all.filter(({ variation: { condition } }) => condition.length === 0);
  const fitting = holding.length > 0 ? holding : free;
  const own = fitting.filter(
    ({ variation: { channel } }) => channel !== undefined && channels.includes(channel),
  );
  const general = fitting.filter(({ variation: { channel } }) => channel === undefined);
  const candidates = [own, general, fitting].find(({ length }) => length > 0) ?? [];
  const chosen = choose(candidates.length);
  return chosen === undefined ? undefined : candidates[chosen]?.index;
}

function holds({ condition }: Variation, slots: Slots): boolean {
  return condition.every(({ name, value }) => slots[name] === value);
}

/** How a variation is filled. */
export interface Filling {
  readonly slots: Slots;
  readonly missing: Missing;
  /** BCP 47 tag; decides between the translations of a text. */
  readonly language: string;
}

/**
 * Fills a variation with values: one reply, and one more with the cards where it has a carousel, which channels send card
 * by card.
 */
export function fillVariation(variation: Variation, filling: Filling): readonly Reply[] {
  const { image, custom, attachment, elements } = variation;
  const { slots, missing } = filling;
  const text = textOf(variation, filling.language);
  const reply: Reply = {
    ...(text !== undefined && { text: interpolate(text, slots, missing) }),
    ...buttonsOf([...variation.buttons, ...variation.quick_replies], filling),
    ...(image !== undefined && { image: interpolate(image, slots, missing) }),
    ...(isGiven(attachment) && { attachment: interpolateAll(attachment, slots, missing) }),
    ...(isGiven(custom) && { custom: interpolateAll(custom, slots, missing) }),
  };
  const cards = elements.map((element) => fillElement(element, filling));
  const payload = { template_type: "generic", elements: cards };
  const carousel: Reply = { attachment: { type: "template", payload } };
  return [
    ...(Object.keys(reply).length > 0 ? [reply] : []),
    ...(cards.length > 0 ? [carousel] : []),
  ];
}

function fillElement(element: Variation["elements"][number], filling: Filling): object {
  const { slots, missing } = filling;
  return {
    ...interpolateValues(element, slots, missing),
    ...buttonsOf(element.buttons ?? [], filling),
  };
}

/** Keys of buttons that the bridge does not know stay for web clients. */
function buttonsOf(
  written: Variation["buttons"],
  { slots, missing }: Filling,
): Pick<Reply, "buttons"> {
  const buttons = written.map((button): Button => {
    const { payload } = button;
    return {
      ...interpolateValues(button, slots, missing),
      title: interpolate(button.title, slots, missing),
      ...(payload !== undefined && { payload: interpolatePayload(payload, slots, missing) }),
    };
  });
  return buttons.length > 0 ? { buttons } : {};
}

/** The text in the conversation's language where it is translated. */
function textOf({ text, translation = {} }: Variation, language: string): string | undefined {
  const tag = closestLanguage(language, Object.keys(translation));
  const translated = tag === undefined ? undefined : translation[tag];
  return typeof translated === "string" && translated !== "" ? translated : text;
}
