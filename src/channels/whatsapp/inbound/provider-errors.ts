import { z } from "zod";
import type { ProviderError } from "../../../messages.ts";
import { optionalText, present, readEach, text } from "./fields.ts";

const errorSchema = z
  .object({
    code: z
      .union([z.number().int(), text.pipe(z.string().max(20))])
      .transform(String)
      .catch(""),
    title: optionalText,
    message: optionalText,
    /** Where older webhooks put what is now in `error_data`. */
    details: optionalText,
    error_data: z.object({ details: optionalText }).catch({ details: undefined }),
    fbtrace_id: optionalText,
  })
  .transform((error): ProviderError =>
    present({
      code: error.code,
      title: error.title ?? error.message ?? "",
      details: error.error_data.details ?? error.details,
      traceId: error.fbtrace_id,
    }),
  );

/** Reads one error object in either of the provider's shapes; undefined where it is no object. */
export function readProviderError(raw: unknown): ProviderError | undefined {
  return errorSchema.safeParse(raw).data;
}

/** Reads an `errors` list in either of the provider's shapes. */
export function readProviderErrors(raw: unknown): ProviderError[] {
  return readEach(raw, errorSchema);
}

/** Writes an error as one line: its code and the most telling of its texts. */
export function describeError(error: ProviderError): string {
  return `${error.code} ${error.details ?? error.title}`.trim();
}
