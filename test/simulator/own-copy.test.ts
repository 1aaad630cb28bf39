import { beforeEach, describe, expect, test } from "@jest/globals";
import { withFallback } from "../../src/cache/fallback.ts";
import { createMemoryCache } from "../../src/cache/memory.ts";
import { createBehaviours } from "../../src/simulator/behaviours.ts";
import { withOwnCopy } from "../../src/simulator/own-copy.ts";

/** Two processes that share a cache, which may be away for one of them. */

let now = 0;
let isAway = false;
const clock = (): number => now;

const HOUR_MS = 3_600_000;

function twoProcesses() {
  const server = createMemoryCache({ now: clock });
  const reachable = new Proxy(server, {
    get: (target, name, receiver) =>
      isAway ? () => Promise.reject(new Error("away")) : Reflect.get(target, name, receiver),
  });
  const caches = [reachable, server].map((first) =>
    withFallback(first, createMemoryCache({ now: clock }), { pauseMs: 1_000, now: clock }),
  );
  const [mine, other] = caches.map((cache) => withOwnCopy(cache, clock));
  if (mine === undefined || other === undefined) throw new Error("there are two");
  return { mine, other, server };
}

beforeEach(() => {
  now = 1_000;
  isAway = false;
});

describe("what a process was told", () => {
  test("is known to the other one", async () => {
    const { mine, other } = twoProcesses();
    await mine.set("key", "a", HOUR_MS);
    expect(await other.get("key")).toBe("a");
  });

  test("while the shared cache was away is still known once it is back", async () => {
    const { mine } = twoProcesses();
    isAway = true;
    await mine.set("key", "a", HOUR_MS);
    isAway = false;
    now += 2_000;
    expect(await mine.get("key")).toBe("a");
  });

  test("is known while the shared cache is away", async () => {
    const { mine } = twoProcesses();
    await mine.set("key", "a", HOUR_MS);
    isAway = true;
    expect(await mine.get("key")).toBe("a");
  });

  test("last is what holds, though the shared cache missed it", async () => {
    const { mine } = twoProcesses();
    await mine.set("key", "old", HOUR_MS);
    isAway = true;
    now += 1;
    await mine.set("key", "new", HOUR_MS);
    isAway = false;
    now += 2_000;
    expect(await mine.get("key")).toBe("new");
    isAway = true;
    now += 1;
    await mine.remove("key");
    isAway = false;
    now += 2_000;
    expect(await mine.get("key")).toBeUndefined();
  });

  test("gives way to what the other process was told later", async () => {
    const { mine, other } = twoProcesses();
    await mine.set("key", "a", HOUR_MS);
    now += 1;
    await other.set("key", "b", HOUR_MS);
    expect(await mine.get("key")).toBe("b");
    now += 1;
    await other.remove("key");
    expect(await mine.get("key")).toBeUndefined();
  });

  test("is forgotten when its time is over", async () => {
    const { mine } = twoProcesses();
    await mine.set("key", "a", HOUR_MS);
    now += HOUR_MS;
    expect(await mine.get("key")).toBeUndefined();
  });
});

test.each(["{", "null", '{"ticks":"auto"}'])(
  "what another version wrote counts as nothing: %s",
  async (text) => {
    const { mine, server } = twoProcesses();
    await server.set("key", text, HOUR_MS);
    expect(await mine.get("key")).toBeUndefined();
  },
);

test("a provider that was told to fail does so though the shared cache came later", async () => {
  const { mine } = twoProcesses();
  const behaviours = createBehaviours(mine);
  isAway = true;
  await behaviours.change("simulator", "5561987654321", { failCode: "131047" });
  isAway = false;
  now += 2_000;
  expect(await behaviours.read("simulator", "5561987654321")).toMatchObject({ failCode: "131047" });
});
