import { z } from "zod";
import type { CommandModule } from "../command.ts";
import { CliError } from "../failure.ts";
import { lintCommand } from "../templates/lint.ts";
import { stateText, template } from "../templates/rows.ts";
import { showCommand } from "../templates/show.ts";
import { tableText } from "../terminal.ts";

const synced = z.looseObject({
  data: z.array(
    z.looseObject({
      channel: z.string(),
      outcome: z.enum(["synced", "resting", "failed"]),
      detail: z.string().nullable(),
      synced: z.int(),
      added: z.int(),
      changed: z.int(),
      gone: z.int(),
    }),
  ),
});

type Synced = z.output<typeof synced>["data"][number];

function syncLine({ channel, outcome, detail, ...counts }: Synced): string {
  const { synced: all, added, changed, gone } = counts;
  if (outcome !== "synced")
    return `${channel}: ${outcome === "resting" ? "not asked" : "failed"}, ${detail ?? "no reason given"}`;
  return `${channel}: ${all} templates, ${added} new, ${changed} changed, ${gone} gone`;
}

/** `ponte templates`: what the providers keep, and whether it fits what we send. */
export const templatesCommand: CommandModule = (command, context) => {
  const { api, output } = context;
  command
    .command("list")
    .description("list the providers' templates as the bridge knows them")
    .option("--channel <channel>", "on one channel")
    .option("--name <name>", "of one name, in every language")
    .option("--status <status>", "in one state, such as PAUSED")
    .option("--category <category>", "of one category, such as MARKETING")
    .option("--lang <language>", "in one language")
    .action(async ({ lang: language, ...filter }) => {
      const rows = await Array.fromAsync(
        api().list("/templates", template, { ...filter, language }),
      );
      output.result(rows, () =>
        rows.length === 0
          ? "There are no such templates; `ponte templates sync` asks the providers."
          : tableText(
              ["name", "language", "state", "category", "quality", "values", "channel"],
              rows.map((row) => [
                row.name,
                row.language,
                stateText(row),
                row.category ?? "",
                row.quality ?? "",
                row.variables.body.join(", "),
                row.channel,
              ]),
            ),
      );
    });

  command
    .command("sync")
    .description("ask the providers for their templates now")
    .option("--channel <channel>", "of one channel")
    .option("--force", "even if it was done less than a minute ago")
    .action(async ({ channel, force }) => {
      const { data } = await api().send("POST", "/templates/sync", synced, {
        body: { channel, force },
      });
      output.result(data, () =>
        data.length === 0
          ? "No channel has templates that can be listed; on the Cloud API, set WHATSAPP_BUSINESS_ACCOUNT_ID."
          : data.map(syncLine).join("\n"),
      );
      const failed = data.filter(({ outcome }) => outcome === "failed");
      if (failed.length > 0)
        throw new CliError(
          `the templates of ${failed.map((one) => one.channel).join(", ")} could not be listed`,
          {
            advice: "`ponte doctor` says whether the token and the business account are right",
          },
        );
    });

  showCommand(command, context);
  lintCommand(command, context);
};
