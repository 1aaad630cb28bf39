import { readFileSync } from "node:fs";
import { InvalidArgumentError, Option } from "@commander-js/extra-typings";
import type { CommandModule } from "../command.ts";
import { CliError, EXIT } from "../failure.ts";
import { openAsker } from "../init/ask.ts";
import { BACKENDS, type Choice, PROVIDERS, readChoices } from "../init/choices.ts";
import { openNames } from "../init/env-file.ts";
import { planFiles } from "../init/plan.ts";
import { type Answers, askAll, type Given, variablesOf } from "../init/questions.ts";
import { reportOf, reportText } from "../init/report.ts";
import { writeFiles } from "../init/write-files.ts";
import type { CliContext } from "../context.ts";

const readProviders = (text: string) => readChoices(text, PROVIDERS);
const readBackends = (text: string) => readChoices(text, BACKENDS);

function readValue(text: string, before: readonly (readonly [string, string])[] = []) {
  const [, name, value] = /^([A-Z][A-Z0-9_]*)=(.*)$/s.exec(text) ?? [];
  if (name === undefined || value === undefined)
    throw new InvalidArgumentError("write NAME=value, such as PUBLIC_URL=https://bot.example.org");
  return [...before, [name, value] as const];
}

/** `ponte init`: the files that a bridge of one's own begins with. */
export const initCommand: CommandModule = (command, context) => {
  command
    .option(
      "--provider <names>",
      "cloud, serpro, acs, evolution (several with commas) or none",
      readProviders,
    )
    .option(
      "--backend <names>",
      "templates, rasa, openai, http, in the order they are asked",
      readBackends,
    )
    .option("--set <name=value>", "a value for .env; may be given several times", readValue)
    .addOption(
      new Option("--language <tag>", "language of people who have shown no other")
        .choices(["pt-BR", "en", "es"])
        .default("pt-BR"),
    )
    .option("--force", "change files that are there; a copy of each is kept")
    .option("--dry-run", "say what would be written, and write nothing")
    .action(async ({ provider, backend, set, language, force, dryRun }) => {
      const answers = await settleAnswers(context, {
        providers: provider,
        backends: backend,
        values: new Map(set),
      });
      const plan = planFiles(answers, language);
      const files = await writeFiles(plan, {
        force: force === true,
        dryRun: dryRun === true,
        signal: context.signal,
      });
      const isWritten = files[0]?.outcome !== "would change" && dryRun !== true;
      const env = isWritten ? (plan[0]?.text ?? "") : readEnv();
      const report = reportOf(files, openNames(env, answers));
      context.output.result(report, () => reportText(report));
    });
};

function readEnv(): string {
  try {
    return readFileSync(".env", "utf8");
  } catch {
    return "";
  }
}

/** Asks where somebody sits at a terminal and has not said it all; `--yes` takes what is usual. */
async function settleAnswers(context: CliContext, given: Given): Promise<Answers> {
  const { terminal, options, signal } = context;
  const { providers, backends } = given;
  const isTold = providers !== undefined && backends !== undefined;
  if (isTold || options.yes)
    return withEnvironment(context, {
      providers: providers ?? usual(PROVIDERS, "none"),
      backends: backends ?? usual(BACKENDS, "templates"),
      values: given.values,
    });
  if (!terminal.stdin.isTTY)
    throw new CliError("there is nobody to ask which provider and backend to set up", {
      code: EXIT.usage,
      advice:
        "give --provider and --backend, such as `ponte init --provider cloud --backend templates`, or --yes for the simulator and the bot that comes along",
    });
  const asker = openAsker(terminal, signal);
  try {
    return await askAll(asker, given);
  } finally {
    asker.close();
  }
}

const usual = (from: readonly Choice[], name: string) => from.filter((one) => one.name === name);

/** Values of the environment are taken too: a secret given by an option is seen in the list of processes. */
function withEnvironment({ terminal: { env } }: CliContext, answers: Answers): Answers {
  const needed = variablesOf(answers).flatMap(
    ({ name }): readonly (readonly [string, string])[] => {
      const value = env[name] ?? "";
      return value === "" ? [] : [[name, value]];
    },
  );
  return { ...answers, values: new Map([...needed, ...answers.values]) };
}
