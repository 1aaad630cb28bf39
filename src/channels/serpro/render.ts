import type { Address, Reply } from "../../messages.ts";
import type { RenderedMessage, Rendering } from "../channel.ts";
import { onlyNotes } from "../whatsapp/dialect.ts";
import { renderReply } from "../whatsapp/render.ts";
import { translate } from "./contents.ts";
import { type DraftedMessage, joined } from "./drafts.ts";
import type { SerproSettings } from "./settings.ts";

/** Builds the renderer: the replies in the WhatsApp dialect, each message then put into the provider's own words. */
export function createRender(settings: SerproSettings): (reply: Reply, to: Address) => Rendering {
  const options = {
    markdown: settings.markdown,
    language: settings.language,
    previewUrls: settings.preview_urls,
    rawPayloads: settings.raw_payloads,
    rawChannels: ["serpro"],
  };
  return (reply, to) => {
    const phone = to.identities.find(({ kind }) => kind === "phone")?.value.replace(/^\+/, "");
    if (phone === undefined) return nowhere();
    const { messages, notes, kept } = renderReply(reply, options);
    const translation = joined(messages.map((message) => translate(message, options)));
    return {
      messages: translation.messages.map((each) => address(each, phone, settings.waba_id)),
      notes: [...translation.notes, ...notes],
      kept,
    };
  };
}

/**
 * The number stays exactly as the provider reported it, in digits. A package has a list of recipients, of which we use
 * one: what a reply for several says of each is not documented. Source: Serpro documentation, request packages.
 */
function address(message: DraftedMessage, phone: string, wabaId: string): RenderedMessage {
  const { form, body } = message.payload;
  const recipient =
    form === "template" ? { wabaId, destinatarios: [phone] } : { destinatario: phone };
  return { ...message, payload: { form, body: { ...body, ...recipient } } };
}

function nowhere(): Rendering {
  const detail = "the person has no phone number, so nothing can be sent";
  return onlyNotes([{ code: "no_address", detail }]);
}
