import { createHash } from "node:crypto";
import path from "node:path";
import { toError } from "../../errors.ts";
import type { BackendTools } from "../backend.ts";
import type { Bot } from "./answer.ts";
import { createDetector } from "./detect.ts";
import { buildLibrary, type Project } from "./library.ts";
import type { TemplatesSettings } from "./settings.ts";

interface TemplateText {
  readonly path: string;
  readonly text: string;
}

/** Lines of one report to the operator. */
const MAX_TOLD = 20;

/**
 * Reads the template files, and again whenever they change; gives the bot of the last good ones. What a change broke is
 * told once, with file and line. Throws an Error where the files cannot be used the first time.
 */
export function openBot(settings: TemplatesSettings, tools: BackendTools): () => Bot {
  let files = readFiles(settings, tools);
  let bot = buildBot(files, settings);
  let seen = contentOf(files);
  tellNotes(bot.project, tools);
  let folders = foldersOf(settings, files);
  let stop = tools.watch(folders, onChange);

  function onChange(): void {
    const read = attempt(() => readFiles(settings, tools));
    const content = read instanceof Error ? read.message : contentOf(read);
    if (content === seen) return;
    seen = content;
    const built = read instanceof Error ? read : attempt(() => buildBot(read, settings));
    if (read instanceof Error || built instanceof Error) {
      const detail = built instanceof Error ? built.message : "";
      tools.warn(`${head(detail)}\nthe template files read before stay in use`);
      return;
    }
    files = read;
    bot = built;
    tools.warn(`the template files were read again: ${countsOf(files, bot.project)}`);
    tellNotes(bot.project, tools);
    watchAnew();
  }

  function watchAnew(): void {
    const needed = foldersOf(settings, files);
    if (needed.join("\n") === folders.join("\n")) return;
    stop();
    folders = needed;
    stop = tools.watch(folders, onChange);
  }

  return () => bot;
}

function buildBot(files: readonly TemplateText[], settings: TemplatesSettings): Bot {
  const project = buildLibrary(files);
  const { accept, margin } = settings;
  const suggest = settings.suggest === "off" ? undefined : Math.min(settings.suggest, accept);
  return { project, detector: createDetector(project, { accept, suggest, margin }) };
}

/** Hidden files and folders are left alone: editors and volume mounts keep copies there. */
function readFiles({ path: folder, files }: TemplatesSettings, tools: BackendTools) {
  const isShown = (file: string): boolean =>
    !path
      .relative(folder, file)
      .split(path.sep)
      .some((part) => part.startsWith("."));
  const paths =
    files ?? tools.listFiles(folder).filter((file) => /\.ya?ml$/i.test(file) && isShown(file));
  if (paths.length === 0) throw new Error(`there are no template files in ${folder}`);
  return paths.map((file): TemplateText => ({ path: file, text: tools.readText(file) }));
}

function foldersOf(
  { path: folder, files: named }: TemplatesSettings,
  files: readonly TemplateText[],
) {
  const folders = files.map((file) => path.dirname(file.path));
  return [...new Set([...(named === undefined ? [folder] : []), ...folders])].toSorted();
}

function contentOf(files: readonly TemplateText[]): string {
  return createHash("sha256").update(JSON.stringify(files)).digest("hex");
}

function attempt<T>(make: () => T): T | Error {
  try {
    return make();
  } catch (error) {
    return toError(error);
  }
}

function tellNotes({ notes }: Project, { warn }: BackendTools): void {
  if (notes.length === 0) return;
  warn(head(`these parts of the template files need Rasa and are left out\n${notes.join("\n")}`));
}

function head(text: string): string {
  const lines = text.split("\n");
  const more = lines.length - MAX_TOLD;
  return more <= 0 ? text : [...lines.slice(0, MAX_TOLD), `and ${more} more`].join("\n");
}

function countsOf(files: readonly unknown[], { intents, responses }: Project): string {
  const examples = intents.reduce((sum, intent) => sum + intent.examples.length, 0);
  return `${files.length} files, ${intents.length} intents, ${examples} examples, ${responses.size} responses`;
}
