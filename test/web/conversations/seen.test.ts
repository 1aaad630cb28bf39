import { expect, test } from "@jest/globals";
import { isUnread, parseSeen, withSeen } from "../../../src/web/admin/conversations/seen.ts";

const NOW = new Date("2026-01-05T12:00:00.000Z");
const BEGUN = { since: NOW.toISOString(), read: {} };

test.each([
  null,
  "",
  "null",
  "7",
  "[]",
  "{",
  '{"since":3,"read":{}}',
  '{"since":"2026"}',
  '{"since":"2026","read":null}',
])("kept as %j, nothing was read before now", (kept) => {
  expect(parseSeen(kept, NOW)).toStrictEqual(BEGUN);
});

test("what was kept is read again, without what is no time", () => {
  const kept = JSON.stringify({ since: "2026-01-01", read: { a: "2026-01-02", b: 7 } });
  expect(parseSeen(kept, NOW)).toStrictEqual({ since: "2026-01-01", read: { a: "2026-01-02" } });
});

const last = (direction: "in" | "out", created_at: string) => ({
  id: "m",
  direction,
  status: "received" as const,
  text: "",
  content_type: "text",
  created_at,
});

test.each([
  ["nothing was said", null, false],
  ["we spoke last", last("out", "2026-01-06"), false],
  ["somebody wrote before this browser began", last("in", "2026-01-04"), false],
  ["somebody wrote since", last("in", "2026-01-06"), true],
])("where %s, unread is %3$s", (_label, message, want) => {
  expect(isUnread({ id: "a", last_message: message }, BEGUN)).toBe(want);
});

test("looking at a conversation reads it up to that message and never back", () => {
  const read = withSeen(BEGUN, "a", "2026-01-07");
  expect(isUnread({ id: "a", last_message: last("in", "2026-01-06") }, read)).toBe(false);
  expect(isUnread({ id: "a", last_message: last("in", "2026-01-08") }, read)).toBe(true);
  expect(withSeen(read, "a", "2026-01-01")).toBe(read);
});

test("the conversation that was looked at first is forgotten first", () => {
  let kept = withSeen(BEGUN, "first", "2026-01-06");
  for (let index = 0; index < 2_000; index += 1) kept = withSeen(kept, `c${index}`, "2026-01-06");
  expect(Object.keys(kept.read)).toHaveLength(2_000);
  expect(kept.read["first"]).toBeUndefined();
  expect(kept.read["c1999"]).toBeDefined();
});
