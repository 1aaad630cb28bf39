import { BUILT_IN_SLOTS } from "../../answers/templates/built-in-slots.ts";
import { readExample, readLines } from "../../answers/templates/examples.ts";
import type { Project } from "../../answers/templates/library.ts";
import type { ParsedFile } from "../../answers/templates/parse.ts";
import { entityNames } from "../../answers/templates/training.ts";
import type { Finding } from "./findings.ts";
import type { Spoken } from "./responses.ts";
import { namesIn } from "./variables.ts";

/** Variables that nothing gives a value. */
export function findUnknownVariables(
  spoken: readonly Spoken[],
  files: readonly ParsedFile[],
  project: Project,
): readonly Finding[] {
  const known = new Set([
    ...BUILT_IN_SLOTS,
    ...files.flatMap(namesOf),
    ...project.intents.flatMap(({ patterns }) => patterns.flatMap(groupsOf)),
  ]);
  const own = spoken.filter(({ language }) => language === null);
  return own.flatMap(({ file, line, response, variation }) =>
    namesIn(variation)
      .filter((name) => !known.has(name))
      .map((name) => ({
        severity: "warning",
        code: "unknown_variable",
        file,
        line,
        response,
        language: null,
        channels: [],
        detail: `Nothing gives {${name}} a value: there is no such slot or entity, so it is left empty.`,
      })),
  );
}

function namesOf({ content }: ParsedFile): readonly string[] {
  const written = [
    ...(content.nlu ?? []).map(({ examples }) => examples),
    ...Object.values(content.bridge.intents).map(({ examples }) => examples),
  ];
  const examples = written.flatMap((one) => readLines(one).lines).map(readExample);
  const tables = (content.nlu ?? []).flatMap(({ regex, lookup }) => regex ?? lookup ?? []);
  return [
    ...Object.keys(content.slots ?? {}),
    ...entityNames(content.entities ?? []),
    ...examples.flatMap(({ annotations }) => annotations.map(({ entity }) => entity)),
    ...tables,
  ];
}

/** Names of what a pattern captures. */
function groupsOf({ source }: RegExp): readonly string[] {
  return [...source.matchAll(/\(\?<([A-Za-z_]\w*)>/g)].flatMap(([, name]) => name ?? []);
}
