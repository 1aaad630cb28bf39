import { afterEach, describe, expect, test } from "@jest/globals";
import { conversationIn } from "../../../src/web/admin/operations/conversation-in.ts";
import { readFilter, upTo } from "../../../src/web/admin/operations/letter-filter.ts";
import {
  describePlan,
  mayHappenTwice,
  reasonsOf,
} from "../../../src/web/admin/operations/plan-words.ts";
import { readPeriod, readRange, toLocal } from "../../../src/web/admin/operations/range.ts";
import { findMessageIds } from "../../../src/web/admin/operations/related.ts";
import { readPicture, webhookAddress } from "../../../src/web/admin/operations/webhook-address.ts";
import {
  describeLimit,
  describeQuality,
} from "../../../src/web/admin/operations/words-of-provider.ts";
import { language } from "../../../src/web/shared/language.ts";

afterEach(() => {
  language.value = "en";
});

const NOW = Date.parse("2026-11-21T12:00:00Z");

describe("a period of the address", () => {
  test.each([
    { label: "none is any time", query: "", range: "all", want: {} },
    {
      label: "a usual one ends now",
      query: "range=24h",
      range: "24h",
      want: { since: "2026-11-20T12:00:00.000Z" },
    },
    {
      label: "an own one is taken in UTC",
      query: "range=own&since=2026-11-01T00:00:00-03:00&until=2026-11-02T00:00:00Z",
      range: "own",
      want: { since: "2026-11-01T03:00:00.000Z", until: "2026-11-02T00:00:00.000Z" },
    },
    {
      label: "one that is only shared by its ends is an own one",
      query: "until=2026-11-02T00:00:00Z",
      range: "own",
      want: { until: "2026-11-02T00:00:00.000Z" },
    },
    {
      label: "times that are none are left out",
      query: "since=tomorrow&until=-5",
      range: "own",
      want: {},
    },
    {
      label: "years that the API does not take are left out",
      query: "since=1066-10-14T00:00:00Z",
      range: "own",
      want: {},
    },
    { label: "an unknown word is any time", query: "range=<script>", range: "all", want: {} },
  ])("$label", ({ query, range, want }) => {
    const values = new URLSearchParams(query.replaceAll("+", "%2B"));
    expect(readRange(values)).toBe(range);
    expect(readPeriod(values, NOW)).toEqual(want);
  });

  test("is written for the browser's own field in local time", () => {
    expect(toLocal("2026-11-21T12:34:56Z")).toMatch(/^2026-11-2[012]T\d\d:34$/);
    expect([toLocal(null), toLocal("nonsense")]).toEqual(["", ""]);
  });
});

test("a filter of the address keeps what the API knows, and drops the rest", () => {
  const values = new URLSearchParams("kind=outbound&channel=sms&reason=&code=131026&limit=5");
  const since = "2026-11-20T12:00:00.000Z";
  expect(readFilter(values, { since })).toEqual({
    kind: "outbound",
    channel: "sms",
    code: "131026",
    since,
  });
  expect(readFilter(new URLSearchParams("kind=everything"), {})).toEqual({});
});

test.each([
  { label: "no end ends now", until: undefined, want: "2026-11-21T12:00:00.000Z" },
  {
    label: "an end ends there",
    until: "2026-11-20T00:00:00.000Z",
    want: "2026-11-20T00:00:00.000Z",
  },
  {
    label: "an end to come ends now",
    until: "2027-01-01T00:00:00.000Z",
    want: "2026-11-21T12:00:00.000Z",
  },
])("all that match a filter with $label", ({ until, want }) => {
  const filter = { code: "131026", ...(until !== undefined && { until }) };
  expect(upTo(filter, NOW)).toEqual({ code: "131026", until: want });
});

describe("a plan", () => {
  const plan = {
    matched: 412,
    by_channel: { sms: 12, whatsapp: 399, evolution: 1 },
    by_reason: { channel_refused: 12, channel_uncertain: 400 },
  };

  test.each([
    {
      spoken: "en",
      deed: "replay",
      want: "412 will be replayed: 399 on whatsapp, 12 on sms and 1 on evolution. Continue?",
    },
    {
      spoken: "pt-BR",
      deed: "discard",
      want: "412 serão descartadas de vez: 399 no canal whatsapp, 12 no canal sms e 1 no canal evolution. Continuar?",
    },
  ] as const)("says in $spoken what a $deed would do", ({ spoken, deed, want }) => {
    language.value = spoken;
    expect(describePlan(deed, plan)).toBe(want);
  });

  test("of one letter names one channel", () => {
    const one = { matched: 1, by_channel: { sms: 1 } };
    expect(describePlan("replay", one)).toBe("1 will be replayed: 1 on sms. Continue?");
  });

  test("counts reasons, and warns of those after which something may have got through", () => {
    expect(reasonsOf(plan)).toEqual([
      { reason: "channel_uncertain", count: 400 },
      { reason: "channel_refused", count: 12 },
    ]);
    expect(mayHappenTwice(plan)).toBe(true);
    expect(mayHappenTwice({ by_reason: { channel_refused: 3 } })).toBe(false);
  });
});

describe("the messages of a webhook", () => {
  const deep = `${'{"a":'.repeat(5_000)}{"id":"wamid.deep-inside"}${"}".repeat(5_000)}`;
  test.each([
    {
      label: "the Cloud API's stand deep inside, accounts do not count",
      body: {
        object: "x",
        entry: [
          { id: "102290129340398", changes: [{ value: { messages: [{ id: "wamid.HBgN" }] } }] },
        ],
      },
      want: ["wamid.HBgN"],
    },
    {
      label: "Evolution's are in the key",
      body: { event: "messages.upsert", data: { key: { id: "3EB0A78D7EA5CE93" } } },
      want: ["3EB0A78D7EA5CE93"],
    },
    {
      label: "Event Grid's envelope has an id of its own, which is less likely",
      body: [{ id: "envelope-1", data: { messageId: "message-1" } }],
      want: ["message-1", "envelope-1"],
    },
    {
      label: "at most four are looked up, each once",
      body: ["a", "b", "c", "d", "e", "a"].map((letter) => ({ id: `wamid.${letter}${letter}` })),
      want: ["wamid.aa", "wamid.bb", "wamid.cc", "wamid.dd"],
    },
    { label: "there are none in what is no JSON", body: "a=1&b=2", want: [] },
    { label: "nesting of thousands of levels is not followed", body: deep, want: [] },
  ])("$label", ({ body, want }) => {
    expect(findMessageIds(typeof body === "string" ? body : JSON.stringify(body))).toEqual(want);
  });
});

test.each([
  {
    label: "is taken from an event's data",
    payload: { data: { conversation_id: "a655fc98-21bf-8933-9519-b706c959bfd2" } },
    want: "a655fc98-21bf-8933-9519-b706c959bfd2",
  },
  {
    label: "must be an id",
    payload: { data: { conversation_id: "javascript:alert(1)" } },
    want: undefined,
  },
  { label: "may be missing", payload: { data: null }, want: undefined },
  { label: "is not looked for in a text", payload: "data", want: undefined },
])("the conversation of an event $label", ({ payload, want }) => {
  expect(conversationIn(payload)).toBe(want);
});

test.each([
  { label: "a PNG in the text itself", text: "data:image/png;base64,iVBORw0KGgo=", isShown: true },
  { label: "a picture elsewhere", text: "https://evil.example/qr.png", isShown: false },
  {
    label: "an SVG, which may hold a script",
    text: "data:image/svg+xml;base64,PHN2Zz4=",
    isShown: false,
  },
  { label: "more than Base64", text: 'data:image/png;base64,iVBO" onerror="x', isShown: false },
  { label: "a line break at the end", text: "data:image/png;base64,iVBO\n", isShown: false },
  { label: "none", text: null, isShown: false },
])("a code to scan: $label", ({ text, isShown }) => {
  expect(readPicture(text)).toBe(isShown ? text : undefined);
});

test("a webhook's address is the public one, or made from the page's own", () => {
  const at = { webhook_path: "/webhooks/whatsapp/webhook" };
  const origin = "http://127.0.0.1:5006";
  expect([
    webhookAddress({ ...at, webhook_url: null }, origin),
    webhookAddress({ ...at, webhook_url: "https://bot.example/webhooks/whatsapp/webhook" }, origin),
  ]).toEqual([
    "http://127.0.0.1:5006/webhooks/whatsapp/webhook",
    "https://bot.example/webhooks/whatsapp/webhook",
  ]);
});

test.each([
  { word: "TIER_1K", en: "1,000 people", pt: "1.000 pessoas" },
  { word: "TIER_250", en: "250 people", pt: "250 pessoas" },
  { word: "TIER_100K", en: "100,000 people", pt: "100.000 pessoas" },
  { word: "2000", en: "2,000 people", pt: "2.000 pessoas" },
  { word: "TIER_UNLIMITED", en: "no limit", pt: "sem limite" },
  { word: "TIER_NOT_SET", en: "TIER_NOT_SET", pt: "TIER_NOT_SET" },
])("the limit $word is shown as $en", ({ word, en, pt }) => {
  expect(describeLimit(word)).toBe(en);
  language.value = "pt-BR";
  expect(describeLimit(word)).toBe(pt);
});

test("a quality is shown in words, and an unknown one as it is", () => {
  expect(["GREEN", "YELLOW", "RED", "constructor"].map((word) => describeQuality(word))).toEqual([
    { tone: "good", text: "good" },
    { tone: "warning", text: "medium" },
    { tone: "bad", text: "poor" },
    { tone: "neutral", text: "constructor" },
  ]);
});
