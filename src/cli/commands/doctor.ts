import { InvalidArgumentError } from "@commander-js/extra-typings";
import type { CommandModule } from "../command.ts";
import { diagnose } from "../doctor/diagnose.ts";
import { outlookOf, outlookText } from "../doctor/outlook.ts";
import { repairAll } from "../doctor/repair.ts";
import { countLevels, reportText, summaryText } from "../doctor/report.ts";
import { sendTest } from "../doctor/send-test.ts";
import { CliError, EXIT } from "../failure.ts";

/** Seconds a check may take where nobody says. */
const USUAL_SECONDS = 10;

function readSeconds(text: string): number {
  const seconds = Number(text);
  if (seconds >= 0.1 && seconds <= 600) return seconds;
  throw new InvalidArgumentError("give seconds from 0.1 to 600");
}

/** `ponte doctor`: whether everything is as it must be, and what to do where it is not. */
export const doctorCommand: CommandModule = (command, context) => {
  command
    .option("--fix", "put right what can be put right safely; asks before what others would notice")
    .option("--timeout <seconds>", "how long each check may take", readSeconds, USUAL_SECONDS)
    .option("--app-id <id>", "the app at Meta, where its token does not tell")
    .option("--send-test <number>", "at the end, send a test message to a number such as +5561...")
    .option("--channel <name>", "the channel to send it on; the only one where there is one")
    .action(async ({ fix, timeout, appId, sendTest: number, channel }) => {
      const { output, terminal } = context;
      const options = { timeoutMs: timeout * 1_000, appId };
      const first = await diagnose(context, options);
      const repaired = fix === true ? await repairAll(first.checks, context) : [];
      const isChanged = repaired.some(({ outcome }) => outcome === "done");
      const { checks, config, url } = isChanged ? await diagnose(context, options) : first;
      const sent =
        number === undefined || config === undefined
          ? []
          : await sendTest(context, { config, number, channel });
      const all = [...checks, ...sent];
      const outlook = config === undefined ? undefined : outlookOf(config, url);
      const counts = countLevels(all);
      output.result(
        {
          ok: counts.fail === 0,
          summary: counts,
          checks: all.map(({ repair, ...check }) => ({ ...check, fixable: repair !== undefined })),
          ...(fix === true && { repaired }),
          ...(outlook !== undefined && { outlook }),
        },
        () =>
          [
            reportText(all, output, terminal.stdout.columns),
            "",
            ...(outlook === undefined ? [] : [outlookText(outlook), ""]),
            summaryText(all),
          ].join("\n"),
      );
      if (counts.fail > 0)
        throw new CliError(`${counts.fail} of ${all.length} checks did not pass`, {
          code: EXIT.checkFailed,
        });
    });
};
