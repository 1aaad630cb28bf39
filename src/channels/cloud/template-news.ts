import { z } from "zod";
import type { TemplateNews } from "../../account-notice.ts";
import { identifier, optionalText, present, text } from "../whatsapp/inbound/fields.ts";

type Value = Readonly<Record<string, unknown>>;

/** A word of the provider, such as a status. */
const word = z
  .string()
  .regex(/^[A-Za-z_]{1,40}$/)
  .transform((given) => given.toUpperCase())
  .optional()
  .catch(undefined);

const aboutSchema = z.object({
  message_template_id: z
    .union([z.int().transform(String), z.string()])
    .pipe(identifier)
    .optional()
    .catch(undefined),
  message_template_name: identifier,
  /** Written as `pt_BR` in some examples and as `pt-BR` in others. */
  message_template_language: text
    .pipe(z.string().max(40))
    .transform((language) => language.replace("-", "_"))
    .catch(""),
});

/** States after which the template may be another one than before. */
const STALE_AFTER: readonly (string | undefined)[] = ["UNARCHIVED", "REINSTATED", "DELETED"];

/** What a field says of a template, beside which one it is. Source: Cloud API reference, webhook fields. */
const READERS: Readonly<Record<string, (value: Value) => Partial<TemplateNews>>> = {
  message_template_status_update: (value) => {
    const status = word.parse(value["event"]);
    const reason = optionalText.parse(value["reason"]);
    return present({
      status,
      reason: reason === "NONE" ? undefined : reason?.slice(0, 200).toWellFormed(),
      isStale: STALE_AFTER.includes(status) || undefined,
    });
  },
  message_template_quality_update: (value) =>
    present({ quality: word.parse(value["new_quality_score"]) }),
  message_template_components_update: () => ({ isStale: true }),
  // With `correct_category` it is a change to come, which changes nothing yet.
  template_category_update: (value) =>
    value["correct_category"] === undefined || value["correct_category"] === null
      ? present({ category: word.parse(value["new_category"]) })
      : {},
};

/** Reads what a change of a field says of a template; undefined for a field that is about something else. */
export function readTemplateNews(field: string, value: Value): TemplateNews | undefined {
  const read = Object.hasOwn(READERS, field) ? READERS[field] : undefined;
  const about = aboutSchema.safeParse(value).data;
  if (read === undefined || about === undefined) return undefined;
  return {
    ...present({ externalId: about.message_template_id }),
    name: about.message_template_name,
    language: about.message_template_language,
    ...read(value),
  };
}
