import { z } from "zod";
import type { ApiDependencies, Language } from "./dependencies.ts";
import { ownHint } from "./hints.ts";

/** What went wrong with a message and what to do about it. */
export const errorReport = z
  .strictObject({
    reason: z
      .string()
      .nullable()
      .meta({ description: "Our error code; null where the provider reported it in a status." }),
    code: z
      .string()
      .nullable()
      .meta({ description: "The provider's code; null where it gave none." }),
    title: z.string().nullable(),
    details: z.string().nullable(),
    trace_id: z.string().nullable().meta({ description: "For the provider's support desk." }),
    hint: z.string().nullable().meta({ description: "What an operator can do about it." }),
  })
  .meta({ id: "ErrorReport" });

export type ErrorReport = z.infer<typeof errorReport>;

/** An error as it is stored with a message, a try or a status. */
const storedError = z.object({
  reason: z.string().nullable().default(null),
  code: z
    .string()
    .transform((code) => (code === "" ? null : code))
    .nullable()
    .default(null),
  title: z.string().nullable().default(null),
  details: z.string().nullable().default(null),
  traceId: z.string().nullable().default(null),
});

/** Whose error it is and in which language the hint is wanted. */
export interface ErrorContext {
  readonly channel: string;
  readonly language: Language;
  readonly deps: Pick<ApiDependencies, "channels" | "hint">;
}

/** Finds what to do about an error. The provider's code says more than our reason. */
export function findHint(
  { code, reason }: Pick<ErrorReport, "code" | "reason">,
  { channel, language, deps }: ErrorContext,
): string | null {
  const type = deps.channels.get(channel)?.type;
  const asked = type === undefined || code === null ? undefined : deps.hint(type, code, language);
  return asked ?? (reason === null ? undefined : ownHint(reason, language)) ?? null;
}

/** Shows a stored error; null where none is stored. */
export function reportError(stored: unknown, context: ErrorContext): ErrorReport | null {
  if (stored === null || stored === undefined) return null;
  const { traceId, ...error } = storedError.catch(storedError.parse({})).parse(stored);
  return { ...error, trace_id: traceId, hint: findHint(error, context) };
}
