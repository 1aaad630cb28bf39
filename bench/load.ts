import { parentPort, Worker, workerData } from "node:worker_threads";
import { z } from "zod";
import { openConnection } from "./connection.ts";
import { messageRequest } from "./message.ts";
import { percentile } from "./percentile.ts";
import { webhookRequest } from "./webhook.ts";

const jobSchema = z.object({
  kind: z.enum(["webhook", "message"]),
  port: z.number(),
  /** Where the connections are spread over several servers, all of them; `port` is then not used. */
  ports: z.array(z.number()).optional(),
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
  const worker = new Worker(new URL(import.meta.url), { workerData: { load: job } });
  return new Promise((resolve, reject) => {
    worker.once("message", (result: unknown) => resolve(resultSchema.parse(result)));
    worker.once("error", reject);
  });
}

/** One connection: the next request leaves when the answer to the last one is there. */
async function drive(
  port: number,
  next: () => Buffer | undefined,
  onAnswer: (ms: number, ok: boolean) => void,
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const connection = await openConnection(port, reject);
  const send = (): void => {
    const request = next();
    if (request === undefined) {
      connection.close();
      resolve();
      return;
    }
    const sentAt = performance.now();
    connection.send(request, (status) => {
      onAnswer(performance.now() - sentAt, status >= 200 && status < 300);
      send();
    });
  };
  send();
  await promise;
}

async function run(job: LoadJob): Promise<LoadResult> {
  const requestOf = { webhook: webhookRequest, message: messageRequest }[job.kind];
  const requests = Array.from({ length: job.requests }, (_, n) =>
    requestOf(job.path, n, job.people, job.run),
  );
  const ports = job.ports ?? [job.port];
  const times = new Float64Array(job.requests);
  let answered = 0;
  let refused = 0;
  let taken = 0;
  const next = (): Buffer | undefined => requests[taken++];
  const onAnswer = (ms: number, ok: boolean): void => {
    times[answered++] = ms;
    if (!ok) refused += 1;
  };
  const began = performance.now();
  await Promise.all(
    Array.from({ length: job.connections }, (_, n) =>
      drive(ports[n % ports.length] ?? job.port, next, onAnswer),
    ),
  );
  const seconds = (performance.now() - began) / 1000;
  times.sort();
  return {
    seconds,
    perSecond: answered / seconds,
    p50Ms: percentile(times, 0.5),
    p99Ms: percentile(times, 0.99),
    refused,
  };
}

const given = z.object({ load: jobSchema }).safeParse(workerData);
if (parentPort !== null && given.success) parentPort.postMessage(await run(given.data.load));
