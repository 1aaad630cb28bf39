import { afterEach, describe, expect, test } from "@jest/globals";
import { setTimeout as sleep } from "node:timers/promises";
import { textWebhook } from "../standins/graph-webhooks.ts";
import { hasServer } from "../database.ts";
import { ACCOUNT, eventually, listDrivers, startWorld, type World } from "./world.ts";

const LIMIT_MS = 120_000;
const PEOPLE = 8;
const EACH = 12;

const personOf = (n: number): string => `55619911100${String(n % PEOPLE).padStart(2, "0")}`;

/** A bot that answers after a while that differs from message to message. */
async function slowBot(_sender: string, message: string) {
  await sleep(5 + ((message.length * 37 + Number(message.slice(1)) * 91) % 60));
  return [{ text: `eco ${message}` }];
}

function answersTo(world: World, from: string): string[] {
  return world.graph.sent
    .filter(({ to }) => to === `+${from}`)
    .map(({ payload }) => /"body":"([^"]*)"/.exec(JSON.stringify(payload))?.[1] ?? "");
}

function expectOrder(world: World): void {
  for (let person = 0; person < PEOPLE; person += 1) {
    const want = Array.from({ length: EACH }, (_, turn) => `eco m${person + turn * PEOPLE}`);
    expect(answersTo(world, personOf(person))).toEqual(want);
  }
  expect(world.rasa.overlaps()).toBe(0);
}

const message = (n: number) =>
  textWebhook({ account: ACCOUNT, from: personOf(n), id: `wamid.${n}`, text: `m${n}` });

const total = PEOPLE * EACH;

const serverIsThere = await hasServer();

describe.each(await listDrivers())("order on $driver", ({ driver }) => {
  let world: World;
  afterEach(() => world.close());

  test(
    "a conversation is answered in arrival order through refusals, throttling and a bot that goes away",
    async () => {
      world = await startWorld({ driver, bot: slowBot });
      const refusal = { kind: "error", status: 500, code: 131016 } as const;
      const throttle = { kind: "error", status: 429, code: 130429 } as const;
      world.graph.script([refusal, { kind: "none" }, refusal, throttle, { kind: "none" }, refusal]);
      world.rasa.script({ kind: "status", status: 503 }, undefined, {
        kind: "status",
        status: 503,
      });
      for (let n = 0; n < total; n += 1) {
        if (n === 30) await world.rasa.stop();
        if (n === 50) await world.rasa.resume();
        expect(await world.post(message(n))).toBe(200);
      }
      await eventually(
        () => world.graph.sent.length >= total,
        () => world.graph.sent.length,
        60_000,
      );
      expectOrder(world);
      expect(world.graph.unused()).toEqual([]);
    },
    LIMIT_MS,
  );
});

describe("two processes on one database", () => {
  // A process of its own each needs a server; its absence is said once and the tests are shown as skipped.
  const onServer = serverIsThere ? test : test.skip;
  let world: World | undefined;
  afterEach(() => world?.close());

  onServer(
    "keep each conversation's order, and answer each message once however often it is delivered",
    async () => {
      world = await startWorld({ driver: "postgres", bot: slowBot });
      const bridges = [world.bridge(), await world.startAnother()];
      for (let n = 0; n < total; n += 1) {
        const copies = bridges.map((bridge) => world?.post(message(n), bridge));
        expect(await Promise.all([...copies, world.post(message(n))])).toEqual([200, 200, 200]);
      }
      const { graph } = world;
      await eventually(
        () => graph.sent.length >= total,
        () => graph.sent.length,
        60_000,
      );
      await sleep(500);
      expect(graph.sent).toHaveLength(total);
      expectOrder(world);
    },
    LIMIT_MS,
  );

  onServer(
    "survive that one of them is killed: the other takes over, in order, nothing twice",
    async () => {
      world = await startWorld({ driver: "postgres", bot: slowBot });
      const first = world.bridge();
      await world.start();
      for (let n = 0; n < total; n += 1) {
        if (n === total / 2) await first.stop("SIGKILL");
        const bridge = n < total / 2 && n % 2 === 0 ? first : world.bridge();
        expect(await world.post(message(n), bridge)).toBe(200);
      }
      const { graph } = world;
      await eventually(
        () => graph.sent.length >= total,
        () => graph.sent.length,
        60_000,
      );
      await graph.settled();
      expect(graph.sent).toHaveLength(total);
      expectOrder(world);
    },
    LIMIT_MS,
  );
});
