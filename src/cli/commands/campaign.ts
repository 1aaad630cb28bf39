import { createCommand } from "../campaign/create.ts";
import { exportCommand } from "../campaign/export.ts";
import { importCommand } from "../campaign/import.ts";
import { listCommand } from "../campaign/list.ts";
import { startCommand, stepCommands } from "../campaign/steps.ts";
import { watchCommand } from "../campaign/watch.ts";
import type { CommandModule } from "../command.ts";

/** `ponte campaign`: one message for many people. */
export const campaignCommand: CommandModule = (command, context) => {
  for (const add of [
    listCommand,
    createCommand,
    importCommand,
    startCommand,
    stepCommands,
    watchCommand,
    exportCommand,
  ])
    add(command, context);
};
