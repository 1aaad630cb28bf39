import type { Address, Reply } from "../../messages.ts";
import type { RenderedMessage, Rendering } from "../channel.ts";
import type { DialectOptions } from "../whatsapp/dialect.ts";
import { recipientOf } from "./jid.ts";
import { renderWithPolls } from "./outbound/poll.ts";
import { integrationOf, type EvolutionSettings, type Integration } from "./settings.ts";
import type { Target } from "./outbound/target.ts";
import { translate, type Translation } from "./outbound/translate.ts";
import { toV1 } from "./outbound/v1.ts";

/** Builds the renderer: replies in the WhatsApp dialect, as calls to the server in the form of its version. */
export function createRender(
  settings: EvolutionSettings,
): (reply: Reply, to: Address) => Rendering {
  return (reply, to) => {
    const recipient = recipientOf(to.identities);
    if (recipient === undefined) return nowhere();
    const integration = integrationOf(settings, to.account);
    const target = { recipient, integration, options: optionsFor(settings, integration) };
    const rendering = renderWithPolls(reply, target);
    const translations = rendering.messages.map((message) => translateOne(message, target));
    return {
      messages: translations
        .flatMap(({ messages }) => messages)
        .map((message) => inVersion(message, settings)),
      notes: [...rendering.notes, ...translations.flatMap(({ notes }) => notes)],
      kept: rendering.kept,
    };
  };
}

/** How replies to an instance are written: with menus that its people can see. */
export function optionsFor(settings: EvolutionSettings, integration: Integration): DialectOptions {
  return {
    markdown: settings.markdown,
    language: settings.language,
    previewUrls: settings.preview_urls,
    menus: menusFor(settings, integration),
    rawPayloads: false,
  };
}

/**
 * Paired phones: buttons are taken and shown by no phone, or by few. Source: Evolution API, issues 1272, 1515 and 1620.
 */
function menusFor(
  { interactive, api_version: version }: EvolutionSettings,
  integration: Integration,
): "native" | "numbered" {
  if (interactive !== "auto") return interactive === "native" ? "native" : "numbered";
  return integration === "baileys" || version === "v1" ? "numbered" : "native";
}

/** What became of one message; its notes stay somewhere, even where nothing is left of it. */
function translateOne(message: RenderedMessage, target: Target): Translation {
  const translation = translate(message, target);
  if (translation.messages.length > 0) return translation;
  return { messages: [], notes: [...message.notes, ...translation.notes] };
}

function inVersion(message: RenderedMessage, { api_version: version }: EvolutionSettings) {
  return version === "v1" ? { ...message, payload: toV1(message.payload) } : message;
}

function nowhere(): Rendering {
  const detail = "the person has neither a phone number nor a hidden id, so nothing can be sent";
  return { messages: [], notes: [{ code: "no_address", detail }], kept: [] };
}
