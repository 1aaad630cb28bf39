import type { Note } from "../../messages.ts";
import type { Rendering } from "../channel.ts";
import { type Choice, offer } from "./choices.ts";
import { joinRenderings, wordsOf } from "./dialect.ts";
import type { DialectOptions } from "./dialect.ts";
import { fitLine } from "./fit-text.ts";
import type { Fitted } from "./fit-text.ts";
import { renderInteractive } from "./interactive.ts";
import { LIST_BUTTON, LIST_ROWS } from "./limits.ts";
import { note } from "./notes.ts";
import type { AskedPrompt } from "./prompt.ts";
import { buildRows, needsNumber } from "./rows.ts";

/** UTF-16 code units of a body short enough to stand on each of several lists. */
const REPEATED_BODY = 160;

/** One of the lists that a prompt needs. */
interface Place {
  readonly index: number;
  readonly count: number;
  readonly isNumbered: boolean;
}

/** Renders a prompt as one list, or as several of ten rows each. */
export function renderLists(prompt: AskedPrompt, options: DialectOptions): Rendering {
  const count = Math.ceil(prompt.choices.length / LIST_ROWS);
  const isNumbered = prompt.choices.some(needsNumber);
  return joinRenderings(
    Array.from({ length: count }, (_, index) =>
      renderList(prompt, { index, count, isNumbered }, options),
    ),
  );
}

function renderList(prompt: AskedPrompt, place: Place, options: DialectOptions): Rendering {
  const { index, count, isNumbered } = place;
  const words = wordsOf(options);
  const start = index * LIST_ROWS;
  const choices = prompt.choices.slice(start, start + LIST_ROWS);
  const rows = buildRows(choices, isNumbered ? start + 1 : undefined, words.options);
  const label = fitLine(prompt.listLabel ?? "", LIST_BUTTON, "list label", "label_cut");
  const shown = rows.sections.flatMap((section) => section.rows);
  return renderInteractive(
    {
      type: "list",
      body: bodyOf(prompt.body, choices, place, options),
      fallback: words.choose,
      header: index === 0 ? prompt.header : undefined,
      footer: index === count - 1 ? prompt.footer : undefined,
      action: {
        button: label.text === "" ? words.seeOptions : label.text,
        sections: rows.sections,
      },
      choices: shown
        .map((row, at) => lineOf(row, isNumbered ? "" : `${start + at + 1}. `))
        .join("\n"),
      notes: [...listNotes(prompt, place), ...(index === 0 ? label.notes : []), ...rows.notes],
      kept: rows.kept,
      menu: offer(choices),
    },
    options,
  );
}

function listNotes(prompt: AskedPrompt, { index, count, isNumbered }: Place): Note[] {
  const size = prompt.choices.length;
  const notes: Note[] = [];
  if (index === 0 && prompt.asList !== true) {
    notes.push(note("buttons_to_list", `${size} buttons became a list.`));
  }
  if (index === 0 && count > 1) {
    notes.push(note("list_split", `${size} choices became ${count} lists.`));
  }
  if (isNumbered) notes.push(note("titles_numbered", "The body shows each title whole."));
  return notes;
}

/** Writes the body of one list: which of several it is, and the whole titles where rows cannot show them. */
function bodyOf(
  body: Fitted,
  choices: readonly Choice[],
  { index, count, isNumbered }: Place,
  options: DialectOptions,
): Fitted {
  const isRepeated = index === 0 || (body.text.length <= REPEATED_BODY && body.text.trim() !== "");
  const text = isRepeated ? body.text : wordsOf(options).more;
  const isAdded = text.trim() === "" && (count > 1 || isNumbered);
  const lead = isAdded ? wordsOf(options).choose : text;
  const placed = count > 1 ? `${lead.trimEnd()} (${index + 1}/${count})` : lead;
  const lines = choices.map(({ title }, at) => `${index * LIST_ROWS + at + 1}. ${title}`);
  return {
    text: isNumbered ? `${placed}\n\n${lines.join("\n")}` : placed,
    notes: [
      ...(index === 0 ? body.notes : []),
      ...(isAdded ? [note("body_added", "The reply had no text.")] : []),
    ],
  };
}

function lineOf(row: { title: string; description?: string }, number: string): string {
  const description = row.description === undefined ? "" : ` - ${row.description}`;
  return `${number}${row.title}${description}`;
}
