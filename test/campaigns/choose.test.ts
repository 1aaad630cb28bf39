import { expect, test } from "@jest/globals";
import { createMemoryCache } from "../../src/cache/memory.ts";
import { speedOf, takeRoom } from "../../src/campaigns/capacity.ts";
import { chooseAccount } from "../../src/campaigns/choose-account.ts";
import { isInHours } from "../../src/campaigns/hours.ts";

const known = (account: string, hasWritten: boolean) => ({
  contact_id: "c",
  account,
  identities: [],
  has_written: hasWritten,
});

test.each([
  { label: "a stranger: the roomiest", room: { a: 1, b: 3 }, known: [], want: "b" },
  { label: "equals: the first", room: { a: 2, b: 2 }, known: [], want: "a" },
  {
    label: "the account they wrote to",
    room: { a: 1, b: 3 },
    known: [known("a", true)],
    want: "a",
  },
  { label: "one they never wrote to", room: { a: 1, b: 3 }, known: [known("a", false)], want: "b" },
  { label: "theirs is away", room: { b: 3 }, known: [known("a", true)], want: "b" },
  {
    label: "theirs is full: they wait",
    room: { a: 0, b: 3 },
    known: [known("a", true)],
    want: null,
  },
  { label: "all are full", room: { a: 0 }, known: [], want: null },
  { label: "there is none", room: {}, known: [], want: null },
])("$label", ({ room, known: conversations, want }) => {
  const places = new Map(Object.entries(room));
  const choice = chooseAccount(places, conversations);
  expect(choice).toEqual(want === null ? { kind: "wait" } : { kind: "account", account: want });
  const left = want === null ? undefined : new Map<string, number>(Object.entries(room)).get(want);
  if (want !== null) expect(places.get(want)).toBe((left ?? 0) - 1);
});

const standing = (account: string, inFlight = 0) => ({
  account,
  is_connected: true,
  in_flight: inFlight,
});
const PAIR = { burst: 1, refillMs: 1 };
const FAST = { accountPerSecond: 100, pair: PAIR };
const LANE = { accountPerSecond: 100, pair: PAIR, lane: { gapMs: [0, 0] } } as const;

async function roomOf(changes: Partial<Parameters<typeof takeRoom>[1]>) {
  const room = await takeRoom(createMemoryCache(), {
    campaign: { id: "k", channel: "whatsapp" },
    ratePerSecond: null,
    limits: FAST,
    bulkShare: 0.8,
    standings: [standing("a")],
    ...changes,
  });
  return [...room.values()].reduce((total, places) => total + places, 0);
}

test.each([
  { label: "half a second of the account's share", changes: {}, want: 40 },
  { label: "half a second of its own rate", changes: { ratePerSecond: 20 }, want: 10 },
  { label: "one where it is slower than that", changes: { ratePerSecond: 0.5 }, want: 1 },
  {
    label: "of two accounts twice as many",
    changes: { standings: [standing("a"), standing("b")] },
    want: 80,
  },
  { label: "none while two seconds wait", changes: { standings: [standing("a", 160)] }, want: 0 },
  { label: "what is left of two seconds", changes: { standings: [standing("a", 155)] }, want: 5 },
  { label: "two in a lane", changes: { limits: LANE }, want: 2 },
  {
    label: "one where one waits in a lane",
    changes: { limits: LANE, standings: [standing("a", 1)] },
    want: 1,
  },
  {
    label: "none in a full lane",
    changes: { limits: LANE, standings: [standing("a", 2)] },
    want: 0,
  },
  { label: "none without accounts", changes: { standings: [] }, want: 0 },
  { label: "a channel without limits", changes: { limits: undefined }, want: 40 },
])("room: $label", async ({ changes, want }) => {
  expect(await roomOf(changes)).toBe(want);
});

test("the rest of a second comes with time, for campaigns of one account together", async () => {
  const cache = createMemoryCache({ now: () => 0 });
  const asking = {
    campaign: { id: "k", channel: "whatsapp" },
    ratePerSecond: null,
    limits: FAST,
    bulkShare: 0.8,
    standings: [standing("a")],
  };
  await takeRoom(cache, asking);
  const other = { ...asking, campaign: { id: "l", channel: "whatsapp" } };
  expect([...(await takeRoom(cache, other)).values()]).toEqual([0]);
  expect(speedOf({ ...asking, ratePerSecond: 500 })).toEqual({ perAccount: 80, perSecond: 80 });
});

const OFFICE = { from: "09:00", to: "18:00", time_zone: "America/Sao_Paulo" };

test.each([
  { label: "no hours", hours: null, at: "2026-11-22T05:00:00Z", want: true },
  { label: "at nine", hours: OFFICE, at: "2026-11-23T12:00:00Z", want: true },
  { label: "before nine", hours: OFFICE, at: "2026-11-23T11:59:59Z", want: false },
  { label: "at six", hours: OFFICE, at: "2026-11-23T21:00:00Z", want: false },
  {
    label: "on Sunday",
    hours: { ...OFFICE, days: [1, 2, 3, 4, 5] },
    at: "2026-11-22T15:00:00Z",
    want: false,
  },
  {
    label: "after midnight",
    hours: { ...OFFICE, from: "22:00", to: "02:00" },
    at: "2026-11-23T04:00:00Z",
    want: true,
  },
])("hours: $label", ({ hours, at, want }) => {
  expect(isInHours(hours, new Date(at))).toBe(want);
});
