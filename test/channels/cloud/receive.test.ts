import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { WebhookResult } from "../../../src/channels/channel.ts";
import { createReceive } from "../../../src/channels/cloud/receive.ts";
import { messagesWebhook, signWebhook } from "../../standins/graph-webhooks.ts";
import { RAW_SETTINGS, settingsWith } from "./cloud-settings.ts";

const ACCOUNT = RAW_SETTINGS.phone_number_ids[0];

function receive(body: unknown, changes: Readonly<Record<string, unknown>> = {}): WebhookResult {
  const { rawBody, headers } = signWebhook(body, RAW_SETTINGS.app_secrets[0]);
  const request = { method: "POST", suffix: "", headers, query: {}, rawBody };
  return createReceive(settingsWith(changes))(request);
}

function eventsOf(result: WebhookResult) {
  if (result.kind !== "events") throw new Error(`expected events, got ${result.kind}`);
  return result.events;
}

const text = (id: string) => ({
  from: "556191234567",
  id,
  timestamp: "1763700101",
  type: "text",
  text: { body: id },
});

const idsOf = (result: WebhookResult) =>
  eventsOf(result).flatMap((event) => (event.kind === "message" ? [event.externalId] : []));

const nested = (depth: number) => `${"[".repeat(depth)}${"]".repeat(depth)}`;

describe("a genuine body that cannot be understood is kept", () => {
  test.each([
    { label: "no JSON", body: "{", reason: "the body is not JSON" },
    { label: "nothing", body: "", reason: "the body is not JSON" },
    { label: "null", body: "null", reason: "the body is not a webhook of the provider" },
    { label: "a list", body: "[]", reason: "the body is not a webhook of the provider" },
    {
      label: "no entries",
      body: { object: "whatsapp_business_account" },
      reason: "the body is not a webhook of the provider",
    },
    {
      label: "ten thousand nested lists",
      body: nested(10_000),
      reason: "the body is not a webhook of the provider",
    },
  ])("$label", ({ body, reason }) => {
    expect(receive(body)).toStrictEqual({ kind: "quarantine", reason });
  });
});

describe("one item never harms another", () => {
  const POISON = [
    { label: "nested lists as a text", raw: `{"id":"wamid.P","from":"1","type":"text","text":@}` },
    { label: "nested lists in an unknown key", raw: `{"id":"wamid.P","from":"1","extra":@}` },
    { label: "nested lists as a message", raw: "@" },
    { label: "nested lists as errors", raw: `{"id":"wamid.P","from":"1","errors":@}` },
    {
      label: "nested lists as contacts",
      raw: `{"id":"wamid.P","from":"1","type":"contacts","contacts":@}`,
    },
  ];

  test.each(POISON)("$label, among 199 good messages", ({ raw }) => {
    const good = Array.from({ length: 199 }, (_, index) => text(`wamid.${String(index)}`));
    const body = JSON.stringify(messagesWebhook(ACCOUNT, { messages: [...good, "POISON"] }));

    const result = receive(body.replace('"POISON"', raw.replace("@", nested(10_000))));

    expect(eventsOf(result)).toHaveLength(200);
    expect(idsOf(result).slice(0, 199)).toStrictEqual(good.map(({ id }) => id));
  });

  test("edits nested ten thousand times are one edit", () => {
    const open = '{"type":"edit","edit":{"original_message_id":"wamid.O","message":'.repeat(10_000);
    const edits = `${open}1${"}}".repeat(10_000)}`.replace("{", '{"id":"wamid.E","from":"1",');
    const body = JSON.stringify(messagesWebhook(ACCOUNT, { messages: ["POISON"] }));

    const [event] = eventsOf(receive(body.replace('"POISON"', edits)));

    expect(event).toHaveProperty("content", { type: "edit", original: "wamid.O" });
  });

  test("a form whose answers are nested ten thousand times is cut at a depth every store takes", () => {
    const reply = { response_json: `{"a":${nested(10_000)},"b":1}` };
    const interactive = { type: "nfm_reply", nfm_reply: reply };
    const message = { ...text("wamid.F"), type: "interactive", interactive };

    const [event] = eventsOf(receive(messagesWebhook(ACCOUNT, { messages: [message] })));

    expect(JSON.stringify(event)).toContain(
      '"answers":{"a":[[[[[[[[[[[[[[[null]]]]]]]]]]]]]]],"b":1}',
    );
  });

  test("any JSON in place of an item gives one event and leaves its neighbours alone", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (item, part) => {
        const odd = { ...text("wamid.odd"), type: "interactive", interactive: part, context: item };
        const body = messagesWebhook(ACCOUNT, {
          contacts: [item],
          messages: [text("wamid.a"), item, odd, text("wamid.b")],
          statuses: [item, part],
        });
        const result = receive(body);
        expect(eventsOf(result)).toHaveLength(6);
        expect(idsOf(result)).toStrictEqual(expect.arrayContaining(["wamid.a", "wamid.b"]));
      }),
      { seed: 7 },
    );
  });

  test("any JSON in place of a value never throws", () => {
    const fields = ["messages", "user_id_update", "user_preferences", "account_update", "x"];
    fc.assert(
      fc.property(fc.constantFrom(...fields), fc.jsonValue(), (field, value) => {
        const entry = [{ id: "1", changes: [{ field, value }] }];
        expect(receive({ object: "whatsapp_business_account", entry }).kind).toBe("events");
      }),
      { seed: 7 },
    );
  });
});

describe("a full webhook", () => {
  test("a thousand statuses are a thousand updates", () => {
    const statuses = Array.from({ length: 1000 }, (_, index) => ({
      id: `wamid.${String(index)}`,
      status: "delivered",
      timestamp: "1763700101",
      recipient_id: "556191234567",
    }));

    const events = eventsOf(receive(messagesWebhook(ACCOUNT, { statuses })));

    expect(events.map((event) => event.kind)).toStrictEqual(statuses.map(() => "status"));
  });

  test("three megabytes of text are one message", () => {
    const message = { ...text("wamid.L"), text: { body: "á".repeat(500_000) } };
    const [event] = eventsOf(receive(messagesWebhook(ACCOUNT, { messages: [message] })));
    expect(event).toHaveProperty("text", message.text.body);
  });
});

describe("settings that change what is read", () => {
  test("a message in a group is read where groups are answered privately", () => {
    const message = { ...text("wamid.G"), group_id: "Y2FwaV9ncm91cDox" };
    const body = messagesWebhook(ACCOUNT, { messages: [message] });
    expect(idsOf(receive(body, { groups: "private" }))).toStrictEqual(["wamid.G"]);
  });

  test("news of another business account is put aside where ours is known", () => {
    const change = { field: "account_update", value: { event: "DISABLED_UPDATE" } };
    const body = (id: string) => ({
      object: "whatsapp_business_account",
      entry: [{ id, changes: [change] }],
    });
    const changes = { business_account_id: "700100200300400" };
    expect(eventsOf(receive(body("700100200300400"), changes))[0]).toHaveProperty("kind", "notice");
    expect(receive(body("7999"), changes)).toStrictEqual({
      kind: "events",
      events: [{ kind: "unsupported", what: "unknown business account 7999" }],
    });
  });

  test("news about a person that names no number concerns each of ours", () => {
    const preference = {
      wa_id: "556191234567",
      category: "marketing_messages",
      value: "stop",
      timestamp: 1763700101,
    };
    const change = { field: "user_preferences", value: { user_preferences: [preference] } };
    const body = { object: "whatsapp_business_account", entry: [{ id: "1", changes: [change] }] };

    const events = eventsOf(receive(body, { phone_number_ids: ["8001", "8002"] }));

    expect(events.map((event) => "account" in event && event.account)).toStrictEqual([
      "8001",
      "8002",
    ]);
  });
});
