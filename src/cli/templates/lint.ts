import { checkTemplate } from "../../campaigns/templates/check.ts";
import { enumerate } from "../../campaigns/templates/findings.ts";
import { nearest } from "../../config/suggest.ts";
import type { CommandModule } from "../command.ts";
import { CliError, EXIT } from "../failure.ts";
import { type Output, tableText } from "../terminal.ts";
import { readChannelTemplates, type Template } from "./rows.ts";
import { readCampaignUses, type TemplateUse, usesOfRule } from "./uses.ts";

/** What a check of one use has found. */
interface Linted {
  readonly where: string;
  readonly channel: string;
  readonly template: string;
  readonly language: string | null;
  readonly problems: readonly string[];
  readonly warnings: readonly string[];
}

type Findings = Pick<Linted, "problems" | "warnings">;

const problem = (sentence: string): Findings => ({ problems: [sentence], warnings: [] });

/** The template in the language asked for, as the bridge chooses it: exactly; the only one where none was. */
function choose(rows: readonly Template[], language: string | undefined): Template | string {
  const [first] = rows;
  const languages = enumerate(rows.map((row) => row.language).toSorted());
  if (language === undefined) {
    if (first !== undefined && rows.length === 1) return first;
    return `It is there in ${languages}: say in which language it is sent.`;
  }
  const wanted = language.replace("-", "_");
  const found = rows.find((row) => row.language === wanted || row.language === "");
  return found ?? `It is not there in ${language}, but in ${languages}.`;
}

/** Beside what the bridge itself checks before it sends: people have begun to complain. */
function qualityWarnings({ quality }: Template): string[] {
  return quality === "YELLOW" ? ["Its quality is medium: the provider may lower it further."] : [];
}

function find({ channel, request }: TemplateUse, known: readonly Template[]): Findings {
  const rows = known.filter(({ name }) => name === request.name);
  const present = rows.filter(({ gone_at: gone }) => gone === null);
  if (rows.length === 0) {
    const names = new Set(
      known.filter(({ gone_at: gone }) => gone === null).map(({ name }) => name),
    );
    const meant = nearest(request.name, [...names]);
    return problem(
      `${channel} has no such template.${meant === undefined ? "" : ` Did you mean ${meant}?`}`,
    );
  }
  const row = choose(present.length === 0 ? rows : present, request.language);
  if (typeof row === "string") return problem(row);
  const { problems, warnings } = checkTemplate(row, request);
  return { problems, warnings: [...warnings, ...qualityWarnings(row)] };
}

/** Checks one use against the templates of its channel. A channel without any known ones is not checked, and that is told. */
function lintUse(use: TemplateUse, known: readonly Template[]): Linted {
  const { where, channel, request } = use;
  const unchecked = `Not checked: no templates of ${channel} are known; \`ponte templates sync\` asks the provider.`;
  const findings = known.length === 0 ? { problems: [], warnings: [unchecked] } : find(use, known);
  return {
    where,
    channel,
    template: request.name,
    language: request.language ?? null,
    ...findings,
  };
}

function stateOf({ problems, warnings }: Linted, paint: Output["paint"]): string {
  if (problems.length > 0) return paint("red", "fail");
  return warnings.length > 0 ? paint("yellow", "warn") : paint("green", "ok  ");
}

function lintText(all: readonly Linted[], paint: Output["paint"]): string {
  if (all.length === 0) return "Nothing sends a template.";
  const table = tableText(
    ["    ", "template", "language", "channel", "where"],
    all.map((one) => [
      stateOf(one, paint),
      one.template,
      one.language ?? "",
      one.channel,
      one.where,
    ]),
  ).split("\n");
  const lines = all.flatMap((one, index) => [
    table[index + 1] ?? "",
    ...[...one.problems, ...one.warnings].map((sentence) => `        ${sentence}`),
  ]);
  return [table[0], ...lines].join("\n");
}

/** `ponte templates lint`: whether everything that is to be sent can be. */
export const lintCommand: CommandModule = (command, { api: open, output, readConfig }) => {
  command
    .command("lint")
    .description(
      "check every template that rules and campaigns send: it exists, is approved, has its values",
    )
    .option("--strict", "warnings fail, too")
    .action(async ({ strict }) => {
      const api = open();
      const { notifications } = readConfig();
      if (notifications === undefined)
        output.note(
          "Notifications are off (ENABLE_WHATSAPP_NOTIFICATIONS): their rules are not checked.",
        );
      const uses = [
        ...(notifications?.rules ?? []).flatMap(usesOfRule),
        ...(await readCampaignUses(api)),
      ];
      const known = new Map<string, Template[]>();
      for (const channel of new Set(uses.map((use) => use.channel)))
        known.set(channel, await readChannelTemplates(api, channel));
      const all = uses.map((use) => lintUse(use, known.get(use.channel) ?? []));
      const problems = all.reduce((sum, one) => sum + one.problems.length, 0);
      const warnings = all.reduce((sum, one) => sum + one.warnings.length, 0);
      output.result({ uses: all, problems, warnings }, () => lintText(all, output.paint));
      const isFailed = problems > 0 || (strict === true && warnings > 0);
      const found = `${problems} problems and ${warnings} warnings in ${all.length} uses of templates`;
      if (isFailed) throw new CliError(found, { code: EXIT.checkFailed });
      output.note(found);
    });
};
