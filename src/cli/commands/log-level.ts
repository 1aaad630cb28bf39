import { Argument, InvalidArgumentError } from "@commander-js/extra-typings";
import type { z } from "zod";
import { logLevelState } from "../../http/api/process.ts";
import type { CommandModule } from "../command.ts";

const LEVELS = ["debug", "info", "warn", "error"] as const;

function sentenceOf({ level, configured, until }: z.output<typeof logLevelState>): string {
  if (until !== null) return `The log writes ${level} until ${until}, then ${configured} again.`;
  if (level === configured) return `The log writes ${level}, as configured.`;
  return `The log writes ${level} until it is changed again or the bridge restarts; ${configured} is configured.`;
}

function readMinutes(text: string): number {
  if (/^\d{1,4}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("a number of minutes, 1 to 1440, is wanted.");
}

/** `ponte log-level`: shows or changes what the log of a running bridge writes. */
export const logLevelCommand: CommandModule = (command, { api, output }) => {
  command
    .addArgument(
      new Argument("[level]", "what to write; shows the present level where absent").choices(
        LEVELS,
      ),
    )
    .option("--minutes <n>", "go back to the configured level after so many minutes", readMinutes)
    .action(async (level, { minutes }) => {
      const state =
        level === undefined
          ? await api().get("/settings/log-level", logLevelState)
          : await api().send("PUT", "/settings/log-level", logLevelState, {
              body: { level, minutes },
            });
      output.result(state, () => sentenceOf(state));
    });
};
