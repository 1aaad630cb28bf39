import { readFileSync } from "node:fs";
import { InvalidArgumentError } from "@commander-js/extra-typings";
import { formatConfusion } from "../../answers/templates/confusion-table.ts";
import { templatesSettings } from "../../answers/templates/settings.ts";
import { toError } from "../../errors.ts";
import type { CommandModule } from "../command.ts";
import type { CliContext } from "../context.ts";
import { CliError, EXIT, messageOf } from "../failure.ts";
import { readCases, runIntents } from "../intents/run.ts";
import { isPassed, shownReport } from "../intents/judge.ts";

function readShare(written: string): number {
  const share = Number(written);
  if (written.trim() !== "" && share >= 0 && share <= 1) return share;
  throw new InvalidArgumentError("give a share from 0 to 1, such as 0.9.");
}

function readTest(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new CliError(`${file} cannot be read (${messageOf(error)})`, {
      code: EXIT.usage,
      advice: "give a file of phrases by intent: `greet: [hi, hello]`",
      cause: error,
    });
  }
}

function settingsOf({ readConfig }: CliContext) {
  const { config } = readConfig();
  const backend = config.backends.find(({ type }) => type === "templates");
  return { ...templatesSettings.parse(backend?.settings ?? {}), language: config.answers.language };
}

/** `ponte intents`: what the templates understand. */
export const intentsCommand: CommandModule = (command, context) => {
  command
    .command("test <file>")
    .description("try phrases on the templates and show which intent takes which")
    .option("--templates <path>", "other template files: a file or a folder")
    .option("--language <tag>", "the language of the conversation; the installation's where absent")
    .option("--min-accuracy <share>", "pass where so many phrases are understood", readShare)
    .option("--max-false-alarms <share>", "pass where no more strange phrases are taken", readShare)
    .addHelpText(
      "after",
      "\nExit code 3: a phrase was taken for another intent or for none, or beyond the shares that were given.",
    )
    .action((file, given) => {
      const settings = settingsOf(context);
      const cases = attempt(() => readCases(file, readTest(file)));
      const report = attempt(() =>
        runIntents(cases, {
          ...settings,
          ...(given.templates !== undefined && { path: given.templates, files: undefined }),
          language: given.language ?? settings.language,
        }),
      );
      const { output } = context;
      output.result(shownReport(report), () => formatConfusion(report));
      if (!isPassed(report, given)) process.exitCode = EXIT.checkFailed;
    });
};

/** What is wrong with files of phrases or templates is a wrong call, told line by line. */
function attempt<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (error instanceof CliError) throw error;
    throw new CliError(toError(error).message, { code: EXIT.usage, cause: error });
  }
}
