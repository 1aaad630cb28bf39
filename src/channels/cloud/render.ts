import { isRecord } from "../whatsapp/inbound/fields.ts";
import type { Address, Identity, Reply } from "../../messages.ts";
import type { RenderedMessage, Rendering } from "../channel.ts";
import { renderReply } from "../whatsapp/render.ts";
import type { CloudSettings } from "./settings.ts";

/** The keys of a send request that say to whom it goes. */
type Addressing = { readonly to: string } | { readonly recipient: string };

/** Builds the renderer: the replies in the WhatsApp dialect, addressed to one person. */
export function createRender(settings: CloudSettings): (reply: Reply, to: Address) => Rendering {
  const options = {
    markdown: settings.markdown,
    language: settings.language,
    previewUrls: settings.preview_urls,
    rawPayloads: settings.raw_payloads,
  };
  return (reply, to) => {
    const addressing = addressingOf(to.identities);
    if (addressing === undefined) return nowhere();
    const rendering = renderReply(reply, options);
    return {
      ...rendering,
      messages: rendering.messages.map((message) => address(message, addressing)),
    };
  };
}

/**
 * Phones first: a message to a phone keeps the phone in later webhooks. The number stays exactly as the provider
 * reported it; without the `+` the provider would put our own country code in front. Source: Cloud API reference, send messages.
 */
function addressingOf(identities: readonly Identity[]): Addressing | undefined {
  const phone = identities.find(({ kind }) => kind === "phone");
  if (phone !== undefined) return { to: `+${phone.value.replace(/^\+/, "")}` };
  const userId =
    identities.find(({ kind }) => kind === "bsuid") ??
    identities.find(({ kind }) => kind === "parent_bsuid");
  return userId === undefined ? undefined : { recipient: userId.value };
}

function address(message: RenderedMessage, addressing: Addressing): RenderedMessage {
  const content = isRecord(message.payload) ? message.payload : {};
  const envelope = { messaging_product: "whatsapp", recipient_type: "individual", ...addressing };
  return { ...message, payload: { ...content, ...envelope } };
}

function nowhere(): Rendering {
  const detail = "the person has neither a phone number nor a user id, so nothing can be sent";
  return { messages: [], notes: [{ code: "no_address", detail }], kept: [] };
}
