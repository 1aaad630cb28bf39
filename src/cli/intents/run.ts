import { type IntentReport, testIntents } from "../../answers/templates/confusion.ts";
import { createDetector } from "../../answers/templates/detect.ts";
import { type IntentCase, readIntentTests } from "../../answers/templates/intent-tests.ts";
import { buildLibrary } from "../../answers/templates/library.ts";
import type { TemplatesSettings } from "../../answers/templates/settings.ts";
import { readText } from "../../program.ts";
import { CliError, EXIT } from "../failure.ts";
import { templateFiles } from "../lint/project.ts";

/** Reads the phrases; a file without any proves nothing. Throws an Error that lists everything wrong with it. */
export function readCases(file: string, text: string): readonly IntentCase[] {
  const cases = readIntentTests(file, text);
  if (cases.length > 0) return cases;
  throw new CliError(`${file} holds no phrases`, {
    code: EXIT.usage,
    advice: "write intents, each with a list of phrases: `greet: [hi, hello]`",
  });
}

type Settings = Pick<TemplatesSettings, "path" | "accept" | "suggest" | "margin"> & {
  readonly files?: readonly string[] | undefined;
  readonly language: string;
};

/** Tries phrases on the template files as the bridge would. Throws where the files or the names of intents are wrong. */
export function runIntents(cases: readonly IntentCase[], settings: Settings): IntentReport {
  const paths = settings.files ?? templateFiles(settings.path);
  const project = buildLibrary(paths.map((path) => ({ path, text: readText(path) })));
  const names = new Set(project.intents.map(({ name }) => name));
  const unknown = [...new Set(cases.flatMap(({ want }) => want ?? []))].filter(
    (name) => !names.has(name),
  );
  if (unknown.length > 0)
    throw new CliError(`the templates describe no intent ${unknown.join(", ")}`, {
      code: EXIT.usage,
      advice: "phrases that no intent should take stand under out_of_scope",
    });
  const { accept, margin } = settings;
  const suggest = settings.suggest === "off" ? undefined : Math.min(settings.suggest, accept);
  return testIntents(
    createDetector(project, { accept, suggest, margin }),
    cases,
    settings.language,
  );
}
