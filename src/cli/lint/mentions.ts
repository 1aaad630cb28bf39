import type { ParsedFile } from "../../answers/templates/parse.ts";

/** Parts that say what there is, and not what is done with it. */
const DECLARING = new Set(["responses", "actions", "version"]);

/** Every word that the files say anywhere but in their responses: names of intents, actions, slots and responses. */
export function mentionedIn(files: readonly ParsedFile[]): ReadonlySet<string> {
  return new Set(
    files.flatMap(({ content }) =>
      Object.entries(content)
        .filter(([part]) => !DECLARING.has(part))
        .flatMap(([, value]) => wordsIn(value)),
    ),
  );
}

function wordsIn(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  if (Array.isArray(value)) return value.flatMap(wordsIn);
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => [key, ...wordsIn(item)]);
}
