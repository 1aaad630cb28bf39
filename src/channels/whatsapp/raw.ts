import { z } from "zod";
import type { Rendering } from "../channel.ts";
import { onlyMessages, onlyNotes } from "./dialect.ts";
import type { DialectOptions } from "./dialect.ts";
import { isRecord, optionalText, recordField, renderParsed, textField, toJson } from "./fields.ts";
import { cleanText, graphemeCount } from "./fit-text.ts";
import { note } from "./notes.ts";

/** The names by which a `raw` payload may call the Cloud API's dialect where the channel gives no others. */
const RAW_CHANNELS = ["whatsapp", "cloud", "meta"] as const;

/** The keys that say who gets a message and for whom it is counted; the channel alone writes them. */
const ADDRESSING = [
  "messaging_product",
  "recipient_type",
  "recipient_identity_key_hash",
  "recipient",
  "to",
  "biz_opaque_callback_data",
] as const;

const raw = z.object({ channel: optionalText, payload: recordField });

const reaction = z.object({
  emoji: z.string().refine((emoji) => emoji === "" || isEmoji(emoji)),
  message_id: textField
    .transform((id) => cleanText(id.trim(), "message id").text)
    .refine((id) => id !== ""),
});

/** Renders the custom `raw`: a payload in the provider's own words, unchecked but for its addressing. */
export function renderRaw(given: unknown, options: DialectOptions): Rendering {
  if (!options.rawPayloads) {
    return onlyNotes([note("custom_skipped", "Raw payloads are switched off.")]);
  }
  return renderParsed("raw", raw, given, ({ channel, payload }) => {
    const names: readonly string[] = options.rawChannels ?? RAW_CHANNELS;
    if (channel !== undefined && !names.includes(channel)) {
      return onlyNotes([note("custom_skipped", "The raw payload is for another channel.")]);
    }
    const copy = toJson(payload);
    if (!isRecord(copy) || typeof copy["type"] !== "string") {
      return onlyNotes([note("custom_invalid", "A raw payload needs a type.")]);
    }
    const present = ADDRESSING.filter((key) => key in copy);
    const content = Object.fromEntries(
      Object.entries(copy).filter(([key]) => !present.some((each) => each === key)),
    );
    const removed = note("raw_addressing_removed", `Removed: ${present.join(", ")}.`);
    return onlyMessages([
      {
        payload: content,
        text: `[${copy["type"]}]`,
        notes: present.length > 0 ? [removed] : [],
        needsWindow: copy["type"] !== "template",
      },
    ]);
  });
}

/** Renders the custom `reaction`; an empty emoji takes an earlier one back. */
export function renderReaction(given: unknown): Rendering {
  return renderParsed("reaction", reaction, given, (content) =>
    onlyMessages([
      {
        payload: { type: "reaction", reaction: content },
        text: content.emoji,
        notes: [],
        needsWindow: true,
      },
    ]),
  );
}

function isEmoji(text: string): boolean {
  const isOne = text.isWellFormed() && graphemeCount(text) === 1 && text.length <= 32;
  return isOne && /\p{Extended_Pictographic}|\p{Regional_Indicator}|\u20e3/u.test(text);
}
