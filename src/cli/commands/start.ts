import type { CommandModule } from "../command.ts";

/** `ponte start`: the program itself, as `npm start` runs it in a checkout. */
export const startCommand: CommandModule = (command) => {
  command.action(async () => {
    await import("../../main.ts");
  });
};
