import type { Request } from "express";
import { z } from "zod";
import { ENCODINGS } from "../../campaigns/import/decode.ts";
import { DELIMITERS } from "../../campaigns/import/read-csv.ts";
import type { CsvChoice } from "../../campaigns/import/read-list.ts";
import { BridgeError } from "../../errors.ts";
import { isCountry } from "../../phone.ts";

const column = z.string().min(1).max(200).optional();

/** A switch in a query. */
export const flag = z.enum(["true", "false"]).transform((text) => text === "true");

const NAMES = ["auto", "comma", "semicolon", "tab", "pipe"] as const;

const delimiter = z
  .enum([...NAMES, ",", ";", "\t", "|"])
  .default("auto")
  .meta({ description: "What parts the cells; found out where absent." });

/** How a list of recipients is to be read. */
export const importQuery = z.strictObject({
  format: z
    .enum(["csv", "json"])
    .optional()
    .meta({ description: "Where the content type does not say it." }),
  dry_run: flag.default(false).meta({ description: "Shows how the list is read; keeps nothing." }),
  country: z
    .string()
    .refine((text) => isCountry(text), "is not a country such as BR")
    .optional()
    .meta({
      description: "Where numbers without a country code are; the campaign's where absent.",
    }),
  delimiter,
  encoding: z.enum(ENCODINGS).default("auto"),
  header: flag.default(true).meta({ description: "Whether the first line holds the titles." }),
  to: column.meta({
    description: "The column of the phone numbers: its title, or its number from 1 without titles.",
  }),
  name: column.meta({ description: "The column of the names." }),
  language: column.meta({ description: "The column of the templates' languages." }),
});

export type ImportQuery = z.output<typeof importQuery>;

/** How a CSV file is to be read. */
export function csvChoice(query: ImportQuery, country: string | null): CsvChoice {
  const { delimiter: wanted, encoding, to, name, language, header } = query;
  return {
    delimiter: namedDelimiter(wanted),
    encoding,
    header,
    to,
    name,
    language,
    country: query.country ?? country ?? undefined,
  };
}

function namedDelimiter(wanted: ImportQuery["delimiter"]): CsvChoice["delimiter"] {
  const named = Object.entries(DELIMITERS).find(
    ([name, sign]) => name === wanted || sign === wanted,
  );
  return named?.[1];
}

/** Whether a request brings a CSV file. Throws `request_malformed` for what is neither that nor JSON. */
export function bringsCsv(request: Request, { format }: Pick<ImportQuery, "format">): boolean {
  const type = (request.get("content-type") ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
  const coding = request.get("content-encoding") ?? "identity";
  if (coding !== "identity")
    throw new BridgeError("request_malformed", `send the file as it is, not as ${coding}`);
  if (type.startsWith("multipart/"))
    throw new BridgeError(
      "request_malformed",
      "send the file itself as the body, not a form: curl --data-binary @list.csv",
    );
  if (format !== undefined) return format === "csv";
  return ["text/csv", "text/plain", "application/csv", "application/octet-stream"].includes(type);
}

/** Bytes of a list in JSON, which is read as a whole. */
const MAX_JSON_BYTES = 5 * 1024 * 1024;

/** Reads a body that is not longer than a list in JSON may be. Throws `request_too_large`. */
export async function readWhole(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    if (bytes > MAX_JSON_BYTES)
      throw new BridgeError(
        "request_too_large",
        "a list in JSON may take 5 MB; send a CSV file, which may be of any size",
      );
    parts.push(chunk);
  }
  return Buffer.concat(parts);
}
