import type { Project } from "../../answers/templates/library.ts";
import type { ParsedFile } from "../../answers/templates/parse.ts";
import { closestLanguage, primaryLanguage } from "../../answers/language.ts";
import type { Finding } from "./findings.ts";
import { type Spoken, translationsOf } from "./responses.ts";

/** Texts that are not translated into a language that others are translated into. */
export function findUntranslated(
  spoken: readonly Spoken[],
  files: readonly ParsedFile[],
): readonly Finding[] {
  const own = files.flatMap(({ content }) => content.language ?? []).map(primaryLanguage);
  const wanted = [...new Set(spoken.flatMap(({ variation }) => translationsOf(variation)))].filter(
    (tag) => !own.includes(primaryLanguage(tag)),
  );
  return spoken
    .filter(({ language, variation }) => language === null && variation.text !== undefined)
    .flatMap(({ file, line, response, variation }) => {
      const written = translationsOf(variation);
      const missing = wanted.filter((tag) => closestLanguage(tag, written) === undefined);
      if (missing.length === 0) return [];
      const detail = `There is no translation into ${missing.join(", ")}, which other texts have.`;
      return [{ ...TRANSLATION, file, line, response, detail }];
    });
}

const TRANSLATION = {
  severity: "warning",
  code: "missing_translation",
  language: null,
  channels: [],
} as const;

/** Intents that are described in some of the languages of the bot and not in others. */
export function findUnspoken(files: readonly ParsedFile[], project: Project): readonly Finding[] {
  const spoken = project.intents.filter(({ responses }) => responses.length > 0);
  const tagged = spoken.flatMap(({ name, language }) =>
    language === undefined ? [] : [{ name, language: primaryLanguage(language) }],
  );
  const languages = [...new Set(tagged.map(({ language }) => language))];
  if (languages.length < 2) return [];
  return [...Map.groupBy(tagged, ({ name }) => name)].flatMap(([name, described]) => {
    const missing = languages.filter((tag) => !described.some(({ language }) => language === tag));
    const place = placeOf(name, files);
    if (missing.length === 0 || place === undefined) return [];
    const detail = `The intent ${name} is not described in ${missing.join(", ")}, as others are.`;
    return [{ ...TRANSLATION, ...place, response: null, detail }];
  });
}

function placeOf(name: string, files: readonly ParsedFile[]) {
  for (const { path, content, lineOf } of files)
    if (Object.hasOwn(content.bridge.intents, name))
      return { file: path, line: lineOf(["bridge", "intents", name]) };
  return undefined;
}
