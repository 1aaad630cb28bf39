import type { Reply } from "../messages.ts";
import { storableData } from "../storable.ts";

/** Bytes of replies, as JSON, that are kept with a turn. */
const MAX_BYTES = 65_536;

/** What a backend said, as it said it, for whoever asks why a person got what they got; and a note where it is too long. */
export interface KeptReplies {
  readonly replies: readonly unknown[] | null;
  readonly note?: { readonly replies_omitted: "too_long" };
}

/** Prepares replies for the interaction log. */
export function keepReplies(said: readonly Reply[]): KeptReplies {
  const replies = said.map((reply) => storableData(reply));
  if (Buffer.byteLength(JSON.stringify(replies)) <= MAX_BYTES) return { replies };
  return { replies: null, note: { replies_omitted: "too_long" } };
}
