import { connect, type Socket } from "node:net";
import { parentPort, Worker, workerData } from "node:worker_threads";
import { z } from "zod";
import { messageRequest } from "./message.ts";
import { webhookRequest } from "./webhook.ts";

const jobSchema = z.object({
  kind: z.enum(["webhook", "message"]),
  port: z.number(),
  path: z.string(),
  connections: z.number(),
  requests: z.number(),
  people: z.number(),
  run: z.string(),
});

/** What is sent: `requests` webhooks or messages of `people` different people, `connections` at a time. */
export type LoadJob = z.output<typeof jobSchema>;

const resultSchema = z.object({
  seconds: z.number(),
  perSecond: z.number(),
  p50Ms: z.number(),
  p99Ms: z.number(),
  refused: z.number(),
});

export type LoadResult = z.output<typeof resultSchema>;

/** Sends a load from a thread of its own and measures it. */
export async function load(job: LoadJob): Promise<LoadResult> {
  const worker = new Worker(new URL(import.meta.url), { workerData: job });
  return new Promise((resolve, reject) => {
    worker.once("message", (result: unknown) => resolve(resultSchema.parse(result)));
    worker.once("error", reject);
  });
}

function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

/** One connection: the next request leaves when the answer to the last one is there. */
function drive(
  socket: Socket,
  next: () => Buffer | undefined,
  onAnswer: (ms: number, ok: boolean) => void,
) {
  return new Promise<void>((resolve, reject) => {
    let sentAt = 0;
    const send = (): void => {
      const request = next();
      if (request === undefined) {
        socket.destroy();
        resolve();
        return;
      }
      sentAt = performance.now();
      socket.write(request);
    };
    socket.on("error", reject);
    // Answers are far smaller than a segment: one chunk is one answer.
    socket.on("data", (chunk) => {
      onAnswer(performance.now() - sentAt, chunk.subarray(9, 10).toString() === "2");
      send();
    });
    socket.on("connect", send);
  });
}

async function run(job: LoadJob): Promise<LoadResult> {
  const requestOf = { webhook: webhookRequest, message: messageRequest }[job.kind];
  const requests = Array.from({ length: job.requests }, (_, n) =>
    requestOf(job.path, n, job.people, job.run),
  );
  const times: number[] = [];
  let refused = 0;
  let taken = 0;
  const next = (): Buffer | undefined => requests[taken++];
  const onAnswer = (ms: number, ok: boolean): void => {
    times.push(ms);
    if (!ok) refused += 1;
  };
  const began = performance.now();
  await Promise.all(
    Array.from({ length: job.connections }, () =>
      drive(connect(job.port, "127.0.0.1"), next, onAnswer),
    ),
  );
  const seconds = (performance.now() - began) / 1000;
  times.sort((a, b) => a - b);
  return {
    seconds,
    perSecond: times.length / seconds,
    p50Ms: percentile(times, 0.5),
    p99Ms: percentile(times, 0.99),
    refused,
  };
}

if (parentPort !== null) parentPort.postMessage(await run(jobSchema.parse(workerData)));
