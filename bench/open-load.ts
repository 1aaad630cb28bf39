import { setTimeout as sleep } from "node:timers/promises";
import { parentPort, Worker, workerData } from "node:worker_threads";
import { z } from "zod";
import { type Connection, openConnection } from "./connection.ts";
import { createSchedule } from "./schedule.ts";
import { webhookRequest } from "./webhook.ts";

const jobSchema = z.object({
  port: z.number(),
  path: z.string(),
  perSecond: z.number(),
  requests: z.number(),
  /** The number of the first: what another load left behind is told apart by it. */
  first: z.number(),
  people: z.number(),
  run: z.string(),
  /** At most; a webhook for which none is free waits for one, and its waiting counts. */
  connections: z.number().optional(),
});

/** Webhooks that are sent at fixed instants, whether or not the server keeps up. */
export type OpenJob = z.output<typeof jobSchema>;

const resultSchema = z.object({
  /** When each was to be sent, in their order, milliseconds of the machine's monotonic clock. */
  dueAt: z.array(z.number()),
  /** Milliseconds from that instant to the acknowledgement. */
  ackMs: z.array(z.number()),
  refused: z.number(),
  /** Connections that were needed at once. */
  connections: z.number(),
});

export type OpenResult = z.output<typeof resultSchema>;

/** The machine's monotonic clock, milliseconds: the same in every process of it. Source: clock_gettime(2). */
const now = (): number => Number(process.hrtime.bigint()) / 1e6;

/** Sends webhooks at fixed instants from a thread of its own. */
export async function openLoad(job: OpenJob): Promise<OpenResult> {
  const worker = new Worker(new URL(import.meta.url), { workerData: { open: job } });
  return new Promise((resolve, reject) => {
    worker.once("message", (result: unknown) => resolve(resultSchema.parse(result)));
    worker.once("error", reject);
  });
}

/** Between two looks at the clock, milliseconds: what a webhook may leave late counts as the bridge's time. */
const TICK_MS = 1;

/** Connections at most where nothing else is said. */
const MOST_CONNECTIONS = 512;

/** Kept connections of which the one that rested longest is used next, so that the server closes none for being idle. */
function createPool(port: number, most: number) {
  const idle: Connection[] = [];
  const open = new Set<Connection>();
  const state = { most: 0, opening: 0 };
  const connect = async (onLost: () => void): Promise<Connection> => {
    state.opening += 1;
    const connection: Connection = await openConnection(port, () => {
      const place = idle.indexOf(connection);
      open.delete(connection);
      if (place < 0) onLost();
      else idle.splice(place, 1);
    });
    state.opening -= 1;
    open.add(connection);
    state.most = Math.max(state.most, open.size);
    return connection;
  };
  return {
    take: () => idle.shift(),
    give: (connection: Connection) => idle.push(connection),
    mayOpen: () => open.size + state.opening < most,
    connect,
    most: () => state.most,
    close: () => {
      for (const connection of open) connection.close();
    },
  };
}

async function run(job: OpenJob): Promise<OpenResult> {
  const requests = Array.from({ length: job.requests }, (_, n) =>
    webhookRequest(job.path, job.first + n, job.people, job.run),
  );
  const pool = createPool(job.port, job.connections ?? MOST_CONNECTIONS);
  const schedule = createSchedule({
    beganMs: now() + 50,
    perSecond: job.perSecond,
    count: job.requests,
  });
  const ackMs: number[] = [];
  const waiting: number[] = [];
  let refused = 0;
  const answered = (n: number, status: number): void => {
    ackMs.push(now() - schedule.dueAt(n));
    if (status < 200 || status > 299) refused += 1;
  };
  const send = async (n: number, kept?: Connection): Promise<void> => {
    // A connection that breaks answers what was asked on it: with nothing.
    const asked = { n };
    const connection = kept ?? (await pool.connect(() => answered(asked.n, 0)));
    const ask = (next: number): void => {
      asked.n = next;
      connection.send(requests[next] ?? Buffer.alloc(0), (status) => {
        answered(next, status);
        const more = waiting.shift();
        if (more === undefined) pool.give(connection);
        else ask(more);
      });
    };
    ask(n);
  };
  while (ackMs.length < job.requests) {
    for (let n = waiting[0]; n !== undefined && pool.mayOpen(); n = waiting[0]) {
      waiting.shift();
      void send(n);
    }
    for (let n = schedule.take(now()); n !== undefined; n = schedule.take(now())) {
      const kept = pool.take();
      if (kept !== undefined || pool.mayOpen()) void send(n, kept);
      else waiting.push(n);
    }
    await sleep(TICK_MS);
  }
  pool.close();
  const dueAt = requests.map((_, n) => schedule.dueAt(n));
  return { dueAt, ackMs, refused, connections: pool.most() };
}

const given = z.object({ open: jobSchema }).safeParse(workerData);
if (parentPort !== null && given.success) parentPort.postMessage(await run(given.data.open));
