import { expect, test } from "@jest/globals";
import { readFilters } from "../../../src/web/admin/conversations/filters.ts";
import {
  besideName,
  nameOf,
  newKey,
  showIdentity,
  stateOf,
  windowLeft,
} from "../../../src/web/admin/conversations/who.ts";
import { nameRequest } from "../../../src/web/admin/conversations/compose/draft.ts";

test.each([
  [null, undefined],
  ["5561991112222", "+5561991112222"],
  ["+55 61 9****-2222", "+55 61 9****-2222"],
  ["ana", "ana"],
  ["12", "12"],
])("%j is shown as %j", (identity, want) => {
  expect(showIdentity(identity)).toBe(want);
});

test("a conversation is called by its person, else by the number, else by nobody's name", () => {
  const named = { contact_name: "Ana", identity: "5561991112222" };
  expect([nameOf(named), besideName(named)]).toStrictEqual(["Ana", "+5561991112222"]);
  const bare = { contact_name: null, identity: "5561991112222" };
  expect([nameOf(bare), besideName(bare)]).toStrictEqual(["+5561991112222", undefined]);
  expect(nameOf({ contact_name: null, identity: null })).toBe("Unknown person");
});

test("who wants nothing is answered by nobody, paused or not", () => {
  expect(stateOf({ opted_out: true, paused: true })).toBe("opted_out");
  expect(stateOf({ opted_out: false, paused: true })).toBe("human");
  expect(stateOf({ opted_out: false, paused: false })).toBe("bot");
});

const EXPIRES = "2026-01-05T12:00:00.000Z";
const before = Date.parse("2026-01-05T11:00:00.000Z");

test.each([
  ["without a window", true, null, null],
  ["before the first message", false, null, 0],
  ["while it is open", true, EXPIRES, 3_600_000],
  ["where the provider closed it", false, EXPIRES, 0],
])("%s the time left is %4$j", (_label, window_open, window_expires_at, want) => {
  expect(windowLeft({ window_open, window_expires_at }, before)).toBe(want);
});

test("a window that ran out while somebody looked has no time left", () => {
  const open = { window_open: true, window_expires_at: EXPIRES };
  expect(windowLeft(open, Date.parse(EXPIRES) + 1)).toBe(0);
});

test("the address's filters are taken only as far as they are known", () => {
  const address = new URLSearchParams("q=%20&channel=whatsapp&state=asleep&trouble=yes&x=1");
  expect(readFilters(address)).toEqual({ channel: "whatsapp" });
  expect(readFilters(new URLSearchParams("state=human&trouble=true&q=ana"))).toEqual({
    q: "ana",
    state: "human",
    trouble: "true",
  });
});

test("the same content keeps its name until it is done, and other content gets another", () => {
  const first = nameRequest(null, '{"text":"a b"}');
  expect(nameRequest(first.kept, '{"text":"a b"}').key).toBe(first.key);
  expect(nameRequest(first.kept, '{"text":"c"}').key).not.toBe(first.key);
  expect(nameRequest(" broken", " broken").key).toMatch(/^[0-9a-f]{32}$/);
  expect(newKey()).not.toBe(newKey());
});
