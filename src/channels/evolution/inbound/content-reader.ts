import type { z } from "zod";
import type { Content } from "../../../messages.ts";
import type { Reading } from "../../whatsapp/inbound/content.ts";

/**
 * Reads one kind of content; `message` is all that stands beside it. "nothing": there is nothing that a person said in it;
 * undefined: it cannot be read.
 */
export type Reader = (
  part: unknown,
  message: Readonly<Record<string, unknown>>,
) => Reading | "nothing" | undefined;

/** Content that has no words of its own. */
export const wordless = (content: Content): Reading => ({ content, text: "" });

/** A text, whatever it is written in. */
export const plain = (text: string): Reading => ({ content: { type: "text" }, text });

export function reader<T>(
  schema: z.ZodType<T>,
  toReading: (
    part: T,
    message: Readonly<Record<string, unknown>>,
  ) => Reading | "nothing" | undefined,
): Reader {
  return (part, message) => {
    const parsed = schema.safeParse(part);
    return parsed.success ? toReading(parsed.data, message) : undefined;
  };
}
