import type { Command } from "@commander-js/extra-typings";
import type { CliContext } from "./context.ts";

/** Gives a command its arguments, options and actions. */
export type CommandModule = (command: Command, context: CliContext) => void;
