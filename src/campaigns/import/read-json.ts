import { z } from "zod";
import { BridgeError } from "../../errors.ts";
import { PROBLEMS, readFields, type ImportRow } from "./read-row.ts";

const envelope = z.strictObject({ recipients: z.array(z.unknown()) });

const text = z.union([z.string(), z.number(), z.boolean()]).transform(String);

const recipient = z.strictObject({
  to: z.string(),
  name: z.string().nullish(),
  language: z.string().nullish(),
  params: z.record(z.string(), text).optional(),
});

/** How a recipient is written in JSON, for the API's document. */
export const recipientList = z
  .strictObject({ recipients: z.array(recipient) })
  .meta({ id: "RecipientList" });

/** A list in JSON whose outer form is right. */
export interface JsonList {
  readonly rows: readonly ImportRow[];
  /** The names of all values, in the order in which they come first. */
  readonly params: readonly string[];
}

function parseJson(bytes: Buffer): unknown {
  try {
    const parsed: unknown = JSON.parse(bytes.toString("utf8"));
    return parsed;
  } catch {
    throw new BridgeError(
      "request_malformed",
      "the body is not JSON; for a CSV file say Content-Type: text/csv or ?format=csv",
    );
  }
}

/**
 * Reads a list in JSON. The list as a whole must have its form; one recipient that is wrong is a line of the report, where
 * lines count from 1. Throws `request_malformed` and `request_invalid`.
 */
export function readJsonList(bytes: Buffer, country: string | undefined): JsonList {
  const parsed = envelope.safeParse(parseJson(bytes));
  if (!parsed.success)
    throw new BridgeError("request_invalid", 'the body must be {"recipients": [{"to": ...}, ...]}');
  const titles = new Set<string>();
  const rows = parsed.data.recipients.map((given, index): ImportRow => {
    const line = index + 1;
    const read = recipient.safeParse(given);
    if (!read.success) return { kind: "invalid", line, value: "", problem: PROBLEMS.shape };
    const { to, name, language, params = {} } = read.data;
    for (const title of Object.keys(params)) titles.add(title);
    const fields = { to, name: name ?? undefined, language: language ?? undefined, params };
    return readFields(line, fields, country);
  });
  return { rows, params: [...titles] };
}
