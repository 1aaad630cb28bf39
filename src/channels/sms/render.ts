import type { Address, Note, Reply } from "../../messages.ts";
import type { RenderedMessage, Rendering } from "../channel.ts";
import { note } from "../whatsapp/notes.ts";
import { renderReply } from "../whatsapp/render.ts";
import { flatten } from "./flatten.ts";
import { withoutMarks } from "./plain-text.ts";
import { countSegments, splitMessage } from "./segments.ts";
import type { SmsSettings } from "./settings.ts";

/** What is stored of one message until it is sent; sender, ids and keys are added then. */
export interface SmsPayload {
  /** With its `+`. Source: ACS SMS REST reference, `smsRecipients`. */
  readonly to: string;
  readonly message: string;
}

/** Builds the renderer: the replies in words, with numbered choices, as plain text messages. */
export function createRender(settings: SmsSettings): (reply: Reply, to: Address) => Rendering {
  const options = {
    // Its marks are taken off again: what is left of a link is `label (address)`.
    markdown: settings.markdown,
    language: settings.language,
    previewUrls: false,
    menus: "numbered",
    rawPayloads: false,
  } as const;
  return (reply, to) => {
    const phone = to.identities.find(({ kind }) => kind === "phone")?.value.replace(/^\+/, "");
    if (phone === undefined) return nowhere();
    const rendering = renderReply(reply, options);
    const flat = rendering.messages.map((message) => toTexts(message, `+${phone}`, settings));
    return {
      messages: flat.flatMap(({ messages }) => messages),
      notes: [...flat.flatMap(({ notes }) => notes), ...rendering.notes],
      kept: rendering.kept,
    };
  };
}

/** Makes text messages of one message of the dialect: none where it cannot be said in words. */
function toTexts(
  message: RenderedMessage,
  to: string,
  { max_segments: maxSegments }: SmsSettings,
): Pick<Rendering, "messages" | "notes"> {
  const flat = flatten(message.payload);
  const text = withoutMarks(flat.text);
  const parts = splitMessage(text, maxSegments);
  const notes = [
    ...message.notes,
    ...flat.notes,
    ...(text === flat.text ? [] : [note("marks_removed", "Of bold, italic and the like.")]),
  ];
  if (parts.length === 0) return { messages: [], notes };
  if (parts.length > 1) {
    notes.push(note("text_split", `${text.length} characters became ${parts.length} messages.`));
  }
  const messages = parts.map((part, index) => ({
    payload: { to, message: part } satisfies SmsPayload,
    text: part,
    notes: [...(index === 0 ? notes : []), ...segmentNotes(part)],
    needsWindow: false,
    ...(index === parts.length - 1 && message.menu !== undefined && { menu: message.menu }),
  }));
  return { messages, notes: [] };
}

/** Every segment is paid for. */
function segmentNotes(text: string): Note[] {
  const { count, encoding } = countSegments(text);
  return count === 1 ? [] : [note("sms_segments", `${count} segments in ${encoding}.`)];
}

function nowhere(): Rendering {
  const detail = "the person has no phone number, so nothing can be sent";
  return { messages: [], notes: [{ code: "no_address", detail }], kept: [] };
}
