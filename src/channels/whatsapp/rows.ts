import type { Note } from "../../messages.ts";
import { uniqueTitles } from "./choices.ts";
import type { Choice } from "./choices.ts";
import { cutText, fitLine } from "./fit-text.ts";
import { assignIds } from "./kept-ids.ts";
import type { Kept } from "./kept-ids.ts";
import { ROW_DESCRIPTION, ROW_ID, ROW_TITLE, SECTION_TITLE } from "./limits.ts";
import { note } from "./notes.ts";

interface Row {
  readonly id: string;
  readonly title: string;
  readonly description?: string;
}

/** The rows of one list, in their sections. */
interface Rows {
  readonly sections: readonly { readonly title?: string; readonly rows: readonly Row[] }[];
  readonly notes: readonly Note[];
  readonly kept: readonly Kept[];
}

/** Tells whether a title fits neither its row nor the row's description, so that only the body can show it whole. */
export function needsNumber({ title, description }: Choice): boolean {
  return title.length > ROW_TITLE && (description !== undefined || title.length > ROW_DESCRIPTION);
}

/**
 * Builds the rows of at most ten choices. `firstNumber` is the number of the first one where the body lists the
 * titles; `sectionName` stands in for a section title that is missing but required.
 */
export function buildRows(
  choices: readonly Choice[],
  firstNumber: number | undefined,
  sectionName: string,
): Rows {
  const fitted = choices.map((choice, index) =>
    firstNumber === undefined ? fitRow(choice) : numberRow(choice, firstNumber + index),
  );
  const titles = uniqueTitles(
    fitted.map(({ title }) => title),
    ROW_TITLE,
  );
  const ids = assignIds(
    choices.map(({ payload }) => payload),
    ROW_ID,
  );
  const rows = fitted.map(({ description }, index) => ({
    section: choices[index]?.section ?? "",
    row: {
      id: ids.ids[index] ?? "",
      title: titles.titles[index] ?? "",
      ...(description === undefined ? {} : { description }),
    },
  }));
  const { sections, notes } = groupRows(rows, sectionName);
  return {
    sections,
    notes: [...fitted.flatMap((each) => each.notes), ...titles.notes, ...ids.notes, ...notes],
    kept: ids.kept,
  };
}

interface FittedRow {
  readonly title: string;
  readonly description?: string;
  readonly notes: readonly Note[];
}

function fitRow(choice: Choice): FittedRow {
  if (choice.title.length <= ROW_TITLE) return { title: choice.title, ...fitDescription(choice) };
  return {
    title: cutText(choice.title, ROW_TITLE),
    description: choice.title,
    notes: [note("title_cut", `"${choice.title}" stands whole in its description.`)],
  };
}

function numberRow(choice: Choice, number: number): FittedRow {
  return { title: cutText(`${number}. ${choice.title}`, ROW_TITLE), ...fitDescription(choice) };
}

function fitDescription({ description }: Choice): Omit<FittedRow, "title"> {
  if (description === undefined) return { notes: [] };
  const { text, notes } = fitLine(description, ROW_DESCRIPTION, "description", "description_cut");
  return { description: text, notes };
}

function groupRows(rows: readonly { section: string; row: Row }[], sectionName: string) {
  const groups: { title: string; rows: Row[] }[] = [];
  for (const { section, row } of rows) {
    const last = groups.at(-1);
    if (last !== undefined && last.title === section) last.rows.push(row);
    else groups.push({ title: section, rows: [row] });
  }
  const notes: Note[] = [];
  const sections = groups.map((group) => {
    const fitted = fitLine(group.title, SECTION_TITLE, "section title", "section_title_cut");
    notes.push(...fitted.notes);
    const isMissing = fitted.text === "" && groups.length > 1;
    if (isMissing) notes.push(note("section_title_added", `It is called "${sectionName}".`));
    const title = isMissing ? sectionName : fitted.text;
    return { ...(title === "" ? {} : { title }), rows: group.rows };
  });
  return { sections, notes };
}
