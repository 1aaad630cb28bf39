import { readFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { gzipSync } from "node:zlib";
import { z } from "zod";
import { hasServer } from "../database.ts";
import { ACCOUNT } from "../e2e/world.ts";
import { textWebhook } from "../standins/graph-webhooks.ts";
import type { Fault, FaultFigures, Size } from "./fault.ts";
import { openScene, type Scene } from "./scene.ts";

const MEGABYTE = 1024 * 1024;

/** Bytes of a webhook of the Cloud API that are taken. */
const LIMIT = 3 * MEGABYTE;

/** What may be on its way when the refusal comes: the buffers of two sockets and of a stream. */
const ON_THE_WAY = 8 * MEGABYTE;

const RSS_GROWTH = 50 * MEGABYTE;

const CHUNK = Buffer.alloc(64 * 1024, 0x20);

/** Milliseconds after which a caller that got no answer goes away. */
const PATIENCE_MS = 60_000;

const hasDatabase = await hasServer();

const counted = z.tuple([z.object({ count: z.number() })]);

/** What came of a call that was written by hand. */
interface Talk {
  /** The first status that was answered; 0 for none. */
  readonly status: number;
  /** Bytes that the other side let us write. */
  readonly written: number;
}

/** Writes a head and then as much as the other side takes, until it answers and closes or `bytes` are sent. */
async function talk(port: number, head: string, bytes: number, frame: (chunk: Buffer) => Buffer) {
  const socket = connect(port, "127.0.0.1");
  const state = { text: "", isOver: false };
  const { promise, resolve } = Promise.withResolvers<Talk>();
  const end = (): void => {
    state.isOver = true;
    clearTimeout(timer);
    const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(state.text)?.[1] ?? 0);
    resolve({ status, written: socket.bytesWritten });
    socket.destroy();
  };
  const timer = setTimeout(end, PATIENCE_MS);
  socket.on("data", (data: Buffer) => {
    state.text += data.toString("latin1");
    // A caller with manners stops at the answer; this one goes on until it is shown the door.
    if (bytes <= CHUNK.length) end();
  });
  socket.on("error", () => undefined);
  socket.once("close", end);
  socket.write(head);
  await write(socket, bytes, frame, state);
  return promise;
}

async function write(
  socket: Socket,
  bytes: number,
  frame: (chunk: Buffer) => Buffer,
  state: { readonly isOver: boolean },
): Promise<void> {
  for (let sent = 0; sent < bytes && !state.isOver; sent += CHUNK.length) {
    const chunk = CHUNK.subarray(0, Math.min(CHUNK.length, bytes - sent));
    if (socket.write(frame(chunk))) continue;
    await new Promise<void>((resolve) => {
      const go = (): void => {
        socket.off("drain", go).off("close", go);
        resolve();
      };
      socket.on("drain", go).on("close", go);
    });
  }
}

const plain = (chunk: Buffer): Buffer => chunk;

const chunked = (chunk: Buffer): Buffer =>
  Buffer.concat([Buffer.from(`${chunk.length.toString(16)}\r\n`), chunk, Buffer.from("\r\n")]);

const headOf = (...lines: readonly string[]): string =>
  [
    "POST /webhooks/whatsapp/webhook HTTP/1.1",
    "Host: bridge",
    "Content-Type: application/json",
    `X-Hub-Signature-256: sha256=${"0".repeat(64)}`,
    ...lines,
    "",
    "",
  ].join("\r\n");

/** Resident memory of a process, bytes. Source: Linux, proc(5), `status`. */
function residentBytes(pid: number): number {
  const status = readFileSync(`/proc/${String(pid)}/status`, "utf8");
  return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0) * 1_024;
}

interface Attack {
  readonly what: string;
  readonly statuses: readonly number[];
  readonly run: (port: number) => Promise<Talk>;
}

/** Spaces, which pack best. */
const bomb = gzipSync(Buffer.alloc(64 * MEGABYTE, 0x20), { level: 9 });

const ATTACKS: readonly Attack[] = [
  {
    what: "10 MB with their length",
    statuses: [413],
    run: (port) => talk(port, headOf(`Content-Length: ${10 * MEGABYTE}`), 10 * MEGABYTE, plain),
  },
  {
    what: "1 GB said to come",
    statuses: [413],
    run: (port) => talk(port, headOf(`Content-Length: ${1024 * MEGABYTE}`), 1024 * MEGABYTE, plain),
  },
  {
    what: "1 GB in chunks, without a length",
    statuses: [413],
    run: (port) => talk(port, headOf("Transfer-Encoding: chunked"), 1024 * MEGABYTE, chunked),
  },
  {
    what: "64 MB packed into 64 kB",
    statuses: [415],
    run: async (port) => {
      const head = headOf("Content-Encoding: gzip", `Content-Length: ${String(bomb.length)}`);
      return talk(port, head, CHUNK.length, () => bomb);
    },
  },
  {
    what: "a length below what comes: the rest is no request",
    statuses: [400, 401],
    run: (port) => talk(port, headOf("Content-Length: 10"), CHUNK.length, plain),
  },
  {
    what: "two lengths",
    statuses: [400],
    run: (port) =>
      talk(port, headOf("Content-Length: 10", "Content-Length: 20"), CHUNK.length, plain),
  },
  {
    what: "a length beside chunks",
    statuses: [400],
    run: (port) =>
      talk(port, headOf("Content-Length: 10", "Transfer-Encoding: chunked"), CHUNK.length, plain),
  },
  {
    what: "a length that is no number",
    statuses: [400],
    run: (port) => talk(port, headOf("Content-Length: 1e9"), CHUNK.length, plain),
  },
];

interface Outcome extends Talk {
  readonly attack: Attack;
  readonly grownBytes: number;
}

async function attackOnce(attack: Attack, scene: Scene): Promise<Outcome> {
  const bridge = scene.world.bridge();
  const before = residentBytes(bridge.pid);
  const came = await attack.run(Number(new URL(bridge.url).port));
  return { ...came, attack, grownBytes: residentBytes(bridge.pid) - before };
}

/** Sends bodies that are larger than any webhook, or say that they are. */
async function run(size: Size): Promise<FaultFigures> {
  const scene = await openScene({ takesOnly: true });
  try {
    // The first call grows a process more than any other.
    const usual = textWebhook({
      account: ACCOUNT,
      from: "5561955550002",
      id: "wamid.1",
      text: "oi",
    });
    const isTaken = (await scene.world.post(usual)) === 200;
    const outcomes: Outcome[] = [];
    for (let round = 0; round < size.of(5, 1); round += 1)
      for (const attack of ATTACKS) outcomes.push(await attackOnce(attack, scene));
    const [{ count }] = counted.parse(
      await scene.db.query("select count(*)::int as count from webhook_events"),
    );
    const wrong = outcomes.filter(({ attack, status }) => !attack.statuses.includes(status));
    const most = Math.max(...outcomes.map(({ written }) => written));
    const grown = Math.max(...outcomes.map(({ grownBytes }) => grownBytes));
    const lastId = { account: ACCOUNT, from: "5561955550002", id: "wamid.2", text: "ainda" };
    return {
      rounds: outcomes.length,
      acknowledged: 1,
      lost: isTaken && count === 1 ? 0 : 1,
      duplicated: 0,
      outOfOrder: 0,
      marks: [
        {
          text: `each is refused by its own status${wrong.map(({ attack, status }) => `, but ${attack.what}: ${status}`).join("")}`,
          isMet: wrong.length === 0,
        },
        {
          text: `no more than the limit of 3 MB is read, and what is on its way: ${(most / MEGABYTE).toFixed(1)} MB of a gigabyte`,
          isMet: most < LIMIT + ON_THE_WAY,
        },
        {
          text: `memory grows by less than 50 MB: ${(grown / MEGABYTE).toFixed(0)} MB at most`,
          isMet: grown < RSS_GROWTH,
        },
        {
          text: "the next genuine webhook is taken",
          isMet: (await scene.world.post(textWebhook(lastId))) === 200,
        },
      ],
      notes: [
        `tried: ${ATTACKS.map(({ what }) => what).join("; ")}`,
        "on the webhook of the Cloud API",
      ],
    };
  } finally {
    await scene.close();
  }
}

export const HUGE: Fault = {
  id: "T18",
  title: "huge bodies, bombs and lengths that lie",
  missing: () => (hasDatabase ? undefined : "there is no PostgreSQL server"),
  run,
};
