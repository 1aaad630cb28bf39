import type { ApiProblem } from "../../shared/api.ts";
import { fieldOf } from "./draft.ts";
import type { TemplateDraft } from "./types.ts";

/** Something wrong with a draft, and the field where it is shown; "" where it belongs to none. */
export interface Fault {
  readonly field: string;
  readonly detail: string;
}

/** By which words the server's own checks name the part they are about. Source: its check of drafts. */
const PARTS: readonly (readonly [pattern: RegExp, field: string])[] = [
  [/^The template needs a body/, "body"],
  [/^The body/, "body"],
  [/^The header/, "header"],
  [/^The footer/, "footer"],
];

function partOf(sentence: string): string {
  const number = /^Button (\d+)/.exec(sentence)?.[1];
  if (number !== undefined) return `button ${Number(number) - 1}`;
  return PARTS.find(([pattern]) => pattern.test(sentence))?.[1] ?? "";
}

/** Reads a refusal of a draft: by its pointers where it has some, else sentence by sentence. */
export function faultsOf(
  { errors, message }: Pick<ApiProblem, "errors" | "message">,
  draft: TemplateDraft,
): readonly Fault[] {
  if (errors.length > 0)
    return errors.map(({ pointer, detail }) => ({ field: fieldOf(pointer, draft), detail }));
  return message.split(/(?<=\.) /).map((detail) => ({ field: partOf(detail), detail }));
}
