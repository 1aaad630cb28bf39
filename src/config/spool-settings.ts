import { z } from "zod";
import { list, wholeNumber } from "../settings.ts";

const MEBIBYTE = 1024 * 1024;

/** The settings of the disk spool: where webhooks are kept while PostgreSQL is away. Without a folder there is none. */
export const spoolSettings = z.strictObject({
  /** A folder on a volume that outlives the process and its container. */
  folder: z.string().min(1).optional(),
  /** Channels whose webhooks are kept, by name; those whose sender repeats briefly where absent. */
  channels: list(z.string().min(1)).optional(),
  /** Bytes that one process keeps at most; beyond that webhooks are refused as they are without a spool. */
  maxBytes: wholeNumber(MEBIBYTE, 1024 * 1024 * MEBIBYTE).default(1024 * MEBIBYTE),
});
