import { setTimeout as sleep } from "node:timers/promises";
import { forgetArrivals, readArrivals } from "./campaign-client.ts";
import { load } from "./load.ts";
import { ingestionRound, waitForSent, webhookJob } from "./loop.ts";
import { interleave, ratio, table, tell } from "./measure.ts";
import { onDatabase } from "./on-database.ts";
import type { Section } from "./report.ts";
import type { World } from "./world.ts";

/** Messages that wait while the bot is away. */
const QUEUED = 100_000;

/** What counts as an empty queue: a worker is through with it before it has become a queue. */
const FEW = 5_000;

const ROUND = 30_000;

/** Takes everything off the queue that arrived after the first `kept` messages, as if it had been answered. */
const clear = (databaseUrl: string, kept: number): Promise<void> =>
  onDatabase(databaseUrl, async (db) => {
    await db.query(
      `with late as (select id from inbox where done_at is null order by id offset $1::int)
       update inbox set done_at = now() where id in (select id from late)`,
      [kept],
    );
    await db.query(
      `update conversations c set due = null
       where due is not null and not exists (select from inbox i where i.conversation_id = c.id and i.done_at is null)`,
    );
    for (const name of ["inbox", "conversations"]) await db.script(`vacuum analyze ${name}`);
  });

/** Fills a queue through a bridge that only takes webhooks. */
async function fill(port: number, requests: number, run: string): Promise<void> {
  const { refused } = await load({ ...webhookJob(port), requests, run });
  if (refused > 0) throw new Error(`${refused} of ${requests} webhooks were refused`);
}

/** Replies per second between two points of a drain. */
const rateOf = (arrivals: readonly number[], from: number, to: number): number => {
  const spanMs = (arrivals[to - 1] ?? 0) - (arrivals[from] ?? 0);
  return (to - from - 1) / (spanMs / 1_000);
};

/** Lets a worker answer what waits in a queue; returns when each reply arrived, milliseconds, sorted. */
async function drain(
  world: World,
  databaseUrl: string,
  waiting: number,
): Promise<readonly number[]> {
  const { standins } = world;
  await world.checkpoint();
  await forgetArrivals(standins.url);
  const worker = await world.bridge({ role: "worker", databaseUrl });
  await waitForSent(standins.url, waiting);
  // Time for a second answer to a message, which would be one too many.
  await sleep(300);
  const arrivals = (await readArrivals(standins.url)).toSorted((a, b) => a - b);
  await worker.stop();
  return arrivals;
}

/** Whether a long queue slows anything down: taking webhooks in, or answering them. */
export async function measureQueue(world: World): Promise<Section> {
  const queued = world.scaled(QUEUED);
  const few = world.scaled(FEW);
  const names = ["no messages queued", `${queued} messages queued`];
  const databases = await Promise.all([world.newDatabase(), world.newDatabase()]);
  const candidates = await Promise.all(
    databases.map(async (databaseUrl, n) => ({
      name: names[n] ?? "",
      databaseUrl,
      kept: n * queued,
      bridge: await world.bridge({ role: "web", databaseUrl }),
    })),
  );
  for (const { bridge, kept, name } of candidates)
    if (kept > 0) await fill(bridge.port, kept, name);
  tell(`${queued} messages queued`);
  const requests = world.scaled(ROUND);
  const lines = await interleave(candidates, async ({ name, databaseUrl, kept, bridge }, round) => {
    await world.checkpoint();
    const count = round === "warm" ? Math.ceil(requests / 3) : requests;
    const run = `queue ${kept} ${round}`;
    const line = await ingestionRound([bridge], { name, requests: count, run });
    await clear(databaseUrl, kept);
    return line;
  });
  const [empty, full] = candidates;
  const [emptyLine, fullLine] = lines;
  if (empty === undefined || full === undefined) throw new Error("nothing was measured");
  if (emptyLine === undefined || fullLine === undefined) throw new Error("nothing was measured");

  await fill(empty.bridge.port, few, "queue few");
  await Promise.all(candidates.map(({ bridge }) => bridge.stop()));
  const short = await drain(world, empty.databaseUrl, few);
  tell(`${few} drained: ${Math.round(rateOf(short, 0, few))} per second`);
  const long = await drain(world, full.databaseUrl, queued);
  tell(`${queued} drained: ${Math.round(rateOf(long, 0, queued))} per second`);

  const tenth = Math.floor(queued / 10);
  const rates = {
    few: rateOf(short, 0, few),
    all: rateOf(long, 0, queued),
    first: rateOf(long, 0, tenth),
    last: rateOf(long, queued - tenth, queued),
  };
  const rows = [
    [`${few} waiting`, few, rates.few],
    [`${queued} waiting`, queued, rates.all],
    ["of these the first tenth", tenth, rates.first],
    ["of these the last tenth", tenth, rates.last],
  ] as const;
  return {
    title: "A long queue",
    lines: [
      `- ingestion with ${queued} messages queued / with none: **${ratio(fullLine.perSecond, emptyLine.perSecond)}** (aim: at least 0.9)`,
      `- draining ${queued} / draining ${few}, messages per second: **${ratio(rates.all, rates.few)}**`,
      "",
      "Two databases, a process each that only takes webhooks; after each round the queue is put back to its length.",
      "",
      ...table("webhooks", lines),
      "",
      `Then a process that only answers takes the queue of each: ${short.length + long.length} replies to ${few + queued} messages.`,
      "",
      "| queue | messages | replies per second |",
      "|---|---|---|",
      ...rows.map(([name, count, rate]) => `| ${name} | ${count} | ${Math.round(rate)} |`),
    ],
    figures: {
      "queue.ingestion": fullLine.perSecond / emptyLine.perSecond,
      "queue.drain": rates.all / rates.few,
      "queue.drainPerSecond": rates.all,
    },
  };
}
