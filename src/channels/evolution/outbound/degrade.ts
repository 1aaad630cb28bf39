import type { Channel } from "../../channel.ts";
import { note } from "../../whatsapp/notes.ts";
import { numbered } from "./numbered.ts";
import { payloadSchema } from "./payload.ts";
import { optionsFor } from "../render.ts";
import type { EvolutionSettings } from "../settings.ts";
import { toV1 } from "./v1.ts";

/** Builds the plainer form of buttons and lists: a text with numbered choices, for a server that has neither. */
export function createDegrade(settings: EvolutionSettings): NonNullable<Channel["degrade"]> {
  const options = optionsFor(settings, settings.integration);
  return (payload) => {
    const number = payloadSchema.safeParse(payload).data?.body["number"];
    const text = numbered(payload, options);
    if (number === undefined || text === undefined) return undefined;
    const plain = { route: "sendText", body: { number, text, linkPreview: false } } as const;
    return {
      payload: settings.api_version === "v1" ? toV1(plain) : plain,
      note: note("choices_to_text", "The server has no buttons or lists for this instance."),
    };
  };
}
