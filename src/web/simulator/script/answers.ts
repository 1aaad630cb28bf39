import type { ScriptStep } from "../../../simulator/script.ts";
import type { Bubble } from "../../shared/bubble/bubble.ts";

export type Expectation = Extract<ScriptStep, { expect: unknown }>["expect"];

/** Texts and titles of one expectation, and their characters, at most. Source: the script's schema. */
const MOST = { texts: 20, buttons: 20, list: 100, text: 20_000, title: 1_024 } as const;

/** What an answer shows, by the words of a script. */
interface Shown {
  readonly texts: readonly string[];
  readonly buttons: readonly string[];
  readonly list: readonly string[];
}

/** Gathers the words of an answer of one or several messages. */
export function shownBy(bubbles: readonly Bubble[]): Shown {
  return {
    texts: bubbles
      .flatMap(({ header = "", text, footer = "" }) => [header, text, footer])
      .filter((words) => words.trim() !== ""),
    buttons: bubbles.flatMap(({ buttons, links }) =>
      [...buttons, ...links].map(({ title }) => title),
    ),
    list: bubbles.flatMap(({ list }) =>
      (list?.sections ?? []).flatMap(({ rows }) => rows.map(({ title }) => title)),
    ),
  };
}

/** What a recording expects of such an answer; undefined where it shows nothing that could be looked for. */
export function expectationOf(bubbles: readonly Bubble[]): Partial<Expectation> | undefined {
  const shown = shownBy(bubbles);
  const titles = (all: readonly string[]) =>
    all.filter((title) => title !== "").map((title) => title.slice(0, MOST.title));
  const texts = shown.texts.slice(0, MOST.texts).map((text) => text.slice(0, MOST.text));
  const buttons = titles(shown.buttons).slice(0, MOST.buttons);
  const list = titles(shown.list).slice(0, MOST.list);
  if (texts.length + buttons.length + list.length === 0) return undefined;
  return {
    ...(texts.length > 0 && { texts }),
    ...(buttons.length > 0 && { buttons }),
    ...(list.length > 0 && { list }),
  };
}

/** What is expected and not there. Words are looked for within what was said, titles as they are. */
export function missingOf(expected: Expectation, bubbles: readonly Bubble[]): readonly string[] {
  const shown = shownBy(bubbles);
  const isTitle = (titles: readonly string[]) => (title: string) => !titles.includes(title);
  return [
    ...(expected.texts ?? []).filter((text) => !shown.texts.some((said) => said.includes(text))),
    ...(expected.buttons ?? []).filter(isTitle(shown.buttons)),
    ...(expected.list ?? []).filter(isTitle(shown.list)),
  ];
}

/** What a tap on this title says, looked for in the newest message first. */
export function findChoice(bubbles: readonly Bubble[], title: string) {
  for (const { buttons, list } of bubbles.toReversed()) {
    const button = buttons.find((known) => known.title === title);
    if (button !== undefined) return button;
    const row = (list?.sections ?? [])
      .flatMap(({ rows }) => rows)
      .find((known) => known.title === title);
    if (row !== undefined) return { source: "list", ...row } as const;
  }
  return undefined;
}
