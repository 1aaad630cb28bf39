import { expect, test } from "@jest/globals";
import { renderReplies } from "../../src/flow/render-replies.ts";
import type { Reply } from "../../src/messages.ts";
import { plainChannel } from "./scene.ts";

const to = { account: "1", identities: [{ kind: "phone", value: "5561991112222" }] } as const;
const options = { mergeTexts: false, answered: "wamid.in" };

/** A channel that keeps what it is asked to render and makes one message of each. */
function watchedChannel(overrides: Parameters<typeof plainChannel>[0] = {}) {
  const given: Reply[] = [];
  const channel = plainChannel({
    render: (reply) => {
      given.push(reply);
      const message = { payload: reply, text: reply.text ?? "", notes: [], needsWindow: true };
      return { messages: [message], notes: [], kept: [] };
    },
    ...overrides,
  });
  return { given, channel };
}

test.each([
  {
    label: "a reaction without a target is one to the answered message",
    custom: { type: "reaction", emoji: "👍" },
    want: { type: "reaction", emoji: "👍", message_id: "wamid.in" },
  },
  {
    label: "a reaction with a target keeps it",
    custom: { type: "reaction", emoji: "👍", message_id: "wamid.old" },
    want: { type: "reaction", emoji: "👍", message_id: "wamid.old" },
  },
  {
    label: "other custom data is left alone",
    custom: { type: "sticker" },
    want: { type: "sticker" },
  },
  { label: "custom data without a type is left alone", custom: { a: 1 }, want: { a: 1 } },
  { label: "custom data that is no object is left alone", custom: "x", want: "x" },
  { label: "a custom part that is null is left alone", custom: null, want: null },
])("$label", ({ custom, want }) => {
  const { given, channel } = watchedChannel();
  renderReplies(channel, [{ custom }], to, options);
  expect(given).toEqual([{ custom: want }]);
});

test("the ids of a turn's messages sort in their order: pages of one moment are read by id", () => {
  const { channel } = watchedChannel();
  const replies = Array.from({ length: 12 }, (_, index) => ({ text: `${index}` }));
  const { rows } = renderReplies(channel, replies, to, options);
  const ids = rows.map(({ id }) => id);
  expect(ids).toEqual(ids.toSorted());
  expect(rows.map(({ text }) => text)).toEqual(replies.map(({ text }) => text));
});

test("the rows keep the order of the replies and what the channel says of each", () => {
  const channel = plainChannel({
    render: ({ text = "" }) => ({
      messages: ["a", "b"].map((part) => ({
        payload: { part: `${text}${part}` },
        text: `${text}${part}`,
        notes: [{ code: "text_split", detail: "cut\u0000" }],
        needsWindow: part === "a",
      })),
      notes: [{ code: "custom_unknown", detail: text }],
      kept: [{ id: `k${text}`, payload: text }],
    }),
  });
  const { rows, kept, notes } = renderReplies(channel, [{ text: "1" }, { text: "2" }], to, options);
  const row = (text: string, needsWindow: boolean) => ({
    id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    status: "queued",
    payload: { part: text },
    text,
    notes: [{ code: "text_split", detail: "cut" }],
    needsWindow,
  });
  expect(rows).toEqual([row("1a", true), row("1b", false), row("2a", true), row("2b", false)]);
  expect(new Set(rows.map(({ id }) => id)).size).toBe(4);
  expect(kept).toEqual([
    { id: "k1", payload: "1" },
    { id: "k2", payload: "2" },
  ]);
  expect(notes.map(({ detail }) => detail)).toEqual(["1", "2"]);
});

test.each([
  { delivery: "push", want: "queued" },
  { delivery: "collect", want: "sent" },
] as const)("a row of a channel that is $delivery begins as $want", ({ delivery, want }) => {
  const { channel } = watchedChannel({ delivery });
  const { rows } = renderReplies(channel, [{ text: "oi" }], to, options);
  expect(rows.map(({ status }) => status)).toEqual([want]);
});

test.each([
  { mergeTexts: true, want: [{ text: "a\n\nb" }] },
  { mergeTexts: false, want: [{ text: "a" }, { text: "b" }] },
])("texts are merged only where asked for: $mergeTexts", ({ mergeTexts, want }) => {
  const { given, channel } = watchedChannel();
  renderReplies(channel, [{ text: "a" }, { text: "b" }], to, { ...options, mergeTexts });
  expect(given).toEqual(want);
});

test("what no store takes never reaches a row", () => {
  const { channel } = watchedChannel();
  const [row] = renderReplies(channel, [{ text: "a\u0000\uD83D" }], to, options).rows;
  expect(row).toMatchObject({ text: "a\uFFFD", payload: { text: "a\uFFFD" } });
});
