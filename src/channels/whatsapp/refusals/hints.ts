import { errorKeyOf } from "./errors.ts";
import { HINTS_EN } from "./hints-en.ts";
import { HINTS_PT_BR } from "./hints-pt-br.ts";

/** Explains an error code in plain words, in Portuguese for `pt` tags and in English for all others. */
export function hintFor(code: string, language: string): string {
  const portuguese = /^pt\b/i.test(language);
  const key = errorKeyOf(code);
  if (key !== undefined) return portuguese ? HINTS_PT_BR[key] : HINTS_EN[key];
  return portuguese
    ? "O provedor recusou a mensagem com um erro que não conhecemos."
    : "The provider refused the message with an error that we do not know.";
}
