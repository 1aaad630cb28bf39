import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { applyRule } from "../../../src/campaigns/events/apply-rule.ts";
import { readEvent } from "../../../src/campaigns/events/read-event.ts";
import { ConfigError } from "../../../src/config/problems.ts";
import { ACCOUNT, CHANNEL } from "../../db/scene.ts";
import { delivery, purchaseOrder, rulesOf } from "./scene.ts";

function problemsOf(text: string): readonly string[] {
  try {
    rulesOf(text);
  } catch (error) {
    if (error instanceof ConfigError)
      return error.problems.map(({ where, detail }) => `${where}: ${detail}`);
    throw error;
  }
  return [];
}

async function apply(text: string, body: unknown) {
  const [rule] = rulesOf(text).rules;
  if (rule === undefined) throw new Error("there is no rule");
  return applyRule(rule, readEvent(delivery(body)).event, "ponte.events");
}

const withKeys = (keys: string) =>
  `notifications:\n  - { name: a, event: e, channel: ${CHANNEL}, to: to, ${keys} }\n`;

describe("the shipped file", () => {
  const shipped = readFileSync("config/notifications.yml", "utf8");

  test("makes a purchase order's message", async () => {
    expect(await apply(shipped, purchaseOrder())).toMatchObject({
      kind: "request",
      eventId: "evt-1",
      request: {
        channel: "whatsapp",
        to: "(61) 99111-2222",
        defaultCountry: "BR",
        content: {
          template: {
            name: "po_notification",
            language: "pt_BR",
            params: {
              supplier_name: "{{supplier_name}}",
              po_number: "{{po_number}}",
              total_amount: "{{total_amount}}",
            },
          },
        },
        values: {
          supplier_name: "Padaria Sol",
          po_number: "2026-00042",
          total_amount: "BRL 12.345,50",
        },
        correlationId: "2026-00042",
      },
    });
  });

  test.each(["total_amount", "currency", "po_number"])("sends no hole for %s", async (key) => {
    const { data } = purchaseOrder();
    const lacking = Object.fromEntries(Object.entries(data).filter(([name]) => name !== key));
    const problem = `template.params.${key === "currency" ? "total_amount" : key} gives nothing`;
    expect(await apply(shipped, purchaseOrder({ data: lacking }))).toEqual({
      kind: "refused",
      eventId: "evt-1",
      problems: [problem],
    });
  });

  test("makes the exchange, the queue and the dead letters that the guide names", () => {
    expect(rulesOf(shipped).topology).toEqual({
      exchange: "ponte.events",
      queue: "ponte.notifications",
      deadLetters: "ponte.notifications.dead",
    });
  });
});

describe("a rule", () => {
  const body = {
    event_id: "1",
    to: "+5561991112222",
    lang: "pt",
    yes: true,
    at: "2026-12-24T08:00:00-03:00",
  };

  test.each([
    { label: "no condition", keys: "text: x", want: "request" },
    { label: "a condition that holds", keys: 'text: x, when: "yes"', want: "request" },
    { label: "a condition that does not", keys: "text: x, when: yes = false", want: "not_for_it" },
    { label: "a condition over what is not there", keys: "text: x, when: no", want: "not_for_it" },
    { label: "a condition that is no condition", keys: "text: x, when: lang", want: "refused" },
    { label: "a condition that fails", keys: "text: x, when: $number(lang)", want: "refused" },
    { label: "an id of its own that is not there", keys: "text: x, id: no", want: "refused" },
    { label: "an id without end", keys: 'text: x, id: \'$pad("", 201, "x")\'', want: "refused" },
    { label: "a time", keys: "text: x, send_at: at", want: "request" },
    { label: "a time that is none", keys: "text: x, send_at: lang", want: "refused" },
    {
      label: "a correlation id without end",
      keys: 'text: x, correlation_id: \'$pad("", 201, "x")\'',
      want: "refused",
    },
  ])("with $label", async ({ keys, want }) => {
    expect((await apply(withKeys(keys), body)).kind).toBe(want);
  });

  test("refuses an event without a name, which could be told twice", async () => {
    expect(await apply(withKeys("text: x"), { to: "+5561991112222" })).toMatchObject({
      kind: "refused",
      eventId: expect.stringMatching(/^sha256:[0-9a-f]{32}$/),
      problems: ["the event has no id: event_id, message_id or id"],
    });
  });

  test.each([
    {
      label: "the map's word for it",
      keys: "language: lang, languages: { pt: pt_BR }",
      want: "pt_BR",
    },
    {
      label: "the rule's own where the map has none",
      keys: "language: lang, languages: { xx: en }",
      want: "es",
    },
    { label: "what the event says without a map", keys: "language: lang", want: "pt" },
    { label: "the rule's own where the event says nothing", keys: "language: no", want: "es" },
  ])("takes as the template's language $label", async ({ keys, want }) => {
    const applied = await apply(withKeys(`template: { name: t, language: es }, ${keys}`), body);
    expect(applied).toMatchObject({ request: { content: { template: { language: want } } } });
  });

  test("gives the same event the same message id, and each rule and event its own", async () => {
    const idOf = async (name: string, id: string) => {
      const applied = await apply(withKeys("text: x").replace("name: a", `name: ${name}`), {
        ...body,
        event_id: id,
      });
      return applied.kind === "request" ? applied.request.messageId : undefined;
    };
    const ids = [
      await idOf("a", "1"),
      await idOf("a", "1"),
      await idOf("b", "1"),
      await idOf("a", "2"),
    ];
    expect(ids[0]).toBe(ids[1]);
    expect(new Set(ids).size).toBe(3);
  });

  test("takes times with an offset to UTC", async () => {
    const applied = await apply(withKeys("text: x, send_at: at"), body);
    expect(applied).toMatchObject({ request: { sendAt: "2026-12-24T11:00:00.000Z" } });
  });

  test("may take its account from the environment", () => {
    const { rules } = rulesOf(withKeys('text: x, account: "${NUMBER}"'), { NUMBER: ACCOUNT });
    expect(rules).toMatchObject([{ account: ACCOUNT }]);
  });
});

describe("a file is refused", () => {
  test.each([
    { label: "when it is empty", text: "", want: /:\d* ?notifications: is required|notifications/ },
    { label: "without a rule", text: "notifications: []", want: /yml:1 notifications: / },
    { label: "when it is no YAML", text: "notifications: [", want: /yml:1: not valid YAML/ },
    {
      label: "for an unknown key",
      text: `queu: a\n${withKeys("text: x")}`,
      want: /yml:1 queu: unknown setting; did you mean queue\?/,
    },
    {
      label: "for an unknown key of a rule",
      text: withKeys("text: x, prio: 1"),
      want: /yml:2 notifications.0.prio: unknown setting/,
    },
    {
      label: "for an expression that is none",
      text: withKeys('text: x, id: "a.("'),
      want: /yml:2 notifications.0.id: is no JSONata expression/,
    },
    {
      label: "for a parameter that is no expression",
      text: withKeys('template: { name: t, params: { a: "(" } }'),
      want: /yml:2 notifications.0.template.params: is no JSONata/,
    },
    {
      label: "for text and template together",
      text: withKeys("text: x, template: { name: t }"),
      want: /exactly one of template and text/,
    },
    {
      label: "for neither",
      text: withKeys("priority: bulk"),
      want: /exactly one of template and text/,
    },
    {
      label: "for a channel that is not there",
      text: withKeys("text: x").replace(CHANNEL, "whatsap"),
      want: /notifications.0.channel: .* did you mean whatsapp\?/,
    },
    {
      label: "for an account that is not there",
      text: withKeys('text: x, account: "1"'),
      want: /notifications.0.account: is no account/,
    },
    {
      label: "for a route to nowhere",
      text: withKeys("text: x, route: [{ channel: sms }]"),
      want: /notifications.0.route.0.channel: names a channel/,
    },
    {
      label: "for a country that is none",
      text: withKeys("text: x, country: XX"),
      want: /notifications.0.country: not a country/,
    },
    {
      label: "for a placeholder without a value",
      text: withKeys("text: 'x {{y}}'"),
      want: /notifications.0.text: holds \{\{y\}\}/,
    },
    {
      label: "for a placeholder of a route without a value",
      text: withKeys(`text: x, route: [{ channel: ${CHANNEL}, text: '{{z}}' }]`),
      want: /notifications.0.route.0: holds \{\{z\}\}/,
    },
    {
      label: "for two values of one name",
      text: withKeys("template: { name: t, params: { a: b } }, values: { a: c }"),
      want: /values.a: a parameter of the template has this name/,
    },
    {
      label: "for two rules of one name",
      text: `${withKeys("text: x")}  - { name: a, event: f, channel: ${CHANNEL}, to: to, text: x }\n`,
      want: /yml:3 notifications.1.name: another rule has this name/,
    },
    {
      label: "for dead letters in the queue",
      text: `dead_letters: q\nqueue: q\n${withKeys("text: x")}`,
      want: /yml:1 dead_letters: must not be the queue itself/,
    },
    {
      label: "for a variable that is not set",
      text: withKeys('text: x, account: "${NUMBER}"'),
      want: /the environment variable NUMBER is not set/,
    },
  ])("$label", ({ text, want }) => {
    expect(problemsOf(text)).toEqual([expect.stringMatching(want)]);
  });

  test("with all problems at once", () => {
    expect(problemsOf(withKeys('text: x, id: "(", when: "(", country: XX'))).toHaveLength(3);
  });
});
