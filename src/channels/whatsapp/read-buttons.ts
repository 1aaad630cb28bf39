import { z } from "zod";
import type { Note } from "../../messages.ts";
import type { Choice } from "./choices.ts";
import { optionalText } from "./fields.ts";
import { cleanText, fitLine } from "./fit-text.ts";
import type { Link } from "./links.ts";
import { note } from "./notes.ts";

/** The buttons of a message, sorted by what they do. */
export interface Buttons {
  readonly choices: readonly Choice[];
  readonly links: readonly Link[];
  readonly notes: readonly Note[];
}

/** Rasa's words, and `id`, which lists of other makers use for the payload. */
const button = z.object({
  title: optionalText,
  payload: optionalText.catch(undefined),
  id: optionalText.catch(undefined),
  description: optionalText.catch(undefined),
  url: optionalText.catch(undefined),
});

const NO_BUTTONS: Buttons = { choices: [], links: [], notes: [] };

/** Reads buttons or list rows, whatever a bot put there; what is no button is noted and left out. */
export function readButtons(raw: unknown, section?: string): Buttons {
  if (raw === undefined || raw === null) return NO_BUTTONS;
  if (!Array.isArray(raw)) {
    return { ...NO_BUTTONS, notes: [note("unreadable_skipped", "The buttons are no list.")] };
  }
  const read = raw.map((each: unknown, index) => readButton(each, index + 1, section));
  return {
    choices: read.flatMap(({ choices }) => choices),
    links: read.flatMap(({ links }) => links),
    notes: read.flatMap(({ notes }) => notes),
  };
}

function readButton(raw: unknown, number: number, section: string | undefined): Buttons {
  const what = `button ${number}`;
  const result = button.safeParse(typeof raw === "string" ? { title: raw } : raw);
  if (!result.success) return unreadable(what);
  const { url } = result.data;
  const given = cleanText(result.data.payload ?? result.data.id ?? "", `the payload of ${what}`);
  const title = line(result.data.title ?? "", `title of ${what}`);
  const notes = [...title.notes, ...given.notes, ...misfits(raw, result.data, what)];
  if (url !== undefined && url.trim() !== "") {
    const address = line(url, `address of ${what}`);
    return {
      choices: [],
      links: [{ title: title.text, url: address.text }],
      notes: [...notes, ...address.notes],
    };
  }
  const payload = given.text.trim() === "" ? title.text : given.text;
  const shown = title.text === "" ? line(given.text, `payload of ${what}`).text : title.text;
  if (shown === "") return unreadable(what);
  const description = line(result.data.description ?? "", `description of ${what}`);
  const choice = {
    title: shown,
    payload,
    ...(description.text === "" ? {} : { description: description.text }),
    ...(section === undefined ? {} : { section }),
  };
  return { choices: [choice], links: [], notes: [...notes, ...description.notes] };
}

/** Notes the fields of a button that are there but of a type no text can be made of. */
function misfits(raw: unknown, read: z.infer<typeof button>, what: string): Note[] {
  const given = typeof raw === "object" && raw !== null ? new Map(Object.entries(raw)) : new Map();
  return (["payload", "id", "description", "url"] as const)
    .filter((key) => (given.get(key) ?? undefined) !== undefined && read[key] === undefined)
    .map((key) => note("unreadable_skipped", `The ${key} of ${what} is no text.`));
}

function line(text: string, what: string) {
  return fitLine(text, Number.POSITIVE_INFINITY, what, "title_cut");
}

function unreadable(what: string): Buttons {
  return { ...NO_BUTTONS, notes: [note("unreadable_skipped", `${what} has no title.`)] };
}
