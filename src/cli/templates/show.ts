import type { z } from "zod";
import type { ApiClient } from "../api.ts";
import type { CommandModule } from "../command.ts";
import { createShowMessage } from "../campaign/show-message.ts";
import { CliError } from "../failure.ts";
import { nearest } from "../../config/suggest.ts";
import { stateText, template, templateWithUsage } from "./rows.ts";

type Shown = z.output<typeof templateWithUsage>;

function usageText({ sent, delivered, read, failed }: Shown["usage"]["last_7_days"]): string {
  return `${sent} sent, ${delivered} delivered, ${read} read, ${failed} failed`;
}

function needsText({
  variables: { header, body, buttons },
  parameter_format: format,
}: Shown): string {
  const parts = [
    ...header.map((name) => `header {{${name}}}`),
    ...body.map((name) => `{{${name}}}`),
    ...buttons.map((index) => `button ${index + 1}`),
  ];
  return parts.length === 0 ? "nothing" : `${parts.join(", ")} (${format})`;
}

function showText(shown: Shown, message: string): string {
  const facts = [
    [
      "template",
      `${shown.name}${shown.language === "" ? "" : ` (${shown.language})`} on ${shown.channel}`,
    ],
    ["state", `${stateText(shown)}${shown.is_sendable ? "" : ", cannot be sent"}`],
    ["category", shown.category ?? "not said"],
    ["quality", shown.quality ?? "not said"],
    ["needs", needsText(shown)],
    ["7 days", usageText(shown.usage.last_7_days)],
    ["30 days", usageText(shown.usage.last_30_days)],
    ["message", "with the provider's examples:"],
  ];
  const lines = facts.map(([label = "", value = ""]) => `${label.padEnd(9)} ${value}`);
  return [...lines, ...message.split("\n").map((line) => `    ${line}`)].join("\n");
}

/** Throws a failure that names the template that may have been meant. */
async function refuse(api: ApiClient, name: string, channel: string | undefined): Promise<never> {
  const rows = await Array.fromAsync(api.list("/templates", template, { channel }));
  const meant = nearest(name, [...new Set(rows.map((row) => row.name))]);
  throw new CliError(`there is no template ${name}`, {
    advice:
      meant === undefined
        ? "`ponte templates list` lists them; `ponte templates sync` asks the providers"
        : `did you mean ${meant}?`,
  });
}

/** `ponte templates show`. */
export const showCommand: CommandModule = (command, { api: open, output }) => {
  command
    .command("show <name>")
    .description(
      "show a template in every language it is there, with its values and what became of its messages",
    )
    .option("--lang <language>", "in one language")
    .option("--channel <channel>", "on one channel")
    .action(async (name, { lang: language, channel }) => {
      const api = open();
      const rows = await Array.fromAsync(
        api.list("/templates", template, { name, language, channel }),
      );
      if (rows.length === 0) await refuse(api, name, channel);
      const shown = await Promise.all(
        rows.map(({ id }) => api.get(`/templates/${id}`, templateWithUsage)),
      );
      const texts = await Promise.all(
        shown.map(async (row) => {
          const show = createShowMessage(api, row.channel);
          const request = {
            name: row.name,
            ...(row.language !== "" && { language: row.language }),
          };
          return showText(row, await show({ template: request }));
        }),
      );
      output.result(shown, () => texts.join("\n\n"));
    });
};
