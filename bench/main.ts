import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createServerDatabase } from "../test/database.ts";
import { load, type LoadResult } from "./load.ts";
import { type Subject, startSubject } from "./subject.ts";
import { ACCOUNTS, APP_SECRET } from "./webhook.ts";

/** Rounds of each measurement; the median counts. */
const ROUNDS = 3;
const CONNECTIONS = 64;
const PEOPLE = 2_000;
const WEBHOOK = "/webhooks/whatsapp/webhook";

interface Line extends LoadResult {
  readonly name: string;
  readonly peakMb: number;
}

const folder = mkdtempSync(path.join(tmpdir(), "ponte-bench-"));
const cleanUp: (() => Promise<void> | void)[] = [
  () => rmSync(folder, { recursive: true, force: true }),
];

/** The environment of a bridge whose provider and bot are at `standins`. */
function bridgeEnvironment(standins: string, role: string, databaseUrl?: string) {
  const config = path.join(folder, "bridge.yml");
  const whatsapp = { type: "cloud", messages_per_second: 1_000, pair_refill_ms: 1 };
  writeFileSync(config, JSON.stringify({ channels: { whatsapp }, engine: { concurrency: 200 } }));
  return {
    PONTE_CONFIG: config,
    PONTE_ROLE: role,
    PONTE_ADMIN_KEY: "bench-admin-key-0123456789",
    PONTE_DATA_DIR: mkdtempSync(path.join(folder, "data-")),
    LOG_LEVEL: "error",
    WPP_AUTHORIZATION_TOKEN: "bench-token-0123456789",
    WPP_VERIFY_TOKEN: "bench-verify-token",
    WHATSAPP_APP_SECRET: APP_SECRET,
    WPP_PHONE_NUMBER_IDENTIFIER: ACCOUNTS.join(","),
    WHATSAPP_GRAPH_URL: standins,
    RASA_URL: standins,
    ...(databaseUrl !== undefined && { DATABASE_URL: databaseUrl }),
  };
}

async function newDatabase(): Promise<string> {
  const { url, drop } = await createServerDatabase();
  cleanUp.push(drop);
  return url;
}

function median(lines: readonly Line[]): Line {
  const sorted = lines.toSorted((a, b) => a.perSecond - b.perSecond);
  const line = sorted[Math.floor(sorted.length / 2)];
  if (line === undefined) throw new Error("nothing was measured");
  return line;
}

/** Sends webhooks to a subject: once to warm up, then `ROUNDS` times. */
async function measureIngestion(name: string, subject: Subject, requests: number): Promise<Line> {
  const job = { port: subject.port, path: WEBHOOK, connections: CONNECTIONS, people: PEOPLE };
  await load({ ...job, requests: Math.round(requests / 3), run: `${name} warm` });
  const lines: Line[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const result = await load({ ...job, requests, run: `${name} ${round}` });
    lines.push({ ...result, name, peakMb: subject.peakMb() });
  }
  await subject.stop();
  return tell(median(lines));
}

/** Shows that the benchmark goes on. */
function tell(line: Line): Line {
  process.stderr.write(`${line.name}: ${Math.round(line.perSecond)} per second\n`);
  return line;
}

/** Sends webhooks and waits until each is answered at the provider. */
async function measureLoop(name: string, subject: Subject, standins: string, requests: number) {
  const count = async (): Promise<number> => Number(await (await fetch(standins)).text());
  const round = async (run: string): Promise<Line> => {
    const before = await count();
    const began = performance.now();
    const job = { port: subject.port, path: WEBHOOK, connections: CONNECTIONS, people: PEOPLE };
    const result = await load({ ...job, requests, run });
    while ((await count()) - before < requests) await sleep(5);
    const seconds = (performance.now() - began) / 1000;
    return { ...result, seconds, perSecond: requests / seconds, name, peakMb: subject.peakMb() };
  };
  await round(`${name} warm`);
  const lines: Line[] = [];
  for (let n = 0; n < ROUNDS; n += 1) lines.push(await round(`${name} ${n}`));
  await subject.stop();
  return tell(median(lines));
}

function report(lines: readonly Line[], loops: readonly Line[], ratios: readonly string[]): string {
  const row = ({ name, perSecond, p50Ms, p99Ms, refused, peakMb }: Line): string =>
    `| ${name} | ${Math.round(perSecond)} | ${p50Ms.toFixed(1)} | ${p99Ms.toFixed(1)} | ${refused} | ${peakMb} |`;
  return [
    "# Benchmark",
    "",
    `Written by \`npm run bench\`: Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? "?"}; load, bridge,`,
    `PostgreSQL and stand-ins share these cores. ${ROUNDS} rounds each after a warm-up, the median counts. Read the ratios:`,
    "they compare what was measured in the same run on the same machine.",
    "",
    ...ratios.map((ratio) => `- ${ratio}`),
    "",
    `## Webhooks per second, ${CONNECTIONS} connections`,
    "",
    "| server | per second | p50 ms | p99 ms | refused | peak MB |",
    "|---|---|---|---|---|---|",
    ...lines.map(row),
    "",
    "## Full loop: webhook, database, bot, provider; the times are those of the acknowledgement",
    "",
    "| server | replies per second | p50 ms | p99 ms | refused | peak MB |",
    "|---|---|---|---|---|---|",
    ...loops.map(row),
    "",
  ].join("\n");
}

try {
  const standins = await startSubject("bench/echo.ts");
  cleanUp.push(standins.stop);
  const baseline = (mode: string, ...args: string[]) =>
    startSubject("bench/baseline.ts", [mode, ...args]);
  const bridge = (role: string, databaseUrl?: string) =>
    startSubject("src/main.ts", [], bridgeEnvironment(standins.url, role, databaseUrl));

  const none = await measureIngestion("Express without a database", await baseline("none"), 60_000);
  const insert = await measureIngestion(
    "Express, one INSERT per request",
    await baseline("insert", await newDatabase()),
    30_000,
  );
  const server = await measureIngestion(
    "Ponte on PostgreSQL: verified, durable, queued",
    await bridge("web", await newDatabase()),
    45_000,
  );
  const embedded = await measureIngestion("Ponte embedded: the same", await bridge("web"), 15_000);
  const loopServer = await measureLoop(
    "Ponte on PostgreSQL",
    await bridge("all", await newDatabase()),
    standins.url,
    8_000,
  );
  const loopEmbedded = await measureLoop(
    "Ponte embedded",
    await bridge("all"),
    standins.url,
    3_000,
  );

  const ratio = (a: Line, b: Line): string => (a.perSecond / b.perSecond).toFixed(2);
  const ratios = [
    `Ponte on PostgreSQL / Express without a database: **${ratio(server, none)}** (aim 0.5)`,
    `Ponte on PostgreSQL / one INSERT per request: **${ratio(server, insert)}** (aim 1.5)`,
    `full loop on PostgreSQL: **${Math.round(loopServer.perSecond)} replies/s** (aim 1,500 on 2 cores)`,
  ];
  const text = report([none, insert, server, embedded], [loopServer, loopEmbedded], ratios);
  writeFileSync(new URL("results.md", import.meta.url), text);
  process.stdout.write(text);
} finally {
  for (const step of cleanUp.toReversed()) await step();
}
