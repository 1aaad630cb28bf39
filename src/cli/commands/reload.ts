import { reloaded } from "../../http/api/process.ts";
import { ApiRefusal } from "../api-answer.ts";
import type { CommandModule } from "../command.ts";
import { CliError, EXIT } from "../failure.ts";

const listed = (title: string, names: readonly string[]): readonly string[] =>
  names.length === 0 ? [] : [title, ...names.map((name) => `  ${name}`)];

/** `ponte reload`: lets a running bridge read its configuration again. */
export const reloadCommand: CommandModule = (command, { api, output }) => {
  command.action(async () => {
    const result = await api()
      .send("POST", "/settings/reload", reloaded)
      .catch((error: unknown) => {
        if (!(error instanceof ApiRefusal) || error.status !== 422) throw error;
        throw new CliError(error.message, {
          code: EXIT.checkFailed,
          advice: "mend what is listed and reload again; nothing changed, and no message is lost",
          cause: error,
        });
      });
    output.result(result, () =>
      [
        ...(result.changed.length === 0 ? ["Read again; no setting changed."] : []),
        ...listed("Changed:", result.changed),
        ...listed("Changed, and used after a restart only:", result.needs_restart),
        ...listed("To know:", result.notices),
      ].join("\n"),
    );
  });
};
