import type { Bubble, BubbleMedia } from "../../web/shared/bubble/bubble.ts";
import { safeLine, safeText } from "./safe-text.ts";

/** Something that can be tapped: its number on the terminal, and what a tap says. */
export interface Choice {
  readonly number: number;
  readonly id: string;
  readonly title: string;
  readonly source: "button" | "list" | "template_button";
}

/** Columns of a picture's words. */
const WIDTH = 64;

/** Numbers what can be tapped in messages, in the order in which it is shown. */
export function choicesOf(bubbles: readonly Bubble[]): readonly Choice[] {
  const all = bubbles.flatMap(({ buttons, list }) => [
    ...buttons,
    ...(list?.sections ?? []).flatMap(({ rows }) =>
      rows.map(({ id, title }) => ({ id, title, source: "list" }) as const),
    ),
  ]);
  return all.map(({ id, title, source }, at) => ({ number: at + 1, id, title, source }));
}

/**
 * Draws a message as a phone would show it, in lines for a terminal. Choices are numbered from `firstNumber` on, as
 * `choicesOf` numbers them.
 */
export function drawBubble(bubble: Bubble, firstNumber = 1): readonly string[] {
  let number = firstNumber;
  const tap = (title: string) => `[${number++}] ${safeLine(title)}`;
  const parts = [
    wordsOf(bubble),
    bubble.buttons.map(({ title }) => tap(title)),
    bubble.links.map(({ title, target }) => `-> ${safeLine(title)}: ${safeLine(target)}`),
    listOf(bubble, tap),
  ].filter(({ length }) => length > 0);
  const [first = [""], ...rest] = parts;
  const body = rest.flatMap((lines) => ["├─", ...lines.map(barred)]);
  return ["╭─", ...first.map(barred), ...body, "╰─"];
}

const barred = (line: string): string => `│ ${line}`.trimEnd();

/** What is read, above what is tapped. */
function wordsOf(bubble: Bubble): string[] {
  const { header, text, footer, media, location, cards = [], reaction, template, other } = bubble;
  return [
    ...(template === undefined ? [] : [`(template ${safeLine(template)})`]),
    ...(media === undefined ? [] : [mediaLine(media)]),
    ...(header === undefined ? [] : wrap(header)),
    ...(text === "" ? [] : wrap(text)),
    ...(location === undefined ? [] : [locationLine(location)]),
    ...cards.flatMap(({ name, lines }) => [
      `(contact) ${safeLine(name)}`,
      ...lines.map((line) => `  ${safeLine(line)}`),
    ]),
    ...(reaction === undefined ? [] : [`(reaction) ${safeLine(reaction) || "taken back"}`]),
    ...(other === undefined ? [] : [`(${safeLine(other)})`]),
    ...(footer === undefined ? [] : wrap(footer).map((line) => `  ${line}`)),
  ];
}

function mediaLine({ kind, name, source }: BubbleMedia): string {
  const words = [name, source].filter((word) => word !== undefined).map(safeLine);
  return [`(${kind})`, ...words].join(" ");
}

function locationLine(location: NonNullable<Bubble["location"]>): string {
  const { name, address, latitude, longitude } = location;
  const words = [name, address].filter((word) => word !== undefined).map(safeLine);
  return ["(place)", ...words, `${latitude}, ${longitude}`].join(" ");
}

function listOf({ list }: Bubble, tap: (title: string) => string): string[] {
  if (list === undefined) return [];
  const sections = list.sections.flatMap(({ title, rows }) => [
    ...(title === "" ? [] : [`${safeLine(title)}:`]),
    ...rows.flatMap(({ title: row, description }) => [
      tap(row),
      ...(description === undefined || description === "" ? [] : [`    ${safeLine(description)}`]),
    ]),
  ]);
  return [`≡ ${safeLine(list.button)}`, ...sections];
}

/** Breaks a text into lines that fit; a longer word stands on a line of its own. */
function wrap(text: string, width = WIDTH): string[] {
  return safeText(text)
    .split("\n")
    .flatMap((paragraph) => {
      const lines: string[] = [];
      let line = "";
      for (const word of paragraph.split(" ")) {
        const longer = line === "" ? word : `${line} ${word}`;
        if (longer.length <= width || line === "") line = longer;
        else {
          lines.push(line);
          line = word;
        }
      }
      return [...lines, line];
    });
}
