import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { forgetArrivals } from "./campaign-client.ts";
import { tell } from "./measure.ts";
import { waitForSent, webhookJob } from "./loop.ts";
import { type OpenResult, openLoad } from "./open-load.ts";
import { percentile } from "./percentile.ts";
import type { Section } from "./report.ts";
import type { Subject } from "./subject.ts";
import type { World } from "./world.ts";

/** Webhooks per second, and for how many seconds. */
const RATES = [
  { perSecond: 100, seconds: 30 },
  { perSecond: 1_000, seconds: 20 },
] as const;

/** Before the measured ones, to know the people and to compile the code. */
const WARM_SECONDS = 5;

/** Numbers of the measured ones begin here, those of the warm-up at 0. */
const FIRST = 1_000_000;

/** Each writes every 20 s at 100 a second: a person waits for the answer before writing again. */
const PEOPLE = 2_000;

const timelineSchema = z.array(z.object({ n: z.number(), at: z.number(), botMs: z.number() }));

type Timeline = z.output<typeof timelineSchema>;

/** How long the bridge itself took for each reply, sorted: from the instant its webhook was due, without the bot. */
function addedMs(sent: OpenResult, timeline: Timeline): Float64Array {
  const added = timeline.flatMap(({ n, at, botMs }) => {
    const dueAt = sent.dueAt[n - FIRST];
    return dueAt === undefined ? [] : [at - dueAt - botMs];
  });
  return Float64Array.from(added).toSorted();
}

async function measureRate(
  world: World,
  subject: Subject,
  { name, perSecond, seconds }: { name: string; perSecond: number; seconds: number },
) {
  const { standins } = world;
  const go = async (lengthS: number, first: number) => {
    await world.checkpoint();
    await forgetArrivals(standins.url);
    const requests = Math.ceil(perSecond * lengthS);
    const { port, path } = webhookJob(subject.port);
    const run = `${name} ${perSecond} ${first}`;
    const sent = await openLoad({ port, path, perSecond, requests, first, people: PEOPLE, run });
    await waitForSent(standins.url, requests - sent.refused);
    return sent;
  };
  await go(WARM_SECONDS, 0);
  await sleep(500);
  const sent = await go(world.isQuick ? seconds / 5 : seconds, FIRST);
  const timeline = timelineSchema.parse(await (await fetch(`${standins.url}/timeline`)).json());
  const added = addedMs(sent, timeline);
  const acknowledged = Float64Array.from(sent.ackMs).toSorted();
  const bot = Float64Array.from(timeline.map(({ botMs }) => botMs)).toSorted();
  const [p50, p99, most] = [0.5, 0.99, 1].map((share) => percentile(added, share));
  tell(`${name}, ${perSecond}/s: ${p50?.toFixed(1)} ms, p99 ${p99?.toFixed(1)} ms`);
  const cells = [
    name,
    perSecond,
    added.length,
    ...[p50 ?? 0, p99 ?? 0, most ?? 0].map((ms) => ms.toFixed(1)),
    ...[0.5, 0.99].map((share) => percentile(acknowledged, share).toFixed(1)),
    percentile(bot, 0.5).toFixed(2),
    sent.connections,
    sent.refused,
  ];
  return { p50: p50 ?? Number.NaN, p99: p99 ?? Number.NaN, row: `| ${cells.join(" | ")} |` };
}

/** What the bridge adds to the time that somebody waits for an answer. */
export async function measureLatency(world: World): Promise<Section> {
  const outcomes = [];
  for (const [name, databaseUrl] of [
    ["PostgreSQL", await world.newDatabase()],
    ["embedded", undefined],
  ] as const) {
    const subject = await world.bridge({
      role: "all",
      ...(databaseUrl !== undefined && { databaseUrl }),
    });
    for (const rate of RATES) {
      // The embedded database answers some hundred a second: more would only measure its queue.
      if (databaseUrl === undefined && rate.perSecond > 100) continue;
      outcomes.push(await measureRate(world, subject, { name, ...rate }));
    }
    await subject.stop();
  }
  const [slow, fast] = outcomes;
  if (slow === undefined || fast === undefined) throw new Error("nothing was measured");
  return {
    title: "Latency",
    lines: [
      `- added by the bridge at 100 webhooks/s: **${slow.p50.toFixed(1)} ms**, 99th percentile **${slow.p99.toFixed(1)} ms** (aim 5 and 25)`,
      `- at 1,000 webhooks/s: **${fast.p50.toFixed(1)} ms**, 99th percentile **${fast.p99.toFixed(1)} ms**`,
      "",
      "Webhooks leave at fixed instants, whether or not the answers to earlier ones are there; each time counts from that instant",
      "to the moment at which the reply has arrived at the provider's stand-in, less what the bot took. So waiting in any queue",
      "counts, also in the sender's. Milliseconds; after a warm-up.",
      "",
      "| database | webhooks per second | replies | p50 | p99 | most | acknowledged p50 | p99 | the bot's own | connections | refused |",
      "|---|---|---|---|---|---|---|---|---|---|---|",
      ...outcomes.map(({ row }) => row),
    ],
    figures: {
      "latency.p50Ms": slow.p50,
      "latency.p99Ms": slow.p99,
      "latency.fastP50Ms": fast.p50,
      "latency.fastP99Ms": fast.p99,
    },
  };
}
