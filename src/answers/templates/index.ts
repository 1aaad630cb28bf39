import { type BackendTools, defineBackend } from "../backend.ts";
import { answerFrom } from "./answer.ts";
import { buildLibrary } from "./library.ts";
import { type TemplatesSettings, templatesSettings } from "./settings.ts";

/** Milliseconds an answer may take; it waits for nothing. */
const TIMEOUT_MS = 1_000;

/**
 * Answers from Rasa's response files, by keywords, patterns and tapped payloads. Configuring it throws an Error that
 * lists everything wrong with the files.
 */
export const templates = defineBackend({
  type: "templates",
  variables: [],
  settings: templatesSettings,
  create: (settings, tools) => {
    const library = buildLibrary(readFiles(settings, tools));
    return {
      timeoutMs: TIMEOUT_MS,
      secrets: [],
      answer: async (question) => answerFrom(library, question, settings, tools.random),
    };
  },
});

function readFiles({ path, files }: TemplatesSettings, { listFiles, readText }: BackendTools) {
  const paths = files ?? listFiles(path).filter((file) => /\.ya?ml$/i.test(file));
  if (paths.length === 0) throw new Error(`there are no template files in ${path}`);
  return paths.map((file) => ({ path: file, text: readText(file) }));
}
