import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createServerDatabase, hasServer } from "../database.ts";
import { eventually } from "../e2e/world.ts";
import { createTcpProxy, type TcpProxy } from "../standins/tcp-proxy.ts";
import { auditFigures } from "./audit.ts";
import type { Fault, FaultFigures, Size } from "./fault.ts";
import { allTaken, answersOf, heardOnly, longest } from "./marks.ts";
import { evolutionHabits } from "./providers.ts";
import { openScene, type Scene } from "./scene.ts";

const PEOPLE = [32, 8] as const;
const SECRET = "webhook-secret-of-the-faults-0123456789";

/** Webhooks that have to be in the spool before a round goes on: in a full run, in a short one. */
const SPOOLED = [300, 40] as const;

const hasDatabase = await hasServer();

/** Milliseconds of load before each round. */
const LOAD_MS = 300;

/** What a round does to the way to the database, and whether the bridge is killed meanwhile. */
const ROUNDS = [
  { what: "cut", kills: true },
  { what: "cut", kills: false },
  { what: "frozen", kills: false },
] as const;

type Round = (typeof ROUNDS)[number];

/** Webhooks in the spool of the bridge that runs. */
async function spooled({ world }: Scene): Promise<number> {
  const text = await (await fetch(`${world.bridge().url}/metrics`)).text();
  return Number(/^ponte_spool_entries (\S+)$/m.exec(text)?.[1] ?? Number.NaN);
}

/** Takes the database away, waits until much is in the spool, brings it back; resolves with how long the spool took to empty. */
async function play(scene: Scene, way: TcpProxy, round: Round, count: number): Promise<number> {
  if (round.what === "cut") await way.stop();
  else way.freeze();
  await eventually(async () => (await spooled(scene)) >= count);
  if (round.kills) await scene.world.bridge().stop("SIGKILL");
  if (round.what === "cut") await way.start();
  else way.thaw();
  const backAt = performance.now();
  if (round.kills) await scene.world.start();
  // While webhooks keep arriving.
  await eventually(async () => (await spooled(scene)) === 0);
  return performance.now() - backAt;
}

async function run(size: Size, scene: Scene, way: TcpProxy): Promise<FaultFigures> {
  const { sender } = scene;
  const rounds = size.of(12, 1);
  const recoveries: number[] = [];
  sender.start();
  for (let count = 0; count < rounds; count += 1) {
    await sleep(LOAD_MS);
    const round = ROUNDS[count % ROUNDS.length];
    if (round !== undefined) recoveries.push(await play(scene, way, round, size.of(...SPOOLED)));
  }
  await sender.stop();
  await eventually(async () => (await spooled(scene)) === 0);
  const figures = auditFigures(await scene.audit());
  const [row] = await scene.db.query(
    "select count(*)::int as spooled from webhook_events where headers ? 'x-ponte-spooled-at'",
  );
  const kept = Number(row?.["spooled"]);
  // Of each person one may just have been counted and not yet synced when the bridge was killed: it was not acknowledged.
  const least = size.of(...SPOOLED) - size.of(...PEOPLE);
  return {
    ...figures,
    rounds,
    recoveryMs: longest(recoveries),
    marks: [
      // None where the bridge is killed and started again.
      heardOnly(sender, [200, 0]),
      allTaken(sender),
      { text: "webhooks were kept in every round", isMet: kept >= rounds * least },
    ],
    notes: [
      `${kept} webhooks went through the spool; recovery is until it was empty, a start of the bridge included`,
      "rounds in turn: the way to the database is cut and the bridge killed meanwhile; cut; frozen",
      answersOf(sender),
      ...figures.notes,
    ],
  };
}

async function onOwnFolder(size: Size): Promise<FaultFigures> {
  const folder = mkdtempSync(path.join(tmpdir(), "ponte-spool-"));
  const habits = evolutionHabits({
    instance: "loja",
    path: "/webhooks/evolution/webhook",
    headers: { "x-webhook-secret": SECRET },
  });
  const env = {
    PONTE_SPOOL_DIR: folder,
    PONTE_METRICS_PUBLIC: "true",
    EVOLUTION_BASE_URL: "http://127.0.0.1:9",
    EVOLUTION_API_KEY: "api-key-of-the-faults-0123456789",
    EVOLUTION_INSTANCE: "loja",
    EVOLUTION_WEBHOOK_SECRET: SECRET,
  };
  const database = await createServerDatabase();
  const url = new URL(database.url);
  const way = await createTcpProxy({ host: url.hostname, port: Number(url.port) });
  await way.start();
  url.host = `127.0.0.1:${String(way.port)}`;
  const sender = { habits, people: size.of(...PEOPLE) };
  const options = { databaseUrl: url.href, auditUrl: database.url, takesOnly: true, env, sender };
  try {
    const scene = await openScene(options);
    try {
      return await run(size, scene, way);
    } finally {
      await scene.close();
    }
  } finally {
    await way.stop();
    await database.drop();
    rmSync(folder, { recursive: true, force: true });
  }
}

export const SPOOL: Fault = {
  id: "T2s",
  title: "PostgreSQL is away from a channel with a disk spool",
  missing: () => (hasDatabase ? undefined : "no PostgreSQL server is there"),
  run: onOwnFolder,
};
