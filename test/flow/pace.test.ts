import { describe, expect, test } from "@jest/globals";
import { createMemoryCache } from "../../src/cache/memory.ts";
import { createPace, type Pace } from "../../src/flow/pace.ts";

const ana = { channel: "whatsapp", account: "1", contactId: "ana" };
const bia = { ...ana, contactId: "bia" };
const otherAccount = { ...ana, account: "2" };
const limits = { accountPerSecond: 20, pair: { burst: 3, refillMs: 6_000 } };
const wide = { accountPerSecond: 1_000, pair: { burst: 1_000, refillMs: 0 } };

function setUp() {
  const clock = { now: 1_000_000 };
  const now = () => clock.now;
  return { clock, pace: createPace(createMemoryCache({ now }), now) };
}

test("a pair has its burst, then one more each refill", async () => {
  const { clock, pace } = setUp();
  const waits: number[] = [];
  for (let sent = 0; sent < 4; sent += 1) waits.push(await pace.wait(ana, limits));
  expect(waits).toEqual([0, 0, 0, 6_000]);
  clock.now += 5_999;
  expect(await pace.wait(ana, limits)).toBe(1);
  clock.now += 1;
  expect(await pace.wait(ana, limits)).toBe(0);
});

test("one person's limit is nobody else's, nor that of the same person elsewhere", async () => {
  const { pace } = setUp();
  for (let sent = 0; sent < 3; sent += 1) await pace.wait(ana, limits);
  expect(await pace.wait(ana, limits)).toBe(6_000);
  expect(await pace.wait(bia, limits)).toBe(0);
  expect(await pace.wait(otherAccount, limits)).toBe(0);
});

test("an account sends a fifth of its second at once, then evenly, however many people there are", async () => {
  const { clock, pace } = setUp();
  const waits: number[] = [];
  for (let person = 0; person < 5; person += 1)
    waits.push(await pace.wait({ ...ana, contactId: `${person}` }, limits));
  expect(waits).toEqual([0, 0, 0, 0, 50]);
  expect(await pace.wait(otherAccount, limits)).toBe(0);
  clock.now += 50;
  expect(await pace.wait({ ...ana, contactId: "4" }, limits)).toBe(0);
});

test("a slow account still sends one at a time", async () => {
  const { pace } = setUp();
  const slow = { ...limits, accountPerSecond: 1 };
  expect(await pace.wait(ana, slow)).toBe(0);
  expect(await pace.wait(bia, slow)).toBe(1_000);
});

test("waiting for the account costs a person no place of their own", async () => {
  const { clock, pace } = setUp();
  for (const contactId of ["1", "2", "3", "4"]) await pace.wait({ ...ana, contactId }, limits);
  for (let look = 0; look < 10; look += 1) expect(await pace.wait(ana, limits)).toBe(50);
  clock.now += 1_000;
  const waits: number[] = [];
  for (let sent = 0; sent < 4; sent += 1) waits.push(await pace.wait(ana, limits));
  expect(waits).toEqual([0, 0, 0, 5_000]);
});

describe("a person who has to wait", () => {
  const once = { accountPerSecond: 20, pair: { burst: 1, refillMs: 6_000 } };
  const waitsOf = async (pace: Pace, people: readonly string[], isBulk = false) => {
    const waits: number[] = [];
    for (const contactId of people)
      waits.push(await pace.wait({ ...ana, contactId }, once, isBulk));
    return waits;
  };

  test("costs the account no place", async () => {
    const { pace } = setUp();
    expect(await waitsOf(pace, ["ana", "ana", "ana", "ana"])).toEqual([0, 6_000, 6_000, 6_000]);
    expect(await waitsOf(pace, ["1", "2", "3", "4"])).toEqual([0, 0, 0, 50]);
  });

  test("leaves a place for as long as a burst lasts, and no longer however often it is left", async () => {
    const { clock, pace } = setUp();
    const slow = { accountPerSecond: 1, pair: { burst: 1, refillMs: 6_000 } };
    await pace.wait(ana, slow);
    clock.now += 1_000;
    const waits: number[] = [];
    for (const ms of [0, 100, 99]) {
      clock.now += ms;
      waits.push(await pace.wait(ana, slow));
    }
    expect(waits).toEqual([5_000, 4_900, 4_801]);
    clock.now += 1;
    expect(await pace.wait(bia, slow)).toBe(800);
  });

  test("leaves a place of a reply to replies alone", async () => {
    const { pace } = setUp();
    expect(await waitsOf(pace, ["ana", "1", "2", "ana"])).toEqual([0, 0, 0, 6_000]);
    expect(await waitsOf(pace, ["3"], true)).toEqual([150]);
    expect(await waitsOf(pace, ["4"])).toEqual([0]);
  });
});

test("both limits are asked for at once", async () => {
  const cache = createMemoryCache();
  const asked: string[] = [];
  const { promise: answered, resolve } = Promise.withResolvers<number>();
  const reserve = (key: string) => {
    asked.push(key.split("\n")[0] ?? "");
    return answered;
  };
  const waiting = createPace({ ...cache, reserve }).wait(ana, limits);
  expect(asked).toEqual(["pair", "account"]);
  resolve(0);
  expect(await waiting).toBe(0);
});

test("a channel without limits waits for nothing but pauses", async () => {
  const { pace } = setUp();
  for (let sent = 0; sent < 100; sent += 1) expect(await pace.wait(ana, undefined)).toBe(0);
  pace.pause(ana, "account", 300);
  expect(await pace.wait(bia, undefined)).toBe(300);
});

test.each([
  { scope: "pair", want: { ana: 500, bia: 0, otherAccount: 0 } },
  { scope: "account", want: { ana: 500, bia: 500, otherAccount: 0 } },
] as const)("a pause of the $scope stops what it says", async ({ scope, want }) => {
  const { clock, pace } = setUp();
  pace.pause(ana, scope, 500);
  expect({
    ana: await pace.wait(ana, wide),
    bia: await pace.wait(bia, wide),
    otherAccount: await pace.wait(otherAccount, wide),
  }).toEqual(want);
  clock.now += 499;
  expect(await pace.wait(ana, wide)).toBe(1);
  clock.now += 1;
  expect(await pace.wait(ana, wide)).toBe(0);
});

test("a shorter pause does not end a longer one, and the longer of two scopes counts", async () => {
  const { pace } = setUp();
  pace.pause(ana, "account", 500);
  pace.pause(ana, "account", 100);
  pace.pause(ana, "pair", 900);
  expect(await pace.wait(bia, wide)).toBe(500);
  expect(await pace.wait(ana, wide)).toBe(900);
});

test("a paused send is not counted", async () => {
  const { clock, pace } = setUp();
  pace.pause(ana, "pair", 100);
  for (let look = 0; look < 10; look += 1) expect(await pace.wait(ana, limits)).toBe(100);
  clock.now += 100;
  const waits: number[] = [];
  for (let sent = 0; sent < 4; sent += 1) waits.push(await pace.wait(ana, limits));
  expect(waits).toEqual([0, 0, 0, 6_000]);
});

test("bulk leaves half the burst to everybody else", async () => {
  const { clock, pace } = setUp();
  const waits: number[] = [];
  const send = async (contactId: string, isBulk: boolean) =>
    waits.push(await pace.wait({ ...ana, contactId }, limits, isBulk));
  for (const contactId of ["1", "2", "3"]) await send(contactId, true);
  expect(waits.splice(0)).toEqual([0, 0, 50]);
  for (const contactId of ["4", "5", "6"]) await send(contactId, false);
  expect(waits.splice(0)).toEqual([0, 0, 50]);
  await send("3", true);
  expect(waits.splice(0)).toEqual([150]);
  clock.now += 150;
  await send("3", true);
  expect(waits).toEqual([0]);
});

test("what one process is told to pause, all do, until one is told that it works again", async () => {
  const clock = { now: 1_000_000 };
  const now = () => clock.now;
  const shared = createMemoryCache({ now });
  const [told, other] = [createPace(shared, now), createPace(shared, now)];
  told.pause(ana, "account", 500);
  told.pause(bia, "pair", 900);
  expect([await other.wait(ana, limits), await other.wait(bia, limits)]).toEqual([500, 900]);
  other.resume(ana);
  expect(await other.wait(ana, limits)).toBe(0);
  clock.now += 600;
  expect([await told.wait(ana, limits), await other.wait(bia, limits)]).toEqual([0, 300]);
});

test("a pause that cannot be shared still holds here", async () => {
  const away = () => Promise.reject(new Error("away"));
  const pace = createPace({ ...createMemoryCache(), block: away, unblock: away });
  pace.pause(ana, "account", 60_000);
  expect(await pace.wait(bia, limits)).toBeGreaterThan(0);
  pace.resume(ana);
  expect(await pace.wait(bia, limits)).toBe(0);
});

test("places held for people who never come back are not kept for ever", async () => {
  const { pace } = setUp();
  const once = { accountPerSecond: 1, pair: { burst: 1, refillMs: 60_000 } };
  expect(await pace.wait(bia, once)).toBe(0);
  expect(await pace.wait(ana, once)).toBe(1_000);
  for (let person = 0; person < 10_000; person += 1)
    await pace.wait({ ...ana, contactId: `${person}` }, once);
  expect(await pace.wait(ana, once)).toBe(60_000);
});
