import { writeFileSync } from "node:fs";
import { Option } from "@commander-js/extra-typings";
import type { ApiClient } from "../api.ts";
import type { CommandModule } from "../command.ts";
import type { CliContext } from "../context.ts";
import { EXIT } from "../failure.ts";
import { chat } from "../simulate/chat.ts";
import { findLine, LINE_WORDS, openDesk } from "../simulate/desk.ts";
import { junitText, playedText, tapText } from "../simulate/script-report.ts";
import { type Played, playScript, readScripts } from "../simulate/scripts.ts";

/** Who talks where nobody is named: the first person of the simulator's page, where the talk can be looked at. */
const PERSON = "+5561991110001";

interface SimulateOptions {
  readonly as?: (typeof LINE_WORDS)[number] | undefined;
  readonly person: string;
  readonly new?: true | undefined;
  readonly script?: readonly string[] | undefined;
  readonly tap?: true | undefined;
  readonly junit?: string | undefined;
}

async function playAll(
  files: readonly string[],
  { as, tap, junit }: SimulateOptions,
  api: ApiClient,
  { output, signal }: CliContext,
): Promise<void> {
  const scripts = readScripts(files);
  const all: Played[] = [];
  if (tap === true && !output.isJson)
    output.result(null, () => `TAP version 14\n1..${scripts.length}`);
  for (const script of scripts) {
    const played = await playScript(script, { api, as, signal });
    // What was stopped half-way proves nothing.
    signal.throwIfAborted();
    all.push(played);
    output.line(played, () =>
      tap === true ? tapText(played, all.length) : playedText(played, output.paint),
    );
  }
  if (junit !== undefined) writeFileSync(junit, junitText(all));
  const failed = all.filter(({ ok }) => !ok).length;
  output.note(`${all.length - failed} of ${all.length} scripts passed`);
  if (failed > 0) process.exitCode = EXIT.checkFailed;
}

/** Runs work with the API of a running bridge, or of one that is started for it. */
async function withApi(
  isLocal: boolean,
  context: CliContext,
  work: (api: ApiClient) => Promise<void>,
): Promise<void> {
  if (!isLocal) return work(context.api());
  const { openLocalBridge } = await import("../simulate/local-bridge.ts");
  const bridge = await openLocalBridge(context);
  try {
    await work(bridge.api);
  } finally {
    await bridge.close();
  }
}

/** `ponte simulate`: a phone on the terminal, and conversations as tests. */
export const simulateCommand: CommandModule = (command, context) => {
  command
    .addOption(
      new Option(
        "--as <line>",
        "the provider to talk through (cloud; a script names its own)",
      ).choices(LINE_WORDS),
    )
    .option("--person <number>", "who talks", PERSON)
    .option("--new", "forget the person first")
    .option("--local", "start a bridge for it here, with a database that is gone afterwards")
    .option("--script <files...>", "play these scripts and compare what the bot says")
    .option("--tap", "report scripts as TAP")
    .option("--junit <file>", "write a report of the scripts for CI")
    .addHelpText("after", "\nExit code 3: an expectation of a script was not met.")
    .action((given) =>
      withApi(given.local === true, context, async (api) => {
        if (given.script !== undefined) return playAll(given.script, given, api, context);
        const desk = openDesk(api, await findLine(api, given.as ?? "cloud"), given.person);
        if (given.new === true) await desk.reset();
        await desk.hurry();
        await chat(desk, context);
      }),
    );
};
