import { expect, test } from "@jest/globals";
import type { ChannelEvent } from "../../src/messages.ts";
import { planGroups, splitGroup, writersIn } from "../../src/spool/lanes.ts";
import { textFrom, webhookOf } from "./samples.ts";

const item = (name: string, events: readonly ChannelEvent[], channel = "evolution") => ({
  name,
  spooled: {
    at: "2026-11-22T12:00:00.000Z",
    version: "1",
    webhook: webhookOf(name, { channel, result: { kind: "events", events } }),
  },
});

const text = (name: string, account: string, channel?: string) =>
  item(name, [textFrom("5511999990000", name, account)], channel);

const status = (name: string) =>
  item(name, [
    {
      kind: "status",
      account: "one",
      externalId: name,
      status: "read",
      at: "2026-11-22T12:00:00.000Z",
      identities: [],
    },
  ]);

const groupsOf = (items: readonly ReturnType<typeof item>[]) =>
  planGroups(items).map((group) => group.items.map(({ name }) => name));

const lanesOf = (items: readonly ReturnType<typeof item>[], contacts?: readonly string[]) =>
  planGroups(items).flatMap((group) =>
    splitGroup(group, contacts).map((lane) => lane.map(({ name }) => name)),
  );

test("messages of one conversation go one after another, those of others beside them", () => {
  const items = [text("a1", "one"), text("b1", "two"), text("a2", "one"), text("c1", "one", "sms")];
  expect(lanesOf(items, ["ana", "ana", "ana", "ana"])).toEqual([["a1", "a2"], ["b1"], ["c1"]]);
});

test("whoever the database takes for one person is one, under whatever names", () => {
  const items = [text("a1", "one"), text("b1", "one"), text("a2", "one")];
  expect(lanesOf(items, ["ana", "bia", "ana"])).toEqual([["a1", "a2"], ["b1"]]);
});

test("where nobody knows who is who, nobody overtakes anybody", () => {
  const items = [text("a1", "one"), status("s1"), text("b1", "two")];
  expect(lanesOf(items)).toEqual([["a1", "b1"], ["s1"]]);
});

test("statuses wait for nobody, and need no person", () => {
  const items = [text("a1", "one"), status("s1"), status("s2"), text("a2", "one")];
  expect(lanesOf(items, ["ana", "ana"])).toEqual([["a1", "a2"], ["s1"], ["s2"]]);
  expect(planGroups(items).flatMap(writersIn)).toHaveLength(2);
});

test("what concerns a person on every account, or several people, stands alone", () => {
  const previous = { kind: "phone", value: "1" } as const;
  const change = item("i", [
    { kind: "identity", account: "one", externalId: "i", previous, current: [] },
  ]);
  const both = item("m", [textFrom("1", "x", "one"), textFrom("2", "y", "one")]);
  const items = [text("a1", "one"), change, text("a2", "one"), both, text("a3", "two")];
  expect(groupsOf(items)).toEqual([["a1"], ["i"], ["a2"], ["m"], ["a3"]]);
});

test("so many at a time, and no more", () => {
  const items = Array.from({ length: 600 }, (_, n) => status(`s${n}`));
  expect(planGroups(items).map((group) => group.items.length)).toEqual([256, 256, 88]);
});
