import { Command, type CommandUnknownOpts, Option } from "@commander-js/extra-typings";
import { VERSION } from "../program.ts";
import { type Environment, isElsewhere } from "./bridge-access.ts";
import { COMMANDS } from "./commands/index.ts";
import type { CliContext, GlobalOptions } from "./context.ts";

/** The options of every command, as `ponte --help` lists them. */
const GLOBAL_OPTIONS = [
  ["--json", "write results as JSON"],
  ["-q, --quiet", "leave out everything but results and errors"],
  ["-y, --yes", "answer every question with yes"],
  ["--config <file>", "configuration file (PONTE_CONFIG; config/bridge.yml)"],
  ["--url <address>", "address of the running bridge (PONTE_URL; http://127.0.0.1:5006)"],
] as const;

/** Every command knows the options of all, so that they may stand behind its name; only the first one's help lists them. */
function addGlobalOptions(command: CommandUnknownOpts, isFirst = true): void {
  for (const [flags, description] of GLOBAL_OPTIONS)
    command.addOption(new Option(flags, description).hideHelp(!isFirst));
  for (const child of command.commands) addGlobalOptions(child, false);
}

/** Reads the options of every command from the words of the call, before commands are loaded. */
export function readGlobalOptions(words: readonly string[]): GlobalOptions {
  const own = words.slice(0, words.includes("--") ? words.indexOf("--") : undefined);
  const valueOf = (name: string): string | undefined => {
    const at = own.findIndex((word) => word === name || word.startsWith(`${name}=`));
    if (at < 0) return undefined;
    return own[at]?.includes("=") === true ? own[at].slice(name.length + 1) : own[at + 1];
  };
  return {
    json: own.includes("--json"),
    quiet: own.includes("-q") || own.includes("--quiet"),
    yes: own.includes("-y") || own.includes("--yes"),
    config: valueOf("--config"),
    url: valueOf("--url"),
  };
}

/** Where nobody knows how wide the reader's window is. */
const HELP_WIDTH = 120;

const HELP_AFTER = `
Commands that act on a running bridge call its API at --url, with the key in PONTE_API_KEY or PONTE_ADMIN_KEY, or the one in
the data folder. Exit codes: 0 done, 1 failed, 2 wrong call, 3 a check did not pass. docs/cli.md explains every command.`;

/** Whether the call may read the configuration: what reads it is half of the program, and most calls get by without. */
export function needsSettings(words: readonly string[], env: Environment): boolean {
  const named = COMMANDS.filter(({ name }) => words.includes(name));
  const mayCallElsewhere = isElsewhere(readGlobalOptions(words).url, env);
  return named.some(
    ({ reads = "always" }) => reads === "always" || (reads === "here" && !mayCallElsewhere),
  );
}

/** Builds the program with the commands that the words of the call name. */
export async function createProgram(
  words: readonly string[],
  context: CliContext,
): Promise<Command> {
  const { stdout, stderr } = context.terminal;
  const program = new Command("ponte")
    .description("Puts a bot on WhatsApp, through any provider, without losing a message.")
    .version(VERSION, "-V, --version", "show the version")
    .helpOption("-h, --help", "show help")
    .helpCommand("help [command]", "show help for a command")
    .addHelpText("after", HELP_AFTER)
    .showSuggestionAfterError()
    .exitOverride()
    .configureHelp({ subcommandTerm: (command) => command.name() })
    .configureOutput({
      getOutHelpWidth: () => (stdout.isTTY ? stdout.columns : HELP_WIDTH),
      writeOut: (text) => void stdout.write(text),
      writeErr: (text) => void stderr.write(text),
    });
  for (const { name, summary, load } of COMMANDS) {
    const command = program.command(name).summary(summary).description(summary);
    if (words.includes(name)) (await load())(command, context);
  }
  addGlobalOptions(program);
  return program;
}
