import { z } from "zod";
import type { Content } from "../../messages.ts";

/** What a backend reads of a stored message: whether it was typed, tapped or a place. */
const kept = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("choice"),
    source: z.enum(["button", "list", "template_button"]),
    payload: z.string(),
    title: z.string(),
  }),
  z.object({ type: z.literal("location"), latitude: z.number(), longitude: z.number() }),
  z.object({
    type: z.literal("media"),
    media: z.enum(["image", "video", "audio", "voice", "document", "sticker"]),
  }),
]);

/** Reads the content of a stored message. Files are not fetched again; what is of another kind is asked by its text. */
export function pastContent(stored: unknown): Content {
  return kept.safeParse(stored).data ?? { type: "text" };
}
