import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { hasServer } from "../database.ts";
import { ACCOUNT } from "../e2e/world.ts";
import { textWebhook } from "../standins/graph-webhooks.ts";
import type { Fault, FaultFigures, Size } from "./fault.ts";
import { timed } from "./marks.ts";
import { openScene, type Scene } from "./scene.ts";
import { createCalls } from "./t10-calls.ts";

const HEAD = "POST /webhooks/whatsapp/webhook HTTP/1.1\r\nHost: bridge\r\nX-Slow: ";

/** Milliseconds after which a slow connection has to be gone. */
const CLOSED_WITHIN_MS = 20_000;

const AT_ONCE = 8;

const hasDatabase = await hasServer();

/** Callers that write one byte of a header each second. */
interface Slow {
  readonly open: () => number;
  /** How long the connections lived that were ended from the other side, milliseconds. */
  readonly lives: readonly number[];
  readonly end: () => void;
}

async function openSlow(port: number, count: number): Promise<Slow> {
  const sockets = new Set<Socket>();
  const lives: number[] = [];
  const state = { isOver: false };
  const opened = Array.from({ length: count }, () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const since = performance.now();
    const socket = connect(port, "127.0.0.1", () => {
      socket.write(HEAD);
      resolve();
    });
    socket.on("error", () => undefined);
    // Whatever is answered is read, so that the end of the connection is noticed.
    socket.resume().once("close", () => {
      sockets.delete(socket);
      if (!state.isOver) lives.push(performance.now() - since);
      resolve();
    });
    sockets.add(socket);
    return promise;
  });
  await Promise.all(opened);
  const drip = setInterval(() => {
    for (const socket of sockets) socket.write("x");
  }, 1_000);
  return {
    open: () => sockets.size,
    lives,
    end: () => {
      state.isOver = true;
      clearInterval(drip);
      for (const socket of sockets) socket.destroy();
    },
  };
}

interface Usual {
  readonly taken: number;
  readonly p99Ms: number;
}

/** Genuine webhooks while whatever happens. */
async function sendUsual(scene: Scene, word: string, count: number): Promise<Usual> {
  const calls = createCalls(AT_ONCE);
  const url = `${scene.world.bridge().url}/webhooks/whatsapp/webhook`;
  const times: number[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < count) {
      const n = String((next += 1));
      const inbound = {
        account: ACCOUNT,
        from: "5561955550003",
        id: `wamid.${word}-${n}`,
        text: n,
      };
      const { rawBody, headers } = scene.world.graph.signedWebhook(textWebhook(inbound));
      const { status, ms } = await calls.post(url, headers, rawBody);
      if (status === 200) times.push(ms);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  calls.close();
  const sorted = times.toSorted((a, b) => a - b);
  return { taken: times.length, p99Ms: sorted[Math.floor(sorted.length * 0.99)] ?? 0 };
}

/** Holds connections open that never get to the end of their headers, beside genuine webhooks. */
async function run(size: Size): Promise<FaultFigures> {
  const scene = await openScene({ takesOnly: true });
  const held = size.of(1_000, 100);
  const count = size.of(20_000, 100);
  let slow: Slow | undefined;
  try {
    await sendUsual(scene, "warm", count);
    const before = await sendUsual(scene, "before", count);
    const port = Number(new URL(scene.world.bridge().url).port);
    const since = performance.now();
    slow = await openSlow(port, held);
    const during = await sendUsual(scene, "during", count);
    const stillOpen = slow.open();
    if (!size.isShort)
      while (slow.open() > 0 && performance.now() - since < 4 * CLOSED_WITHIN_MS) await sleep(100);
    const longest = Math.max(0, ...slow.lives);
    const gone = slow.open() === 0;
    return {
      rounds: 1,
      acknowledged: before.taken + during.taken,
      lost: 2 * count - before.taken - during.taken,
      duplicated: 0,
      outOfOrder: 0,
      marks: [
        {
          text: `every genuine webhook is taken while ${held} slow connections are held`,
          isMet: during.taken === count,
        },
        ...timed(
          size,
          {
            text: `the 99th percentile of genuine webhooks changes by less than 2x: ${before.p99Ms.toFixed(1)} ms before, ${during.p99Ms.toFixed(1)} ms during`,
            isMet: during.p99Ms < 2 * before.p99Ms,
          },
          {
            text: `the slow ones are closed within ${CLOSED_WITHIN_MS / 1_000} s: the last after ${(longest / 1_000).toFixed(1)} s`,
            isMet: gone && longest <= CLOSED_WITHIN_MS,
          },
        ),
      ],
      notes: [
        `${held} connections of a byte a second, ${stillOpen} of them open at the end of ${count} genuine webhooks`,
      ],
    };
  } finally {
    slow?.end();
    await scene.close();
  }
}

export const SLOWLORIS: Fault = {
  id: "T17",
  title: "connections that never get to the end of their headers",
  missing: () => (hasDatabase ? undefined : "there is no PostgreSQL server"),
  run,
};
