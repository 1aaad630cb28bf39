import { expect, test } from "@jest/globals";
import type { Message } from "../../../src/web/shared/api-types.ts";
import {
  meets,
  mergeMessages,
  startOfDay,
  withDays,
} from "../../../src/web/admin/conversations/timeline/merge.ts";

const at = (minute: number) => new Date(Date.UTC(2026, 0, 5, 12, minute)).toISOString();

/** Rows named by a letter and the minute they were made in, as in `a1 b2`. */
const rows = (text: string) =>
  text
    .split(" ")
    .filter((part) => part !== "")
    .map((part) => ({ id: part.slice(0, 1), created_at: at(Number(part.slice(1))) }));

const named = (all: readonly { readonly id: string }[]) => all.map(({ id }) => id).join("");

test.each([
  ["", "", ""],
  ["", "b2 a1", "ab"],
  ["c3 d4", "b2 a1", "abcd"],
  ["a1 b2", "d4 c3", "abcd"],
  ["a1 b2 c3", "d4 c3 b2", "abcd"],
  ["a1 c3", "b2", "abc"],
  ["a1 b1", "c1", "abc"],
  ["b1 c1", "a1", "abc"],
])("%j and a page of %j are %j", (known, page, want) => {
  expect(named(mergeMessages(rows(known), rows(page)))).toBe(want);
});

test("what was read now replaces what was known", () => {
  const [known] = rows("a1");
  const merged = mergeMessages(
    [{ ...known, id: "a", created_at: at(1), status: "sent" }],
    [{ ...known, id: "a", created_at: at(1), status: "read" }],
  );
  expect(merged).toStrictEqual([{ id: "a", created_at: at(1), status: "read" }]);
});

test("pages that share a row leave no hole", () => {
  expect(meets(rows("a1 b2"), rows("b2 c3"))).toBe(true);
  expect(meets(rows("a1"), rows("c3"))).toBe(false);
  expect(meets([], rows("c3"))).toBe(true);
});

const message = (id: string, minute: number, more: Partial<Message> = {}): Message => ({
  id,
  conversation_id: "c",
  contact_id: "k",
  channel: "whatsapp",
  account: "1",
  direction: "out",
  status: "sent",
  external_id: null,
  in_reply_to: null,
  fallback_of: null,
  origin: "reply",
  text: id,
  content: null,
  payload: null,
  notes: [],
  attempt_count: 1,
  error: null,
  pricing: null,
  created_at: at(minute),
  sending_at: null,
  uncertain_at: null,
  sent_at: null,
  delivered_at: null,
  read_at: null,
  failed_at: null,
  template_name: null,
  template_language: null,
  campaign_id: null,
  recipient_id: null,
  correlation_id: null,
  part_of: null,
  held_for: null,
  held_until: null,
  ...more,
});

test("every day has one heading, and messages of one answer stand in the order in which they left", () => {
  const day = 24 * 60;
  const items = withDays([
    message("a", 0),
    message("b", 1, { sent_at: at(9) }),
    message("c", 1, { sent_at: at(8) }),
    message("d", 1),
    message("e", day),
  ]);
  expect(items.map(({ kind, key }) => (kind === "day" ? "day" : key))).toStrictEqual([
    "day",
    "a",
    "c",
    "b",
    "d",
    "day",
    "e",
  ]);
});

test.each(["", "yesterday", "2026-13-01", "2026-02-3", "20260203"])("%j is no day", (day) => {
  expect(startOfDay(day)).toBeUndefined();
});

test("a day begins at midnight of the reader", () => {
  const begin = new Date(startOfDay("2026-02-03") ?? "");
  expect([begin.getHours(), begin.getDate(), begin.getMonth()]).toStrictEqual([0, 3, 1]);
});
