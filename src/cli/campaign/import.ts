import { z } from "zod";
import { ApiRefusal } from "../api-answer.ts";
import type { ApiClient, Query } from "../api.ts";
import type { CommandModule } from "../command.ts";
import type { CliContext } from "../context.ts";
import { CliError, EXIT } from "../failure.ts";
import { mayWrite, saveStream } from "../save-stream.ts";
import { createDraft } from "./create.ts";
import { addDefinitionOptions, mustBeWhole, readDefinition, readPair } from "./definition.ts";
import { importText, previewText, problemsText, problemsToShow } from "./import-text.ts";
import { listBeginning, type ListFile, readListFile } from "./list-file.ts";
import { type Campaign, campaign, listPreview } from "./rows.ts";
import { createShowMessage } from "./show-message.ts";
import { keyFor, uploadList } from "./upload.ts";

const importOptions = z.object({
  campaign: z.string().optional(),
  map: z.string().optional(),
  delimiter: z.string().optional(),
  encoding: z.string().optional(),
  header: z.boolean().default(true),
  country: z.string().optional(),
  report: z.string().optional(),
  dryRun: z.boolean().default(false),
});

type ImportOptions = z.output<typeof importOptions>;

/** What a column may be mapped to, by the words people use for it. */
const COLUMNS: Readonly<Record<string, string>> = {
  phone: "to",
  to: "to",
  number: "to",
  name: "name",
  language: "language",
  lang: "language",
};

/** Reads `phone=tel,name=nome` into parameters of the import. */
function readMap(map: string | undefined): Query {
  const pairs = (map ?? "").split(",").filter((text) => text.trim() !== "");
  return Object.fromEntries(
    pairs.map((text) => {
      const [name, column] = readPair("map", text.trim());
      const known = COLUMNS[name.toLowerCase()];
      if (known !== undefined) return [known, column.trim()];
      throw new CliError(`--map has no ${name}: phone, name and language can be mapped`, {
        code: EXIT.usage,
        advice: `every other column is a placeholder of its title: --param ${name}={{${column}}}`,
      });
    }),
  );
}

function queryOf({ map, delimiter, encoding, header, country }: ImportOptions): Query {
  return { ...readMap(map), delimiter, encoding, country, header: header ? undefined : false };
}

/** A draft that was made by the same command before may have gone its way meanwhile. */
function refuseOver({ id, name, state }: Campaign): void {
  if (state !== "done" && state !== "cancelled") return;
  throw new CliError(`the campaign ${name} (${id}) is ${state} and takes no recipients any more`, {
    advice:
      "the same command made it within the last day: give another --name for another campaign",
  });
}

/** The campaign that was named, or a draft; called again with the same list, the same draft. */
async function findCampaign(
  api: ApiClient,
  named: string | undefined,
  definition: Readonly<Record<string, unknown>>,
  list: ListFile,
): Promise<Campaign> {
  if (named !== undefined) return api.get(`/campaigns/${encodeURIComponent(named)}`, campaign);
  const made = await createDraft(api, definition, keyFor("draft", definition, list.digest));
  const now = await api.get(`/campaigns/${made.id}`, campaign).catch((error: unknown) => {
    if (!(error instanceof ApiRefusal) || error.status !== 404) throw error;
    throw new CliError(`the draft that this command made before (${made.id}) was deleted`, {
      advice: "give another --name, or make one with `ponte campaign create`",
    });
  });
  refuseOver(now);
  return now;
}

/** Shows how the list is read; a draft that is made for it is gone afterwards. */
async function preview(
  { api: open, output }: CliContext,
  file: string,
  options: ImportOptions,
  definition: Readonly<Record<string, unknown>>,
): Promise<void> {
  const query = { ...queryOf(options), dry_run: true };
  const api = open();
  const content = await listBeginning(file);
  const { campaign: named } = options;
  const target =
    named === undefined
      ? await createDraft(api, { ...definition, name: `${String(definition["name"])} (dry run)` })
      : await api.get(`/campaigns/${encodeURIComponent(named)}`, campaign);
  try {
    const path = `/campaigns/${target.id}/recipients`;
    const stream = { type: "text/csv", content };
    const shown = await api.send("POST", path, listPreview, { stream, query });
    const show = createShowMessage(api, target.channel);
    const messages = await Promise.all(shown.messages.map((one) => show(one.content)));
    output.result(shown, () => previewText(shown, messages));
    output.note("\nNothing was kept; without --dry-run the whole list is imported.");
  } finally {
    if (named === undefined) await api.send("DELETE", `/campaigns/${target.id}`, z.unknown());
  }
}

/** Says who was not added, and writes all of them to a file where one is named. */
async function report(
  api: ApiClient,
  path: string,
  file: string | undefined,
  context: CliContext,
): Promise<void> {
  if (file === undefined || !(await mayWrite(file, context))) return;
  const { lines } = await saveStream(await api.open(path), { file, mode: 0o600 }, context);
  context.output.note(`${lines - 1} lines that added nobody are in ${file}.`);
}

async function importList(
  context: CliContext,
  file: string,
  options: ImportOptions,
  definition: Readonly<Record<string, unknown>>,
): Promise<void> {
  const { output } = context;
  const query = queryOf(options);
  const api = context.api();
  const list = await readListFile(file, context);
  const { id, name } = await findCampaign(api, options.campaign, definition, list);
  output.note(`Campaign ${name} (${id})`);
  const upload = { campaignId: id, list, query };
  const { result, wasThere } = await uploadList(api, upload, context);
  if (wasThere)
    output.note("This list was imported before: this is what came of it, and nothing was done.");
  output.result(result, () => importText(result));
  const problems = problemsToShow(result);
  if (problems.length > 0) output.note(problemsText(problems));
  const refused = result.duplicate + result.invalid + result.opted_out;
  const path = `/campaigns/${id}/imports/${result.id}/report`;
  if (refused > problems.length && options.report === undefined)
    output.note(`... and ${refused - problems.length} more: --report <file> writes all of them.`);
  await report(api, path, options.report, context);
  output.note(`\`ponte campaign start ${id}\` starts it.`);
}

/** What a campaign says was said when it was made. */
function refuseDefinition(definition: Readonly<Record<string, unknown>>): void {
  const stray = Object.keys(definition).filter((key) => key !== "default_country");
  if (stray.length === 0) return;
  throw new CliError(
    `--campaign names a campaign that is there, and ${stray.join(", ")} would make one`,
    {
      code: EXIT.usage,
      advice: "leave out --campaign to make a new draft, or leave out what describes it",
    },
  );
}

/** `ponte campaign import`. */
export const importCommand: CommandModule = (command, context) => {
  const sub = command
    .command("import <file>")
    .description(
      "add a list to a campaign, or to a new draft; a list that broke off is completed by the same command",
    )
    .option("--campaign <id>", "the campaign it is for; a new draft where absent")
    .option("--map <columns>", "titles of columns: phone=tel,name=nome,language=idioma")
    .option("--delimiter <sign>", "comma, semicolon, tab or pipe; found out where absent")
    .option(
      "--encoding <name>",
      "utf-8, utf-16le, utf-16be or windows-1252; found out where absent",
    )
    .option("--no-header", "the first line is a person; columns are then numbers from 1")
    .option("--report <file>", "write the lines that added nobody, with the reason, as CSV")
    .option("--dry-run", "show the columns and the first messages; keep nothing");
  addDefinitionOptions(sub);
  sub.action(async (file) => {
    const options = importOptions.parse(sub.opts());
    const definition = readDefinition(sub.opts());
    if (options.campaign === undefined) mustBeWhole(definition);
    else refuseDefinition(definition);
    await (options.dryRun ? preview : importList)(context, file, options, definition);
  });
};
