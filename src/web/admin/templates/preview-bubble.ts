import type { Bubble, BubbleMedia } from "../../shared/bubble/bubble.ts";
import type { TemplatePreview } from "./types.ts";

const MEDIA: Readonly<Record<string, BubbleMedia["kind"]>> = {
  IMAGE: "image",
  VIDEO: "video",
  DOCUMENT: "document",
};

/** Buttons that open something instead of answering. */
const OPENS = ["URL", "PHONE_NUMBER", "COPY_CODE", "VOICE_CALL"];

/** A filled template as a phone would show it. Files are named, not loaded: they are somebody else's. */
export function previewBubble(preview: TemplatePreview, name: string): Bubble {
  const { header, body, footer, buttons } = preview;
  const media = header === null ? undefined : MEDIA[header.format];
  return {
    ...(header?.text !== undefined && header.text !== null && { header: header.text }),
    ...(media !== undefined && { media: { kind: media } }),
    text: body,
    ...(footer !== null && { footer }),
    buttons: buttons
      .filter(({ type }) => !OPENS.includes(type))
      .map(({ text }, index) => ({ id: String(index), title: text, source: "template_button" })),
    links: buttons
      .filter(({ type }) => OPENS.includes(type))
      .map(({ text, url }) => ({ title: text, target: url ?? "" })),
    template: name,
  };
}
