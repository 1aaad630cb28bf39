import type { Note } from "../../messages.ts";
import type { Rendering } from "../channel.ts";
import { dropRepeats, offer, uniqueTitles } from "./choices.ts";
import type { Choice } from "./choices.ts";
import { joinRenderings, noteFirst, onlyMessages, onlyNotes, wordsOf } from "./dialect.ts";
import type { DialectOptions } from "./dialect.ts";
import { cleanText, fitLine } from "./fit-text.ts";
import type { Fitted } from "./fit-text.ts";
import type { Header } from "./headers.ts";
import { renderInteractive } from "./interactive.ts";
import { assignIds } from "./kept-ids.ts";
import { BUTTON_ID, BUTTON_TITLE, LINK_LABEL, REPLY_BUTTONS } from "./limits.ts";
import { isWebAddress } from "./links.ts";
import type { Link } from "./links.ts";
import { renderLists } from "./lists.ts";
import { renderMedia } from "./media.ts";
import { note } from "./notes.ts";
import { renderNumbered } from "./numbered.ts";
import { prepareText, textMessages } from "./text.ts";

/** A text with choices and links, before WhatsApp's form for it is chosen. */
export interface Prompt {
  /** As the bot wrote it. */
  readonly body: string;
  readonly header?: Header | undefined;
  readonly footer?: string | undefined;
  /** What the button that opens a list says. */
  readonly listLabel?: string | undefined;
  /** Whether a list was asked for, whatever would fit. */
  readonly asList?: boolean;
  readonly choices: readonly Choice[];
  readonly links: readonly Link[];
  /** What was already lost on the way here. */
  readonly notes: readonly Note[];
}

/** Renders a text with its buttons in the form that shows them best; see `docs/conversion.md`. */
export function renderPrompt(prompt: Prompt, options: DialectOptions): Rendering {
  const body = prepareText(prompt.body, "text", options);
  const [link, ...others] = prompt.links;
  const { choices, notes } = dropRepeats(prompt.choices);
  if (choices.length === 0 && link !== undefined && others.length === 0 && isWebAddress(link.url)) {
    return noteFirst(renderLink(prompt, link, body, options), prompt.notes);
  }
  const written = appendLinks(body, prompt.links);
  if (choices.length === 0) return noteFirst(renderPlain(prompt, written, options), prompt.notes);
  const asked = { ...prompt, body: written, choices };
  return noteFirst(renderChoices(asked, options), [...prompt.notes, ...notes]);
}

function renderChoices(asked: AskedPrompt, options: DialectOptions): Rendering {
  if (options.menus === "numbered") return renderNumbered(asked, options);
  const isList = asked.asList === true || !fitButtons(asked.choices);
  return isList ? renderLists(asked, options) : renderButtons(asked, options);
}

/** A prompt whose body is ready and whose choices differ from one another. */
export type AskedPrompt = Omit<Prompt, "body"> & { readonly body: Fitted };

function fitButtons(choices: readonly Choice[]): boolean {
  return (
    choices.length <= REPLY_BUTTONS &&
    choices.every(
      ({ title, description }) => title.length <= BUTTON_TITLE && description === undefined,
    )
  );
}

function renderButtons(prompt: AskedPrompt, options: DialectOptions): Rendering {
  const { titles, notes } = uniqueTitles(
    prompt.choices.map(({ title }) => title),
    BUTTON_TITLE,
  );
  const ids = assignIds(
    prompt.choices.map(({ payload }) => payload),
    BUTTON_ID,
  );
  const buttons = titles.map((title, index) => ({
    type: "reply",
    reply: { id: ids.ids[index], title },
  }));
  return renderInteractive(
    {
      type: "button",
      body: prompt.body,
      fallback: wordsOf(options).choose,
      header: prompt.header,
      footer: prompt.footer,
      action: { buttons },
      choices: titles.map((title, index) => `${index + 1}. ${title}`).join("\n"),
      notes: [...notes, ...ids.notes],
      kept: ids.kept,
      menu: offer(prompt.choices),
    },
    options,
  );
}

function renderLink(
  { header, footer }: Prompt,
  link: Link,
  body: Fitted,
  options: DialectOptions,
): Rendering {
  const label = fitLine(link.title, LINK_LABEL, "label", "label_cut");
  const display_text = label.text === "" ? wordsOf(options).open : label.text;
  return renderInteractive(
    {
      type: "cta_url",
      body,
      fallback: link.title === "" ? display_text : link.title,
      header,
      footer,
      action: { name: "cta_url", parameters: { display_text, url: link.url } },
      choices: `${display_text}: ${link.url}`,
      notes: label.notes,
    },
    options,
  );
}

/** Renders what is left of a prompt without choices: its texts as one text, its medium ahead. */
function renderPlain({ header, footer }: Prompt, body: Fitted, options: DialectOptions): Rendering {
  const title = header?.type === "text" ? header.text : "";
  const text = [title, body.text, footer ?? ""].filter((part) => part.trim() !== "").join("\n\n");
  const messages = textMessages(cleanText(text, "header or footer"), options);
  const media = header?.type === "media" ? renderMedia(header.media, options) : onlyMessages([]);
  if (messages.length === 0) {
    return joinRenderings([media, onlyNotes([...body.notes, note("blank_skipped", "No text.")])]);
  }
  return joinRenderings([media, noteFirst(onlyMessages(messages), body.notes)]);
}

function appendLinks(body: Fitted, links: readonly Link[]): Fitted {
  if (links.length === 0) return body;
  const lines = links.map(({ title, url }) => (title === "" ? url : `${title}: ${url}`)).join("\n");
  const notes = links.map(({ title }) => note("url_button_to_text", `"${title}" is a line now.`));
  return {
    text: body.text.trim() === "" ? lines : `${body.text}\n\n${lines}`,
    notes: [...body.notes, ...notes],
  };
}
