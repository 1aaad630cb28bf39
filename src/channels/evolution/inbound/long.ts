import { z } from "zod";
import { number, readTime } from "../../whatsapp/inbound/fields.ts";

/** What 64-bit numbers became when they were written as JSON. Source: Evolution API 2.3.6, webhook messages.upsert. */
const longSchema = z.object({ low: z.int(), high: z.int() });

/** Reads a 64-bit number: plain, as text, or in two halves of 32 bits. */
function readLong(raw: unknown): number | undefined {
  const plain = number.safeParse(raw);
  if (plain.success) return plain.data;
  const halves = longSchema.safeParse(raw).data;
  return halves === undefined ? undefined : (halves.high >>> 0) * 2 ** 32 + (halves.low >>> 0);
}

/** Reads a time in seconds or milliseconds into ISO 8601; undefined where it is none. */
export function readLongTime(raw: unknown): string | undefined {
  return readTime(readLong(raw));
}
