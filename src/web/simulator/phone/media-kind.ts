/** How a phone sends a file of this kind: pictures, films and sounds as such, everything else as a document. */
export function mediaKindOf(mimeType: string): "image" | "video" | "audio" | "document" {
  const family = mimeType.split("/")[0];
  if (mimeType === "image/svg+xml") return "document";
  if (family === "image" || family === "video" || family === "audio") return family;
  return "document";
}

/** Whether words go with it; sounds have none. */
export const hasCaption = (kind: ReturnType<typeof mediaKindOf>): boolean => kind !== "audio";
