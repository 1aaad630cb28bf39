import type { Address, Identity, Note, Reply } from "../../messages.ts";
import type { RenderedMessage, Rendering } from "../channel.ts";
import type { DialectOptions } from "../whatsapp/dialect.ts";
import { isRecord } from "../whatsapp/inbound/fields.ts";
import { note } from "../whatsapp/notes.ts";
import { renderReply } from "../whatsapp/render.ts";
import { toAcs } from "./contents.ts";
import type { AcsSettings } from "./settings.ts";

/** Builds the renderer: the replies in the WhatsApp dialect, put into Azure's form and addressed to one person. */
export function createRender(settings: AcsSettings): (reply: Reply, to: Address) => Rendering {
  const options = {
    markdown: settings.markdown,
    language: settings.language,
    menus: settings.menus,
    previewUrls: false,
    rawPayloads: false,
  };
  return (reply, to) => {
    const receiver = receiverOf(to.identities);
    if (receiver === undefined) return nowhere();
    const rendering = renderReply(reply, options);
    const messages = rendering.messages.map((message) => translate(message, receiver, options));
    return {
      messages: messages.flatMap((each) => ("payload" in each ? [each] : [])),
      notes: [
        ...rendering.notes,
        ...messages.flatMap((each) => ("payload" in each ? [] : each.notes)),
      ],
      kept: rendering.kept,
    };
  };
}

function translate(
  message: RenderedMessage,
  receiver: string,
  options: DialectOptions,
): RenderedMessage | { readonly notes: readonly Note[] } {
  const { content, notes, plain } = toAcs(message.payload, message.text, options);
  const all = [...message.notes, ...notes];
  if (content === undefined) return { notes: all };
  const payload = { to: [receiver], ...content, ...(plain !== undefined && { plain }) };
  const { kind, content: words } = content;
  const text = kind === "text" && typeof words === "string" ? words : message.text;
  return { ...message, payload, text, notes: all };
}

/**
 * Phones first, with the `+` that Azure wants; a user id is sent whole as it came. One receiver: Azure takes no more,
 * although the field is a list. Source: Azure Communication Services documentation, send messages.
 */
function receiverOf(identities: readonly Identity[]): string | undefined {
  const phone = identities.find(({ kind }) => kind === "phone");
  if (phone !== undefined) return `+${phone.value.replace(/^\+/, "")}`;
  const userId =
    identities.find(({ kind }) => kind === "bsuid") ??
    identities.find(({ kind }) => kind === "parent_bsuid");
  return userId?.value;
}

/** Gives the plain text that was rendered beside an interactive message; undefined for any other payload. */
export function degrade(
  payload: unknown,
): { readonly payload: unknown; readonly note: Note } | undefined {
  if (!isRecord(payload) || !isRecord(payload["plain"])) return undefined;
  const { to, plain } = payload;
  const detail = "The provider refused the interactive form.";
  return { payload: { to, ...plain }, note: note("choices_to_text", detail) };
}

function nowhere(): Rendering {
  const detail = "the person has neither a phone number nor a user id, so nothing can be sent";
  return { messages: [], notes: [{ code: "no_address", detail }], kept: [] };
}
