import { z } from "zod";
import type { Reply } from "../../../messages.ts";
import { textIfAny } from "../preset.ts";
import { writeRichText } from "./rich-text.ts";

const bubble = z.object({
  type: z.string(),
  content: z
    .object({
      type: textIfAny,
      richText: z.unknown().optional(),
      markdown: textIfAny,
      plainText: textIfAny,
      url: textIfAny,
    })
    .catch({}),
});

type Bubble = z.infer<typeof bubble>;

/** Video players that show a page, not a file. */
const PLAYERS = new Set(["youtube", "vimeo", "tiktok", "gumlet", "instagram"]);

/** Reads one bubble of a typebot. One of a kind that cannot be sent is passed on for the channel to note. */
export function readBubble(item: unknown): readonly Reply[] {
  const { data } = bubble.safeParse(item);
  if (data === undefined) return [];
  const { url } = data.content;
  switch (data.type) {
    case "text":
      return said(textOf(data.content));
    case "image":
      return isGiven(url) ? [{ image: url }] : [];
    case "audio":
      return isGiven(url) ? [{ custom: { type: "audio", url } }] : [];
    case "video":
      return isGiven(url) ? [videoOf(url, data.content)] : [];
    case "embed":
      return said(url ?? "");
    default:
      return [{ custom: { type: `typebot ${data.type}` } }];
  }
}

function textOf({ richText, markdown, plainText }: Bubble["content"]): string {
  return writeRichText(richText) || (markdown ?? plainText ?? "");
}

function videoOf(url: string, { type }: Bubble["content"]): Reply {
  return PLAYERS.has(type ?? "") ? { text: url } : { custom: { type: "video", url } };
}

function said(text: string): readonly Reply[] {
  return text.trim() === "" ? [] : [{ text: text.trim() }];
}

function isGiven(url: string | null | undefined): url is string {
  return typeof url === "string" && url.trim() !== "";
}
