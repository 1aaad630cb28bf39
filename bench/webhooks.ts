import { ingestionRound, loopRound } from "./loop.ts";
import { CONNECTIONS, interleave, ratio, ROUNDS, table } from "./measure.ts";
import type { Section } from "./report.ts";
import { type Subject, startSubject } from "./subject.ts";
import type { World } from "./world.ts";

/** A server that takes webhooks, and how many it is sent in a round. */
interface Candidate {
  readonly name: string;
  readonly subject: Subject;
  readonly requests: number;
}

/** Measures candidates in turn, a third of a round each to warm up, and ends them. */
async function inTurn(
  world: World,
  candidates: readonly Candidate[],
  measure: (candidate: Candidate, run: string) => ReturnType<typeof ingestionRound>,
) {
  const lines = await interleave(candidates, async (candidate, round) => {
    await world.checkpoint();
    const requests = Math.ceil(candidate.requests / (round === "warm" ? 3 : 1));
    return measure({ ...candidate, requests }, `${candidate.name} ${round}`);
  });
  for (const { subject } of candidates) await subject.stop();
  return lines;
}

/** Webhooks acknowledged, and answered all the way, beside what a webhook takes anywhere. */
export async function measureWebhooks(world: World): Promise<Section> {
  const { bridge, newDatabase, scaled, standins } = world;
  const baseline = (mode: string, ...args: string[]) =>
    startSubject("bench/baseline.ts", [mode, ...args]);
  const ingestion = await inTurn(
    world,
    [
      {
        name: "node:http without a database",
        subject: await startSubject("bench/plain.ts"),
        requests: scaled(60_000),
      },
      {
        name: "Express without a database",
        subject: await baseline("none"),
        requests: scaled(60_000),
      },
      {
        name: "Express, one INSERT per request",
        subject: await baseline("insert", await newDatabase()),
        requests: scaled(30_000),
      },
      {
        name: "Ponte on PostgreSQL: verified, durable, queued",
        subject: await bridge({ role: "web", databaseUrl: await newDatabase() }),
        requests: scaled(45_000),
      },
      {
        name: "Ponte embedded: the same",
        subject: await bridge({ role: "web" }),
        requests: scaled(15_000),
      },
    ],
    ({ name, subject, requests }, run) => ingestionRound([subject], { name, requests, run }),
  );
  const loop = await inTurn(
    world,
    [
      {
        name: "Ponte on PostgreSQL",
        subject: await bridge({ role: "all", databaseUrl: await newDatabase() }),
        requests: scaled(8_000),
      },
      {
        name: "Ponte embedded",
        subject: await bridge({ role: "all" }),
        requests: scaled(3_000),
      },
    ],
    ({ name, subject, requests }, run) =>
      loopRound([subject], standins.url, { name, requests, run }),
  );
  const [, none, insert, server, embedded] = ingestion;
  const [loopServer, loopEmbedded] = loop;
  if (none === undefined || insert === undefined || server === undefined || embedded === undefined)
    throw new Error("not everything was measured");
  if (loopServer === undefined || loopEmbedded === undefined)
    throw new Error("not everything was measured");
  return {
    title: "Webhooks",
    lines: [
      `- Ponte on PostgreSQL / Express without a database: **${ratio(server.perSecond, none.perSecond)}** (aim 0.55)`,
      `- Ponte on PostgreSQL / one INSERT per request: **${ratio(server.perSecond, insert.perSecond)}** (aim 1.5)`,
      `- full loop on PostgreSQL: **${Math.round(loopServer.perSecond)} replies/s** (aim 1,500 on 2 cores)`,
      "",
      `${ROUNDS} rounds of each in turn after a warm-up and a checkpoint, the median counts; ${CONNECTIONS} connections.`,
      "",
      ...table("webhooks", ingestion),
      "",
      "The full loop is webhook, database, bot, provider; the times are those of the acknowledgement.",
      "",
      ...table("replies", loop),
    ],
    figures: {
      "ingestion.perExpress": server.perSecond / none.perSecond,
      "ingestion.perInsert": server.perSecond / insert.perSecond,
      "ingestion.perSecond": server.perSecond,
      "ingestion.embeddedPerSecond": embedded.perSecond,
      "ingestion.p50Ms": server.p50Ms,
      "ingestion.p99Ms": server.p99Ms,
      "loop.perSecond": loopServer.perSecond,
      "loop.embeddedPerSecond": loopEmbedded.perSecond,
    },
  };
}
