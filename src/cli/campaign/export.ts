import { Option } from "@commander-js/extra-typings";
import { RECIPIENT_STATUSES } from "../../db/campaign-recipients.ts";
import type { CommandModule } from "../command.ts";
import { mayWrite, saveStream } from "../save-stream.ts";

/** `ponte campaign export`. */
export const exportCommand: CommandModule = (command, context) => {
  const { output } = context;
  command
    .command("export <id>")
    .description(
      "write the recipients with what became of each as CSV; they are people: keep the file safe",
    )
    .addOption(
      new Option("--status <status>", "those with one outcome, such as failed").choices([
        ...RECIPIENT_STATUSES,
        "replied",
      ]),
    )
    .option("--excel", "with semicolons and a byte order mark, as Excel opens it in Brazil")
    .option(
      "--out <file>",
      "write it to a file, which is there once it is complete; stdout where absent",
    )
    .action(async (id, { status, excel, out: file }) => {
      if (!(await mayWrite(file, context))) return;
      const path = `/campaigns/${encodeURIComponent(id)}/recipients/export`;
      const answer = await context.api().open(path, { status, excel });
      const { bytes, lines } = await saveStream(answer, { file, mode: 0o600 }, context);
      if (file !== undefined)
        output.result(
          { file, lines: lines - 1, bytes },
          () => `${lines - 1} lines are in ${file}.`,
        );
    });
};
