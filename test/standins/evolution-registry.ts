import { z } from "zod";
import type { EvolutionRules } from "./evolution-rules.ts";

/** The webhook of an instance as the server keeps it. */
export interface EvolutionWebhook {
  readonly url: string;
  readonly enabled: boolean;
  readonly events: readonly string[];
  readonly headers: Readonly<Record<string, string>> | null;
}

/** A word that is none of these makes the server refuse the whole. Source: Evolution API, event controller. */
const events = z
  .array(
    z.enum([
      "MESSAGES_UPSERT",
      "MESSAGES_UPDATE",
      "MESSAGES_EDITED",
      "MESSAGES_DELETE",
      "CONNECTION_UPDATE",
      "QRCODE_UPDATED",
      "LOGOUT_INSTANCE",
      "STATUS_INSTANCE",
    ]),
  )
  .min(1);

const url = z.url({ protocol: /^https?$/ });

const newer = z
  .strictObject({
    webhook: z.strictObject({
      enabled: z.boolean(),
      url,
      byEvents: z.boolean(),
      base64: z.boolean(),
      headers: z.record(z.string(), z.string()).optional(),
      events,
    }),
  })
  .transform(({ webhook }) => webhook);

const older = z.strictObject({
  enabled: z.boolean(),
  url,
  webhook_by_events: z.boolean(),
  webhook_base64: z.boolean(),
  events,
});

/** Reads what is to be set, or says what is wrong with it. */
export function readSetWebhook(
  version: EvolutionRules["version"],
  body: unknown,
): EvolutionWebhook | string {
  const read = (version === "v1" ? older : newer).safeParse(body);
  if (!read.success) return z.prettifyError(read.error);
  const { url: address, enabled, events: wanted } = read.data;
  const headers = "headers" in read.data ? (read.data.headers ?? null) : null;
  return { url: address, enabled, events: wanted, headers };
}

export const versionOf = ({ version }: Pick<EvolutionRules, "version">): string =>
  version === "v1" ? "1.8.2" : "2.3.7";
