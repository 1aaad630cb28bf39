import { setTimeout as sleep } from "node:timers/promises";
import { load } from "./load.ts";
import { CONNECTIONS, type Line, median, PEOPLE, ratio, ROUNDS, table, tell } from "./measure.ts";
import type { Section } from "./report.ts";
import { type Subject, startSubject } from "./subject.ts";
import type { World } from "./world.ts";

const job = (port: number) =>
  ({
    kind: "webhook",
    port,
    path: "/webhooks/whatsapp/webhook",
    connections: CONNECTIONS,
    people: PEOPLE,
  }) as const;

function told(line: Line): Line {
  tell(`${line.name}: ${Math.round(line.perSecond)} per second`);
  return line;
}

/** Sends webhooks to a subject: once to warm up, then `ROUNDS` times. */
async function measureIngestion(name: string, subject: Subject, requests: number): Promise<Line> {
  await load({ ...job(subject.port), requests: Math.round(requests / 3), run: `${name} warm` });
  const lines: Line[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const result = await load({ ...job(subject.port), requests, run: `${name} ${round}` });
    lines.push({ ...result, name, peakMb: subject.peakMb() });
  }
  await subject.stop();
  return told(median(lines));
}

/** Sends webhooks and waits until each is answered at the provider. */
async function measureLoop(name: string, subject: Subject, standins: string, requests: number) {
  const count = async (): Promise<number> => Number(await (await fetch(standins)).text());
  const round = async (run: string): Promise<Line> => {
    const before = await count();
    const began = performance.now();
    const result = await load({ ...job(subject.port), requests, run });
    while ((await count()) - before < requests) await sleep(5);
    const seconds = (performance.now() - began) / 1000;
    return { ...result, seconds, perSecond: requests / seconds, name, peakMb: subject.peakMb() };
  };
  await round(`${name} warm`);
  const lines: Line[] = [];
  for (let n = 0; n < ROUNDS; n += 1) lines.push(await round(`${name} ${n}`));
  await subject.stop();
  return told(median(lines));
}

/** Webhooks acknowledged, and answered all the way, beside plain Express. */
export async function measureWebhooks(world: World): Promise<Section> {
  const baseline = (mode: string, ...args: string[]) =>
    startSubject("bench/baseline.ts", [mode, ...args]);
  const { bridge, newDatabase, scaled, standins } = world;

  const none = await measureIngestion(
    "Express without a database",
    await baseline("none"),
    scaled(60_000),
  );
  const insert = await measureIngestion(
    "Express, one INSERT per request",
    await baseline("insert", await newDatabase()),
    scaled(30_000),
  );
  const server = await measureIngestion(
    "Ponte on PostgreSQL: verified, durable, queued",
    await bridge({ role: "web", databaseUrl: await newDatabase() }),
    scaled(45_000),
  );
  const embedded = await measureIngestion(
    "Ponte embedded: the same",
    await bridge({ role: "web" }),
    scaled(15_000),
  );
  const loopServer = await measureLoop(
    "Ponte on PostgreSQL",
    await bridge({ role: "all", databaseUrl: await newDatabase() }),
    standins.url,
    scaled(8_000),
  );
  const loopEmbedded = await measureLoop(
    "Ponte embedded",
    await bridge({ role: "all" }),
    standins.url,
    scaled(3_000),
  );
  return {
    title: "Webhooks",
    lines: [
      `- Ponte on PostgreSQL / Express without a database: **${ratio(server.perSecond, none.perSecond)}** (aim 0.5)`,
      `- Ponte on PostgreSQL / one INSERT per request: **${ratio(server.perSecond, insert.perSecond)}** (aim 1.5)`,
      `- full loop on PostgreSQL: **${Math.round(loopServer.perSecond)} replies/s** (aim 1,500 on 2 cores)`,
      "",
      `${ROUNDS} rounds each after a warm-up, the median counts; ${CONNECTIONS} connections.`,
      "",
      ...table("webhooks", [none, insert, server, embedded]),
      "",
      "The full loop is webhook, database, bot, provider; the times are those of the acknowledgement.",
      "",
      ...table("replies", [loopServer, loopEmbedded]),
    ],
  };
}
