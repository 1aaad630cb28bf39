import { type LoadContext, whereIs } from "../../config/context.ts";
import { parseConfigFile } from "../../config/file.ts";
import { reportIssues } from "../../config/issues.ts";
import { ConfigError, type ConfigProblem, type SettingPath } from "../../config/problems.ts";
import { nearest } from "../../config/suggest.ts";
import type { Channel } from "../../channels/channel.ts";
import { contentOf, isOneContent, placeholdersOf, type SendContent } from "../../send-content.ts";
import { paramNames } from "./rule-content.ts";
import { type NotificationRule, notificationFile, rule } from "./rule-schema.ts";

/** Names of what the bridge has at the broker. */
export interface EventTopology {
  readonly exchange: string;
  readonly queue: string;
  /** The exchange and the queue for events of which nothing could be made. */
  readonly deadLetters: string;
}

/** What becomes of which event. */
export interface NotificationRules {
  readonly topology: EventTopology;
  readonly rules: readonly NotificationRule[];
}

interface ConfiguredChannel {
  readonly channel: Pick<Channel, "accounts" | "delivery">;
}

/** What the rules are read with. */
export interface RuleSources {
  readonly path: string;
  readonly readFile: (path: string) => string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly channels: ReadonlyMap<string, ConfiguredChannel>;
}

/** Reads the file of notifications. Throws a `ConfigError` that lists every problem by file and line. */
export function loadRules({ path, readFile, env, channels }: RuleSources): NotificationRules {
  const text = readFile(path);
  const problems: ConfigProblem[] = [];
  if (text === undefined) {
    const where = `${path} (notifications.file)`;
    throw new ConfigError([{ where, detail: "the file does not exist" }]);
  }
  const file = parseConfigFile(path, text, env, problems);
  const context = { env, file, filled: new Set<string>(), problems, notices: [] };
  if (problems.length > 0) throw new ConfigError(problems);
  const parsed = notificationFile.safeParse(file.value);
  if (!parsed.success) {
    const knownKeys = [...Object.keys(notificationFile.shape), ...Object.keys(rule.shape)];
    const source = { pathOf: same, namesOf: () => [], knownKeys, input: file.value };
    reportIssues(parsed.error.issues, source, context);
    throw new ConfigError(problems);
  }
  const { exchange, queue, dead_letters: deadLetters, notifications: rules } = parsed.data;
  if (deadLetters === queue)
    problems.push({
      where: whereIs(["dead_letters"], [], context),
      detail: "must not be the queue itself",
    });
  refuseDoubles(rules, context);
  for (const [index, one] of rules.entries()) {
    checkPlaceholders(one, index, context);
    checkChannels(one, index, channels, context);
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return { topology: { exchange, queue, deadLetters }, rules };
}

const same = <Path>(path: Path): Path => path;

/** The name tells in the database which rule an event has been through. */
function refuseDoubles(rules: readonly NotificationRule[], context: LoadContext): void {
  const names = new Set<string>();
  for (const [index, { name }] of rules.entries()) {
    const where = whereIs(["notifications", index, "name"], [], context);
    if (names.has(name)) context.problems.push({ where, detail: "another rule has this name" });
    names.add(name);
  }
}

/** Every placeholder has one expression that says what it stands for. */
function checkPlaceholders(one: NotificationRule, index: number, context: LoadContext): void {
  const refuse = (path: SettingPath, detail: string): void => {
    const where = whereIs(["notifications", index, ...path], [], context);
    context.problems.push({ where, detail });
  };
  const params = paramNames(one);
  const values = Object.keys(one.values ?? {});
  for (const name of values.filter((value) => params.includes(value)))
    refuse(["values", name], "a parameter of the template has this name");
  const known = new Set([...params, ...values]);
  const check = (path: SettingPath, content: SendContent): void => {
    for (const name of placeholdersOf(content).filter((found) => !known.has(found)))
      refuse(path, `holds {{${name}}}, which values does not have`);
  };
  if (one.text !== undefined) check(["text"], { text: one.text });
  if (typeof one.outside_window === "object") check(["outside_window"], one.outside_window);
  for (const [rung, fields] of one.route.entries())
    if (isOneContent(fields)) check(["route", rung], contentOf(fields));
}

function checkChannels(
  { channel, account, route }: NotificationRule,
  index: number,
  channels: ReadonlyMap<string, ConfiguredChannel>,
  context: LoadContext,
): void {
  const sending = [...channels]
    .filter(([, { channel: one }]) => one.delivery === "push")
    .map(([name]) => name);
  const check = (
    path: readonly (string | number)[],
    name: string,
    number: string | undefined,
  ): void => {
    const refuse = (key: string, detail: string): void => {
      const where = whereIs(["notifications", index, ...path, key], [], context);
      context.problems.push({ where, detail });
    };
    if (!sending.includes(name)) {
      const meant = nearest(name, sending);
      const hint = meant === undefined ? "" : `; did you mean ${meant}?`;
      refuse("channel", `names a channel that is not configured, or that sends nothing${hint}`);
    } else if (
      number !== undefined &&
      channels.get(name)?.channel.accounts.includes(number) !== true
    ) {
      refuse("account", "is no account of the channel");
    }
  };
  check([], channel, account);
  for (const [rung, { channel: name, account: number }] of route.entries())
    check(["route", rung], name, number);
}
