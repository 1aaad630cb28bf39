import { z } from "zod";
import type { Rendering } from "../channel.ts";
import { renderContacts } from "./cards.ts";
import { joinRenderings, onlyNotes } from "./dialect.ts";
import type { DialectOptions } from "./dialect.ts";
import { isRecord, optionalText, renderParsed } from "./fields.ts";
import { renderSource, sourceOf } from "./media.ts";
import type { MediaKind } from "./media.ts";
import { note } from "./notes.ts";
import { renderLocation } from "./places.ts";
import {
  renderButtonsMessage,
  renderLinkMessage,
  renderListMessage,
  withPlainBody,
} from "./prompts.ts";
import { renderRaw, renderReaction } from "./raw.ts";
import { renderContactRequest, renderFlow, renderLocationRequest } from "./requests.ts";
import { renderTemplate } from "./template.ts";

const media = z.object({
  url: optionalText,
  link: optionalText,
  id: optionalText,
  caption: optionalText,
  filename: optionalText,
  voice: z.boolean().nullish().catch(undefined),
});

/** Renders the free part of a reply: one message, or several in a list. What it does not know is noted, never shown. */
export function renderCustom(custom: unknown, options: DialectOptions): Rendering {
  const items: readonly unknown[] = Array.isArray(custom) ? custom : [custom];
  return joinRenderings(items.map((item) => renderItem(withPlainBody(item), options)));
}

function renderItem(raw: unknown, options: DialectOptions): Rendering {
  const type = isRecord(raw) ? raw["type"] : undefined;
  switch (type) {
    case "image":
    case "video":
    case "audio":
    case "document":
    case "sticker":
      return renderMediaMessage(type, raw, options);
    case "location":
      return renderLocation(raw);
    case "contacts":
      return renderContacts(raw);
    case "buttons":
      return renderButtonsMessage(raw, options);
    case "list":
      return renderListMessage(raw, options);
    case "cta_url":
      return renderLinkMessage(raw, options);
    case "location_request":
      return renderLocationRequest(raw, options);
    case "request_contact_info":
      return renderContactRequest(raw, options);
    case "flow":
      return renderFlow(raw, options);
    case "template":
      return renderTemplate(raw);
    case "reaction":
      return renderReaction(raw);
    case "raw":
      return renderRaw(raw, options);
    default:
      return onlyNotes([note("custom_skipped", unknownType(type))]);
  }
}

function renderMediaMessage(kind: MediaKind, raw: unknown, options: DialectOptions): Rendering {
  return renderParsed(kind, media, raw, ({ url, link, id, caption, filename, voice }) =>
    renderSource(
      {
        kind,
        source: sourceOf(url ?? link, id),
        caption,
        fileName: filename,
        voice: voice ?? false,
      },
      options,
    ),
  );
}

/** Names the type only where it looks like one: it may be anything, a person's data included. */
function unknownType(type: unknown): string {
  const isWord = typeof type === "string" && /^[a-z_]{1,40}$/.test(type);
  return isWord ? `The type "${type}" is not known here.` : "It has no known type.";
}
