import { expect, test } from "@jest/globals";
import type { Channel } from "../../src/channels/channel.ts";
import type { Claimed, InboxRow } from "../../src/db/mailbox.ts";
import { createBursts, MAX_BURST } from "../../src/flow/burst.ts";
import type { InboundMessage } from "../../src/messages.ts";
import { CHANNEL, textMessage } from "../db/scene.ts";
import { claimedWith, defaultSettings, plainChannel } from "./scene.ts";

const START = Date.parse("2026-11-21T10:00:00.000Z");
const time = (ms: number) => new Date(START + ms).toISOString();

type Changes = Partial<ReturnType<typeof defaultSettings>["conversation"]>;

function burstsOf(changes: Changes, channel: Partial<Channel> = {}) {
  const settings = defaultSettings();
  const conversation = { ...settings.conversation, ...changes };
  return createBursts(
    { ...settings, conversation },
    new Map([[CHANNEL, { channel: plainChannel(channel) }]]),
  );
}

const web = {
  protocol: "http",
  allowedOrigins: ["*"],
  waitMs: 1_000,
  perMinute: { sender: 60, address: 600 },
} as const;

let count = 0;
/** A row that arrived so many milliseconds after the start. */
function row(text: string, ms = 0, changes: Partial<InboxRow> = {}): InboxRow {
  count += 1;
  const message = { ...textMessage(`wamid.${count}`, text), sentAt: time(ms) };
  const id = String(count);
  return { id, messageId: id, message, receivedAt: time(ms), emitted: false, ...changes };
}

function tap(ms: number): InboxRow {
  const given = row("/sim", ms);
  const content = { type: "choice", source: "button", payload: "/sim", title: "Sim" } as const;
  return { ...given, message: { ...given.message, content } };
}

const conversation = claimedWith({ quietMs: 0 });

/** The texts of all turns that the rows become. */
function turns(
  rows: readonly InboxRow[],
  changes: Changes,
  channel: Partial<Channel> = {},
  claimed: Partial<Claimed> = {},
): readonly string[] {
  const { next } = burstsOf(changes, channel);
  const texts: string[] = [];
  for (let left = rows; left.length > 0;) {
    const burst = next({ ...conversation, ...claimed }, left);
    texts.push(burst.row.message.text);
    left = burst.rest;
  }
  return texts;
}

const on = { debounceMs: 1_000 };

test.each([
  {
    label: "texts that follow quickly are one question",
    rows: () => [row("oi", 0), row("tudo bem?", 900), row("quero saber", 1_900)],
    want: ["oi\ntudo bem?\nquero saber"],
  },
  {
    label: "a text after a pause is the next one",
    rows: () => [row("oi", 0), row("e aí?", 1_001)],
    want: ["oi", "e aí?"],
  },
  {
    label: "nothing is gathered beyond the longest wait",
    rows: () => [row("1", 0), row("2", 900), row("3", 1_800), row("4", 2_100)],
    changes: { ...on, debounceMaxMs: 2_000 },
    want: ["1\n2\n3", "4"],
  },
  {
    label: "a command stands alone, and the texts around it do not meet",
    rows: () => [row("oi", 0), row("/stop", 100), row("volta", 200), row("agora", 300)],
    want: ["oi", "/stop", "volta\nagora"],
  },
  {
    label: "a tap stands alone",
    rows: () => [row("oi", 0), tap(100), row("obrigado", 200)],
    want: ["oi", "/sim", "obrigado"],
  },
  {
    label: "off, each text is a question of its own",
    rows: () => [row("oi", 0), row("tudo bem?", 1)],
    changes: {},
    want: ["oi", "tudo bem?"],
  },
  {
    label: "a channel's own wait wins",
    rows: () => [row("oi", 0), row("tudo bem?", 1)],
    changes: { ...on, debounceChannels: { [CHANNEL]: 0 } },
    want: ["oi", "tudo bem?"],
  },
  {
    label: "a web client waits for the answer to each message",
    rows: () => [row("oi", 0), row("tudo bem?", 1)],
    channel: { web },
    want: ["oi", "tudo bem?"],
  },
  {
    label: "what piled up is joined however far apart, where that is asked for",
    rows: () => [row("oi", 0), row("alguém?", 60_000), row("/help", 61_000)],
    changes: { joinWaiting: true },
    want: ["oi\nalguém?", "/help"],
  },
  {
    label: "a number that answers the last menu is a tap",
    rows: () => [row("2", 0), row("por favor", 100)],
    channel: { typedChoices: true },
    claimed: {
      menu: [
        { title: "Sim", payload: "/a" },
        { title: "Não", payload: "/b" },
      ],
    },
    want: ["2", "por favor"],
  },
  {
    label: "a burst that is too long for one question becomes two",
    rows: () => [row("a".repeat(9_000), 0), row("b".repeat(9_000), 1)],
    want: ["a".repeat(9_000), "b".repeat(9_000)],
  },
  {
    label: "what came too late is not answered in the company of what did not",
    rows: () => [
      row("ontem", 0, { receivedAt: time(90_000_000) }),
      row("hoje", 90_000_000, { receivedAt: time(90_000_000) }),
    ],
    want: ["ontem", "hoje"],
  },
  {
    label: "what was begun before a crash is apart from what came since",
    rows: () => [
      row("novo", 0),
      row("oi", 10, { emitted: true }),
      row("tudo bem?", 20, { emitted: true }),
      row("mais", 30),
    ],
    want: ["oi\ntudo bem?", "novo\nmais"],
  },
])("$label", ({ rows, changes = on, channel = {}, claimed = {}, want }) => {
  expect(turns(rows(), changes, channel, claimed)).toEqual(want);
});

test("a burst carries the last message's id and the earlier rows as they came", () => {
  const rows = [row("oi", 0), row("tudo bem?", 10)];
  const burst = burstsOf(on).next(conversation, rows);
  expect(burst.row).toMatchObject({ id: rows[1]?.id, earlier: [rows[0]] });
  expect(burst.row.message.externalId).toBe(rows[1]?.message.externalId);
});

test("a message by itself is left as it is", () => {
  const only = row("oi");
  expect(burstsOf(on).next(conversation, [only]).row).toBe(only);
});

test("two hundred texts are one question, one more begins the next", () => {
  const rows = Array.from({ length: MAX_BURST + 1 }, (_, index) => row(String(index), index));
  const [first, ...others] = turns(rows, on);
  expect(first?.split("\n")).toHaveLength(MAX_BURST);
  expect(others).toEqual([String(MAX_BURST)]);
});

const image: InboundMessage = {
  ...textMessage("wamid.image", "olhe"),
  content: { type: "unsupported", providerType: "image" },
};

test.each([
  {
    label: "a text waits eight times the pause at most",
    message: textMessage("1", "oi"),
    want: { waitMs: 1_000, maxMs: 8_000 },
  },
  {
    label: "the longest wait is never shorter than the pause",
    message: textMessage("1", "oi"),
    changes: { ...on, debounceMaxMs: 10 },
    want: { waitMs: 1_000, maxMs: 1_000 },
  },
  {
    label: "a command ends the burst",
    message: textMessage("1", "sair"),
    want: { waitMs: 0, maxMs: 0 },
  },
  { label: "a file ends the burst", message: image, want: { waitMs: 0, maxMs: 0 } },
  { label: "nothing waits where it is off", message: textMessage("1", "oi"), changes: {} },
  {
    label: "joining what waits makes nothing wait",
    message: textMessage("1", "oi"),
    changes: { joinWaiting: true },
  },
  { label: "a web client does not wait", message: textMessage("1", "oi"), channel: { web } },
])("$label", ({ message, changes = on, channel = {}, want }) => {
  expect(burstsOf(changes, channel).gather(CHANNEL, message)).toEqual(want);
});
