import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { hasServer } from "../database.ts";
import { type Balancer, startBalancer } from "../standins/balancer.ts";
import { textWebhook } from "../standins/graph-webhooks.ts";
import { until } from "../until.ts";
import type { BridgeProcess } from "./bridge-process.ts";
import { ACCOUNT, eventually, startWorld, type World } from "./world.ts";

const LIMIT_MS = 120_000;
const PEOPLE = 8;
/** Long enough for the balancer to ask some times, on a busy machine too. */
const DRAIN_MS = 1_500;

// A process of its own each needs a server; its absence is said once and the test is shown as skipped.
const onServer = (await hasServer()) ? test : test.skip;

const personOf = (n: number): string => `55619911200${String(n).padStart(2, "0")}`;

const textOf = (payload: unknown): string =>
  /"body":"([^"]*)"/.exec(JSON.stringify(payload))?.[1] ?? "";

let world: World | undefined;
let balancer: Balancer;

beforeAll(async () => {
  balancer = await startBalancer();
});

afterAll(async () => {
  await world?.close();
  await balancer.close();
});

interface Load {
  /** Messages of each person so far. */
  readonly posted: readonly number[];
  readonly failed: () => number;
  readonly stop: () => Promise<void>;
}

/** Each person writes the next message once the last one was taken. */
function startLoad({ graph }: World): Load {
  const posted = Array.from({ length: PEOPLE }, () => 0);
  const state = { isOver: false, failed: 0 };
  const write = async (person: number): Promise<void> => {
    while (!state.isOver) {
      const n = posted[person] ?? 0;
      const id = `wamid.${person}.${n}`;
      const body = textWebhook({ account: ACCOUNT, from: personOf(person), id, text: `m${n}` });
      const { rawBody, headers } = graph.signedWebhook(body);
      const status = await fetch(`${balancer.url}/webhooks/whatsapp/webhook`, {
        method: "POST",
        headers,
        body: new Uint8Array(rawBody),
      }).then(
        (answer) => answer.status,
        () => 0,
      );
      if (status !== 200) state.failed += 1;
      posted[person] = n + 1;
      await sleep(30);
    }
  };
  const writers = posted.map((_, person) => write(person));
  return {
    posted,
    failed: () => state.failed,
    stop: async () => {
      state.isOver = true;
      await Promise.all(writers);
    },
  };
}

/** Stops one as a service manager does, and starts another one in its place. */
async function restart(bridge: BridgeProcess, { startAnother }: World): Promise<void> {
  expect(await bridge.stop("SIGTERM")).toBe(0);
  balancer.remove(bridge.url);
  const next = await startAnother();
  balancer.add(next.url);
  await until(() => balancer.ready().includes(next.url));
}

onServer(
  "two processes that are restarted one after the other fail no call, lose nothing and keep every order",
  async () => {
    const settings = { server: { drain_ms: DRAIN_MS }, conversation: { flood_messages: 10_000 } };
    world = await startWorld({
      driver: "postgres",
      settings,
      bot: async (_sender, message) => {
        await sleep(20);
        return [{ text: `eco ${message}` }];
      },
    });
    const bridges = [world.bridge(), await world.startAnother()];
    for (const { url } of bridges) balancer.add(url);
    world.graph.deliverTo(`${balancer.url}/webhooks/whatsapp/webhook`);
    await until(() => balancer.ready().length === bridges.length);

    const load = startLoad(world);
    await until(() => load.posted.every((count) => count >= 5));
    for (const bridge of bridges) await restart(bridge, world);
    const soFar = [...load.posted];
    await until(() => load.posted.every((count, person) => count >= (soFar[person] ?? 0) + 3));
    await load.stop();

    expect({ calls: load.failed(), at: balancer.failed }).toEqual({ calls: 0, at: [] });
    const { graph, rasa } = world;
    const total = load.posted.reduce((sum, count) => sum + count, 0);
    await eventually(
      () => graph.sent.length >= total,
      () => ({ sent: graph.sent.length, total }),
    );
    await graph.settled();
    expect(graph.sent).toHaveLength(total);
    expect(rasa.overlaps()).toBe(0);
    for (const [person, count] of load.posted.entries()) {
      const texts = graph.sent
        .filter(({ to }) => to === `+${personOf(person)}`)
        .map(({ payload }) => textOf(payload));
      expect(texts).toEqual(Array.from({ length: count }, (_, n) => `eco m${n}`));
    }
    expect(graph.tries.filter(({ status }) => status !== 200)).toEqual([]);
  },
  LIMIT_MS,
);
