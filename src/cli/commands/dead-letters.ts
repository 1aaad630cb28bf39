import type { CommandModule } from "../command.ts";
import type { CliContext } from "../context.ts";
import { carryOut } from "../dead-letters/carry-out.ts";
import {
  addFilterOptions,
  addIdOption,
  type Choice,
  readChoice,
  readFilter,
} from "../dead-letters/filter.ts";
import { type Deed, planText, readPlan } from "../dead-letters/plan.ts";
import { type DeadLetter, deadLetter } from "../dead-letters/rows.ts";
import { showCommand } from "../dead-letters/show.ts";
import { CliError, EXIT } from "../failure.ts";
import { tableText } from "../terminal.ts";

const DEFAULT_LIMIT = "50";

function rowOf({ id, died_at: died, kind, channel, reason, code, attempts, detail }: DeadLetter) {
  const why = code === null ? reason : `${reason} ${code}`;
  return [
    id,
    died.slice(0, 16).replace("T", " "),
    kind,
    channel,
    why,
    String(attempts),
    detail ?? "",
  ];
}

function readLimit(text: string): number {
  const limit = Number(text);
  if (Number.isInteger(limit) && limit > 0) return limit;
  throw new CliError(`--limit ${text} is no number of rows`, { code: EXIT.usage });
}

const WORDS = {
  replay: {
    ask: "Replay",
    past: "replayed",
    rest: "could not be brought back: they changed meanwhile, or are not understood now either",
  },
  discard: {
    ask: "Take off the list for good",
    past: "discarded",
    rest: "were left: they changed meanwhile",
  },
} as const;

/** Shows the plan, asks, and does it. */
async function act(deed: Deed, choice: Choice, context: CliContext): Promise<void> {
  const { output, confirm } = context;
  const api = context.api();
  const { ask, past, rest } = WORDS[deed];
  const plan = await readPlan(api, deed, choice);
  output.note(planText(plan));
  if (plan.matched > 0 && !(await confirm(`${ask} ${plan.matched} dead letters?`))) {
    output.note("Nothing was done.");
    return;
  }
  const { matched } = plan;
  const done = matched === 0 ? 0 : await carryOut(api, { deed, choice, matched }, context);
  output.result(
    { ...plan, dry_run: false, [past]: done },
    () => `${done} of ${matched} were ${past}.`,
  );
  if (done < matched)
    throw new CliError(`${matched - done} ${rest}`, {
      advice: "`ponte dead-letters list` shows what is left",
    });
}

/** `ponte dead-letters`: what was given up, and another try. */
export const deadLettersCommand: CommandModule = (command, context) => {
  const { api, output } = context;
  const list = command
    .command("list")
    .description("list what was given up, the last first")
    .option("--limit <number>", "rows at most", DEFAULT_LIMIT);
  addFilterOptions(list);
  list.action(async ({ limit: text }) => {
    const limit = readLimit(text);
    const rows: DeadLetter[] = [];
    let isMore = false;
    for await (const row of api().list("/dead-letters", deadLetter, readFilter(list.opts()))) {
      isMore = rows.length === limit;
      if (isMore) break;
      rows.push(row);
    }
    output.result(rows, () =>
      rows.length === 0
        ? "There are no such dead letters."
        : tableText(
            ["id", "given up", "kind", "channel", "why", "tries", "detail"],
            rows.map(rowOf),
          ),
    );
    if (isMore) output.note(`These are the last ${limit}; there are more (--limit).`);
  });

  showCommand(command, context);

  const plan = command
    .command("plan")
    .description("count what a replay would touch, by kind, reason and channel");
  addFilterOptions(plan);
  addIdOption(plan);
  plan.action(async () => {
    const found = await readPlan(api(), "replay", readChoice(plan.opts()));
    output.result(found, () => planText(found));
  });

  for (const [deed, description] of [
    ["replay", "show the plan, ask, and try them again; all of them without a filter"],
    ["discard", "show the plan, ask, and take them off the list for good; they stay in the log"],
  ] as const) {
    const sub = command.command(deed).description(description);
    addFilterOptions(sub);
    addIdOption(sub);
    sub.action(() => act(deed, readChoice(sub.opts()), context));
  }
};
