import { z } from "zod";
import type { Rendering } from "../channel.ts";
import { noteFirst } from "./dialect.ts";
import type { DialectOptions } from "./dialect.ts";
import { isRecord, optionalText, renderParsed, textField } from "./fields.ts";
import type { Header } from "./headers.ts";
import { sourceOf } from "./media.ts";
import { note } from "./notes.ts";
import { renderPrompt } from "./prompt.ts";
import { readButtons } from "./read-buttons.ts";

const mediaHeader = z
  .object({
    type: z.enum(["image", "video", "document"]),
    url: optionalText,
    link: optionalText,
    id: optionalText,
    filename: optionalText,
  })
  .transform(({ type, url, link, id, filename }, context): Header => {
    const source = sourceOf(url ?? link, id);
    if (source === undefined) {
      context.addIssue({ code: "custom", message: "has no usable address", path: ["url"] });
      return z.NEVER;
    }
    return { type: "media", media: { kind: type, source, fileName: filename } };
  });

/** A header as text, as `{ type: "text", text }` or as a medium. */
const header = z
  .union([
    textField.transform((text): Header => ({ type: "text", text })),
    z
      .object({ type: z.literal("text"), text: textField })
      .transform(({ text }): Header => ({ type: "text", text })),
    mediaHeader,
  ])
  .nullish()
  .transform((value) => value ?? undefined);

const frame = { body: optionalText, header, footer: optionalText };

const buttons = z.object({ ...frame, buttons: z.unknown().optional() });

const list = z.object({
  ...frame,
  button: optionalText,
  sections: z.array(z.object({ title: optionalText, rows: z.unknown().optional() })),
});

const linkButton = z.object({ ...frame, label: optionalText, url: textField });

/** Renders the custom `buttons`: a reply's buttons with a header and a footer. */
export function renderButtonsMessage(raw: unknown, options: DialectOptions): Rendering {
  return renderParsed("buttons", buttons, raw, ({ body, buttons: given, ...rest }) =>
    renderPrompt({ ...rest, ...readButtons(given), body: body ?? "" }, options),
  );
}

/** Renders the custom `list`; its rows are read as buttons are. */
export function renderListMessage(raw: unknown, options: DialectOptions): Rendering {
  return renderParsed("list", list, raw, ({ body, button, sections, ...rest }) => {
    const read = sections.map(({ title, rows }) => readButtons(rows, title?.trim() ?? ""));
    const prompt = {
      ...rest,
      body: body ?? "",
      listLabel: button,
      asList: true,
      choices: read.flatMap(({ choices }) => choices),
      links: read.flatMap(({ links }) => links),
      notes: read.flatMap(({ notes }) => notes),
    };
    const isEmpty = prompt.choices.length === 0 && prompt.links.length === 0;
    const empty = isEmpty ? [note("custom_invalid", "A list has no rows.")] : [];
    return noteFirst(renderPrompt(prompt, options), empty);
  });
}

/** Renders the custom `cta_url`: a text with one button that opens an address. */
export function renderLinkMessage(raw: unknown, options: DialectOptions): Rendering {
  return renderParsed("cta_url", linkButton, raw, ({ body, label, url, ...rest }) => {
    const read = readButtons([{ title: label ?? "", url }]);
    return renderPrompt({ ...rest, ...read, body: body ?? "" }, options);
  });
}

/** Takes the text field that a bot calls `body` or, as WhatsApp does, `body: { text }`. */
export function withPlainBody(raw: unknown): unknown {
  if (!isRecord(raw)) return raw;
  const unwrap = (value: unknown) => (isRecord(value) && "text" in value ? value["text"] : value);
  return { ...raw, body: unwrap(raw["body"]), footer: unwrap(raw["footer"]) };
}
