import { readFileSync } from "node:fs";
import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { parse as parseYaml } from "yaml";
import { z } from "zod";
import { CliError, EXIT, messageOf } from "../failure.ts";

const collect = (value: string, all: readonly string[] = []): readonly string[] => [...all, value];

/** What a new campaign is made from, as options of a command. */
export function addDefinitionOptions(command: CommandUnknownOpts): void {
  command
    .option("--name <name>", "what the new campaign is called")
    .option("--channel <channel>", "the channel it is sent on")
    .option("--account <account>", "an account that sends; may be repeated", collect)
    .option("--template <name>", "the template it sends")
    .option("--lang <language>", "the template's language, such as pt_BR")
    .option(
      "--param <name=value>",
      "a value of the template; {{column}} takes it from the list; may be repeated",
      collect,
    )
    .option("--text <text>", "a text instead of a template, with {{columns}}")
    .option("--value <name=value>", "a placeholder that is the same for everybody", collect)
    .option("--rate <number>", "messages per second at most")
    .option("--start-at <time>", "not before, such as 2026-12-01T09:00:00-03:00")
    .option("--hours <from-to>", "send between these hours alone, such as 09:00-18:00")
    .option("--time-zone <zone>", "of the hours, such as America/Sao_Paulo")
    .option("--country <country>", "of numbers without a country code, such as BR")
    .option(
      "--definition <file>",
      "everything that POST /campaigns takes, as JSON or YAML; options go before it",
    );
}

const definitionOptions = z.object({
  name: z.string().optional(),
  channel: z.string().optional(),
  account: z.array(z.string()).optional(),
  template: z.string().optional(),
  lang: z.string().optional(),
  param: z.array(z.string()).default([]),
  text: z.string().optional(),
  value: z.array(z.string()).default([]),
  rate: z.string().optional(),
  startAt: z.string().optional(),
  hours: z.string().optional(),
  timeZone: z.string().optional(),
  country: z.string().optional(),
  definition: z.string().optional(),
});

type DefinitionOptions = z.output<typeof definitionOptions>;

const usage = (message: string, advice?: string): CliError =>
  new CliError(message, { code: EXIT.usage, ...(advice !== undefined && { advice }) });

/** Splits `name=value` at the first sign; the value may hold more of them, and may be empty. */
export function readPair(option: string, text: string): readonly [string, string] {
  const at = text.indexOf("=");
  if (at > 0) return [text.slice(0, at).trim(), text.slice(at + 1)];
  throw usage(`--${option} ${text} is no pair`, `write it as --${option} name=value`);
}

function readPairs(option: string, texts: readonly string[]): Map<string, string> {
  const pairs = new Map<string, string>();
  for (const [name, value] of texts.map((text) => readPair(option, text))) {
    if (pairs.has(name)) throw usage(`--${option} ${name}=... is given twice`);
    pairs.set(name, value);
  }
  return pairs;
}

/** Values by number are a list, as templates with numbered variables take them. */
function readParams(texts: readonly string[]) {
  const pairs = readPairs("param", texts);
  if (pairs.size === 0) return undefined;
  const places = Array.from({ length: pairs.size }, (_, index) => pairs.get(String(index + 1)));
  const list = places.filter((value) => value !== undefined);
  return list.length === pairs.size ? list : Object.fromEntries(pairs);
}

function readHours({ hours, timeZone }: DefinitionOptions) {
  if (hours === undefined) return undefined;
  const [, from, to] = /^(\d\d:\d\d)-(\d\d:\d\d)$/.exec(hours) ?? [];
  if (from === undefined || to === undefined)
    throw usage(`--hours ${hours} are no hours`, "write them as --hours 09:00-18:00");
  const zone = timeZone ?? new Intl.DateTimeFormat("en").resolvedOptions().timeZone;
  return { from, to, time_zone: zone };
}

function readRate(rate: string | undefined): number | undefined {
  if (rate === undefined) return undefined;
  const number = Number(rate);
  if (number > 0) return number;
  throw usage(`--rate ${rate} is no number of messages per second`);
}

function readFile(file: string | undefined): Record<string, unknown> {
  if (file === undefined) return {};
  try {
    const parsed = z
      .record(z.string(), z.unknown())
      .safeParse(parseYaml(readFileSync(file, "utf8")));
    if (parsed.success) return parsed.data;
  } catch (error) {
    throw usage(`${file} cannot be read: ${messageOf(error)}`);
  }
  throw usage(`${file} holds no campaign`, "docs/campaigns.md shows one");
}

function templateOf({ template, lang, param }: DefinitionOptions) {
  if (template === undefined) {
    const stray = param.length > 0 ? "--param" : lang === undefined ? undefined : "--lang";
    if (stray !== undefined)
      throw usage(`${stray} says something of a template: give --template too`);
    return undefined;
  }
  return { name: template, language: lang, params: readParams(param) };
}

/** What `POST /campaigns` is asked for. Throws a usage error for what cannot be meant; the bridge checks the rest. */
export function readDefinition(given: unknown): Readonly<Record<string, unknown>> {
  const options = definitionOptions.parse(given);
  const values = readPairs("value", options.value);
  const said = {
    name: options.name,
    channel: options.channel,
    accounts: options.account,
    template: templateOf(options),
    text: options.text,
    values: values.size > 0 ? Object.fromEntries(values) : undefined,
    rate_per_second: readRate(options.rate),
    start_at: options.startAt,
    hours: readHours(options),
    default_country: options.country,
  };
  const own = Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined));
  return { ...readFile(options.definition), ...own };
}

/** Throws where what a new campaign cannot do without is missing. */
export function mustBeWhole(definition: Readonly<Record<string, unknown>>): void {
  const missing = ["name", "channel"].filter((key) => definition[key] === undefined);
  const says = ["template", "text", "reply"].some((key) => definition[key] !== undefined);
  const options = [...missing.map((key) => `--${key}`), ...(says ? [] : ["--template or --text"])];
  if (options.length === 0) return;
  throw usage(
    `a new campaign needs ${options.join(", ")}`,
    "or name one that is there with --campaign <id>; `ponte campaign list` lists them",
  );
}
