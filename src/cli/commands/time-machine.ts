import { writeFileSync } from "node:fs";
import path from "node:path";
import { InvalidArgumentError } from "@commander-js/extra-typings";
import { createNumberHider } from "../../http/api/hide-numbers.ts";
import type { CommandModule } from "../command.ts";
import type { CliContext } from "../context.ts";
import { CliError, EXIT } from "../failure.ts";
import { chooseBackend, type Wanted } from "../time-machine/backend.ts";
import { compare, type Compared, summarise } from "../time-machine/compare.ts";
import { htmlReport, markdownReport } from "../time-machine/files.ts";
import { type Period, readHistory } from "../time-machine/history.ts";
import { comparedText, summaryText } from "../time-machine/report.ts";
import { askAll } from "../time-machine/run.ts";
import { readTime } from "../time-machine/times.ts";

interface TimeMachineOptions extends Wanted {
  readonly since: string;
  readonly until?: string | undefined;
  readonly channel?: string | undefined;
  readonly conversation?: string | undefined;
  readonly limit: number;
  readonly report?: string | undefined;
  readonly all?: true | undefined;
  readonly failOnChange?: true | undefined;
}

function readLimit(written: string): number {
  const limit = Number(written);
  if (Number.isInteger(limit) && limit > 0) return limit;
  throw new InvalidArgumentError("give a whole number from 1 on.");
}

const REPORTS = { ".html": htmlReport, ".md": markdownReport } as const;

/** What writes a report, by the file's ending. Throws a `CliError` before anything is asked. */
function reportFor(file: string | undefined) {
  if (file === undefined) return undefined;
  const ending = path.extname(file);
  if (ending === ".html" || ending === ".md") return { file, write: REPORTS[ending] };
  throw new CliError(`${file} is neither .html nor .md`, {
    code: EXIT.usage,
    advice: "name the report so that its ending says what it is",
  });
}

function periodOf(given: TimeMachineOptions): Period {
  const now = new Date();
  const { channel, conversation, limit } = given;
  const [since, until] = [readTime(given.since, now), readTime(given.until ?? "0m", now)];
  if (since < until) return { since, until, channel, conversation, limit };
  throw new CliError("the period is empty: --since must be before --until", { code: EXIT.usage });
}

async function read(period: Period, { api, progress, output }: CliContext) {
  const reading = progress("Reading", "turns");
  const history = await readHistory(api(), period, reading.update).finally(reading.stop);
  if (history.isCut)
    output.note(`Only the newest ${period.limit} turns are looked at; --limit takes more.`);
  if (history.unasked > 0)
    output.note(
      `${history.unasked} turns are left out: no bot was asked, or the person was erased since.`,
    );
  return history;
}

async function travel(given: TimeMachineOptions, context: CliContext): Promise<void> {
  const { output, progress, signal, readConfig } = context;
  const report = reportFor(given.report);
  const period = periodOf(given);
  const { config } = readConfig();
  const { name, backend } = chooseBackend(config, given);
  const { conversations } = await read(period, context);
  const accounts = conversations.flatMap((turns) => turns.map(({ account }) => account));
  const { hideText } = createNumberHider(new Set(accounts));
  const total = conversations.reduce((sum, turns) => sum + turns.length, 0);
  const asking = progress("Asking", "turns");
  const all: Compared[] = [];
  const options = {
    backend,
    signal,
    language: config.answers.language,
    channelType: (channel: string) => config.channels.get(channel)?.type ?? "cloud",
  };
  await askAll(conversations, options, (asked) => {
    const compared = masked(compare(asked), hideText);
    all.push(compared);
    asking.update(all.length, total);
    if (output.isJson || given.all === true || compared.verdict !== "equal")
      output.line(compared, () => comparedText(compared, output.paint));
  }).finally(asking.stop);
  const summary = summarise(name, all);
  if (report !== undefined) writeFileSync(report.file, report.write(all, summary));
  output.line({ summary }, () => summaryText(summary));
  if (given.failOnChange === true && summary.counts.equal < summary.turns)
    process.exitCode = EXIT.checkFailed;
}

function masked(compared: Compared, hide: (text: string) => string): Compared {
  const { turn, difference, error } = compared;
  return {
    ...compared,
    turn: { ...turn, text: hide(turn.text) },
    // The first sign of a line is ours, and a number may begin right behind it.
    difference: difference.map((line) => prefixed(line, hide(line.slice(2)))),
    error: error === null ? null : hide(error),
  };
}

function prefixed(line: Compared["difference"][number], text: string) {
  if (line.startsWith("-")) return `- ${text}` as const;
  return line.startsWith("+") ? (`+ ${text}` as const) : (`  ${text}` as const);
}

/** `ponte time-machine`: what another backend would have answered. */
export const timeMachineCommand: CommandModule = (command, context) => {
  command
    .requiredOption("--since <time>", "from when on: 2026-11-01, a time with its zone, or 24h, 7d")
    .option("--until <time>", "until when; now where absent")
    .option("--channel <name>", "what was said on this channel alone")
    .option("--conversation <id>", "this conversation alone")
    .option("--backend <name>", "the backend to ask, as this folder's configuration calls it")
    .option("--rasa-url <address>", "a Rasa server to ask, such as one of another version")
    .option("--limit <turns>", "turns to ask about at most, the newest", readLimit, 1_000)
    .option("--all", "show what is equal too")
    .option("--report <file>", "write a report, .html or .md")
    .option("--fail-on-change", "end with code 3 where anything is not equal")
    .addHelpText(
      "after",
      "\nNothing is sent and nothing is stored: the backend is asked under names of people who do not exist.",
    )
    .action((given) => travel(given, context));
};
