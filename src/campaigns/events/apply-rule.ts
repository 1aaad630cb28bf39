import { z } from "zod";
import { derivedId } from "../../identity.ts";
import type { SendContent } from "../../send-content.ts";
import { storableText } from "../../storable.ts";
import type { Expression } from "./expression.ts";
import type { Applied } from "./notification.ts";
import { type BrokerEvent, MAX_ID } from "./read-event.ts";
import { contentOf, placeholderOf } from "./rule-content.ts";
import type { NotificationRule } from "./rule-schema.ts";

/** Gives the text of an expression; undefined, with a problem noted where one is needed, for none. */
type Read = (
  name: string,
  expression: Expression | undefined,
  isNeeded?: boolean,
) => Promise<string | undefined>;

const time = z.iso.datetime({ offset: true });

const toUtc = (text: string): string | undefined =>
  time.safeParse(text).success ? new Date(text).toISOString() : undefined;

/** Evaluates a rule's expressions for an event that fits it. `source` tells the broker's events from others'. */
export async function applyRule(
  rule: NotificationRule,
  event: BrokerEvent,
  source: string,
): Promise<Applied> {
  const problems: string[] = [];
  const read: Read = async (name, expression, isNeeded = false) => {
    const found = await expression?.evaluate(event.body);
    if (found?.kind === "failed") problems.push(`${name} ${found.detail}`);
    const value = found?.kind === "value" ? storableText(String(found.value)) : "";
    if (found?.kind !== "failed" && value === "" && isNeeded)
      problems.push(`${name} gives nothing`);
    return value === "" ? undefined : value;
  };
  const condition = await rule.when?.evaluate(event.body);
  if (condition?.kind === "nothing") return { kind: "not_for_it" };
  if (condition?.kind === "value" && condition.value === false) return { kind: "not_for_it" };
  if (condition?.kind === "value" && condition.value !== true)
    problems.push("when gives neither true nor false");
  if (condition?.kind === "failed") problems.push(`when ${condition.detail}`);

  const eventId = await readId(rule, event, read, problems);
  const to = (await read("to", rule.to, true)) ?? "";
  const values = await readValues(rule, read);
  const sendAt = await read("send_at", rule.send_at);
  if (sendAt !== undefined && toUtc(sendAt) === undefined)
    problems.push("send_at gives no time such as 2026-12-24T08:00:00-03:00");
  const correlationId = await read("correlation_id", rule.correlation_id);
  if ((correlationId?.length ?? 0) > MAX_ID)
    problems.push(`correlation_id gives more than ${MAX_ID} characters`);
  const language = await read("language", rule.language);
  if (problems.length > 0) return { kind: "refused", eventId, problems };
  return {
    kind: "request",
    eventId,
    request: {
      messageId: derivedId(JSON.stringify([source, eventId]), rule.name),
      channel: rule.channel,
      account: rule.account,
      to,
      defaultCountry: rule.country,
      language,
      content: withLanguage(contentOf(rule), rule, language),
      values,
      outsideWindow: rule.outside_window,
      sendAt: sendAt === undefined ? undefined : toUtc(sendAt),
      isBulk: rule.priority === "bulk",
      correlationId,
      route: rule.route,
    },
  };
}

/** Without a name the same event could not be told from another one, and might be told twice. */
async function readId(
  { id }: NotificationRule,
  event: BrokerEvent,
  read: Read,
  problems: string[],
): Promise<string> {
  const found = id === undefined ? event.id : await read("id", id, true);
  if (found !== undefined && found.length <= MAX_ID) return found;
  if (id === undefined) problems.push("the event has no id: event_id, message_id or id");
  else if (found !== undefined) problems.push(`id gives more than ${MAX_ID} characters`);
  return event.digest;
}

/** A template's parameters and the rule's own values, by the placeholders that stand for them. */
async function readValues(
  { template, values = {} }: NotificationRule,
  read: Read,
): Promise<Record<string, string>> {
  const params = Object.entries(template?.params ?? {});
  const expressions = [
    ...params.map(([key, one]) => ["template.params", placeholderOf(template, key), one] as const),
    ...Object.entries(values).map(([key, one]) => ["values", key, one] as const),
  ];
  const found: Record<string, string> = {};
  for (const [section, key, one] of expressions)
    found[key] = (await read(`${section}.${key}`, one, true)) ?? "";
  return found;
}

/** What the event says of the language goes before what the rule says. */
function withLanguage(
  content: SendContent,
  { languages }: NotificationRule,
  language: string | undefined,
): SendContent {
  if (!("template" in content) || language === undefined) return content;
  const known = languages !== undefined && Object.hasOwn(languages, language);
  const mapped = languages === undefined ? language : known ? languages[language] : undefined;
  return { template: { ...content.template, language: mapped ?? content.template.language } };
}
