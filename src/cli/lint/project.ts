import { lstatSync } from "node:fs";
import path from "node:path";
import { buildLibrary, type Project } from "../../answers/templates/library.ts";
import { type FileProblem, type ParsedFile, parseFile } from "../../answers/templates/parse.ts";
import { toError } from "../../errors.ts";
import { listFiles, locate, readText } from "../../program.ts";
import { CliError, EXIT } from "../failure.ts";

/** The files of a bot, as far as they could be read. */
export interface LintedProject {
  readonly files: readonly ParsedFile[];
  /** Undefined where the files cannot be used together. */
  readonly project: Project | undefined;
  readonly problems: readonly FileProblem[];
}

/** A file, or the YAML files of a folder and its folders; hidden ones are left alone. Throws a `CliError`. */
export function templateFiles(given: string): readonly string[] {
  const found = locate(given);
  if (lstatSync(found, { throwIfNoEntry: false }) === undefined)
    throw new CliError(`there is no file or folder ${given}`, {
      code: EXIT.usage,
      advice: "name a domain.yml, or the folder of a Rasa project",
    });
  if (!lstatSync(found).isDirectory()) return [given];
  const shown = listFiles(given).filter((file) => isTemplate(path.relative(given, file)));
  if (shown.length > 0) return shown;
  throw new CliError(`there are no .yml files in ${given}`, {
    code: EXIT.usage,
    advice: "name a domain.yml, or the folder of a Rasa project",
  });
}

function isTemplate(file: string): boolean {
  const parts = file.split(path.sep);
  return (
    /\.ya?ml$/i.test(file) && !parts.some((part) => part.startsWith(".") || part === "node_modules")
  );
}

/** Reads the files and puts them together as the bridge does. */
export function readProject(paths: readonly string[]): LintedProject {
  const texts = paths.map((file) => ({ path: file, text: readText(file) }));
  const results = texts.map(({ path: file, text }) => parseFile(file, text));
  const files = results.filter((result) => "content" in result);
  try {
    return { files, project: buildLibrary(texts), problems: [] };
  } catch (error) {
    return { files, project: undefined, problems: problemsOf(toError(error), paths) };
  }
}

/** Takes apart what the library says: a line for each problem, `path:line: detail`. */
function problemsOf({ message }: Error, paths: readonly string[]): readonly FileProblem[] {
  const [head = "", ...lines] = message.split("\n");
  const told = lines.length === 0 ? [head] : lines;
  return told.map((line) => {
    const file = paths.find((one) => line.startsWith(`${one}:`)) ?? paths[0] ?? "";
    const rest = line.startsWith(`${file}:`) ? line.slice(file.length + 1) : line;
    const [, number, detail = rest] = /^(\d+): (.*)$/s.exec(rest) ?? [];
    return {
      path: file,
      detail: detail.trim(),
      ...(number !== undefined && { line: Number(number) }),
    };
  });
}
