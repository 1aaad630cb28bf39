import { Option } from "@commander-js/extra-typings";
import { templatesSettings } from "../../answers/templates/settings.ts";
import type { CommandModule } from "../command.ts";
import type { CliContext } from "../context.ts";
import { EXIT } from "../failure.ts";
import { LINT_CHANNELS, openLintChannels } from "../lint/channels.ts";
import { SEVERITIES } from "../lint/findings.ts";
import { lint } from "../lint/lint.ts";
import { readProject, templateFiles } from "../lint/project.ts";
import { lintJson, lintText, pictures } from "../lint/report.ts";

/** The files of the configured templates backend: its folder, or the files it names. */
function configuredFiles({ readConfig }: CliContext): readonly string[] {
  const { backends } = readConfig().config;
  const settings = backends.find(({ type }) => type === "templates")?.settings ?? {};
  const { path, files } = templatesSettings.parse(settings);
  return files ?? templateFiles(path);
}

/** `ponte lint`: what becomes of each response, before anybody reads it on a phone. */
export const lintCommand: CommandModule = (command, context) => {
  command
    .argument("[path]", "a domain.yml or a folder; the configured templates where absent")
    .addOption(
      new Option("--channel <channels...>", "look at these channels alone").choices(LINT_CHANNELS),
    )
    .addOption(
      new Option("--level <severity>", "leave out what is less severe")
        .choices(SEVERITIES)
        .default("note" as const),
    )
    .option("--strict", "warnings fail as errors do")
    .option("--show", "show what each response becomes on each channel")
    .addHelpText(
      "after",
      "\nExit code 3: an error was found, or with --strict a warning. docs/conversion.md explains every code.",
    )
    .action((path, { channel: channels, level, strict, show }) => {
      const { output } = context;
      const files = path === undefined ? configuredFiles(context) : templateFiles(path);
      const report = lint(readProject(files), openLintChannels(channels ?? LINT_CHANNELS));
      output.result(lintJson(report, level, show === true), () =>
        [
          ...(show === true ? [pictures(report.shown), ""] : []),
          lintText(report, level, output.paint),
        ].join("\n"),
      );
      const { error, warning } = report.counts;
      if (error > 0 || (strict === true && warning > 0)) process.exitCode = EXIT.checkFailed;
    });
};
