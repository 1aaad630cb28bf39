import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { createServerDatabase, hasServer, type ServerDatabase } from "../database.ts";
import { runToEnd } from "../e2e/bridge-process.ts";
import { ADMIN_KEY, eventually } from "../e2e/world.ts";
import { audit } from "../faults/audit.ts";
import { evolutionHabits, type Habits } from "../faults/providers.ts";
import { openScene, type Scene } from "../faults/scene.ts";
import { type Evolution, startEvolution } from "../standins/evolution.ts";
import { createTcpProxy, type TcpProxy } from "../standins/tcp-proxy.ts";

const LIMIT_MS = 180_000;
const INSTANCE = "loja";
const WEBHOOK_SECRET = "webhook-secret-of-the-tests-0123456789";
const API_KEY = "api-key-of-the-tests-0123456789";
const INSTANCE_TOKEN = "TOKEN-OF-THE-INSTANCE-0123456789";

const onServer = (await hasServer()) ? describe : describe.skip;

/** Evolution API as it is: each webhook repeats the token of its instance. */
function habitsWithToken(): Habits {
  const headers = { "x-webhook-secret": WEBHOOK_SECRET };
  const habits = evolutionHabits({
    instance: INSTANCE,
    path: "/webhooks/evolution/webhook",
    headers,
  });
  return {
    ...habits,
    write: (spoken) => {
      const call = habits.write(spoken);
      const body: unknown = JSON.parse(call.body.toString());
      const told = typeof body === "object" ? { ...body, apikey: INSTANCE_TOKEN } : body;
      return { ...call, body: Buffer.from(JSON.stringify(told)) };
    },
  };
}

onServer("a bridge with a spool", () => {
  let database: ServerDatabase;
  let proxy: TcpProxy;
  let evolution: Evolution;
  let scene: Scene;
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), "ponte-spool-"));
    database = await createServerDatabase();
    const { hostname, port } = new URL(database.url);
    proxy = await createTcpProxy({ host: hostname, port: Number(port) });
    await proxy.start();
    const near = new URL(database.url);
    near.host = `127.0.0.1:${proxy.port}`;
    evolution = await startEvolution({
      version: "v2",
      integration: "baileys",
      apiKey: API_KEY,
      instances: [INSTANCE],
      statuses: [],
    });
    scene = await openScene({
      databaseUrl: near.href,
      auditUrl: database.url,
      settings: {
        channels: {
          evolution: {
            type: "evolution",
            gap_min_ms: 0,
            gap_max_ms: 0,
            pair_refill_ms: 0,
            pair_burst: 45,
            messages_per_second: 1_000,
          },
        },
      },
      env: {
        LOG_LEVEL: "info",
        PONTE_SPOOL_DIR: folder,
        PONTE_METRICS_PUBLIC: "true",
        EVOLUTION_BASE_URL: evolution.url,
        EVOLUTION_API_KEY: API_KEY,
        EVOLUTION_INSTANCE: INSTANCE,
        EVOLUTION_WEBHOOK_SECRET: WEBHOOK_SECRET,
      },
      sender: { habits: habitsWithToken(), people: 6 },
    });
  }, LIMIT_MS);

  afterAll(async () => {
    await scene?.close();
    await evolution?.close();
    await proxy?.stop();
    await database?.drop();
    rmSync(folder, { recursive: true, force: true });
  });

  const metric = async (name: string): Promise<number> => {
    const text = await (await fetch(`${scene.world.bridge().url}/metrics`)).text();
    const found = text.split("\n").find((line) => line.startsWith(`${name} `));
    return Number(found?.split(" ")[1]);
  };
  const spooled = (): Promise<number> => metric("ponte_spool_entries");
  const spoolUntil = (count: number): Promise<void> =>
    eventually(async () => (await spooled()) >= count, spooled);
  const filesOf = (): readonly string[] =>
    readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) =>
      name.endsWith(".spool"),
    );

  test(
    "takes webhooks while PostgreSQL is away, and stores them in order once it is back",
    async () => {
      const { sender } = scene;
      sender.start();
      await eventually(() => sender.taken() >= 30);
      await proxy.stop();
      await spoolUntil(30);
      const onDisk = filesOf().map((name) => readFileSync(path.join(folder, name)));
      expect(onDisk.length).toBeGreaterThan(0);
      for (const secret of [INSTANCE_TOKEN, API_KEY, WEBHOOK_SECRET])
        expect(onDisk.some((bytes) => bytes.includes(secret))).toBe(false);
      await proxy.start();
      const taken = sender.taken();
      await eventually(() => sender.taken() >= taken + 30);
      await sender.stop();
      await eventually(async () => (await spooled()) === 0, spooled);
      expect([...sender.answers.keys()]).toEqual([200]);
      expect(await metric("ponte_spool_bytes")).toBe(0);
    },
    LIMIT_MS,
  );

  test(
    "killed in the middle, started without a database and with it, loses nothing",
    async () => {
      const { sender, world } = scene;
      sender.start();
      await proxy.stop();
      await spoolUntil(20);
      await world.bridge().stop("SIGKILL");
      const kept = filesOf().length;
      expect(kept).toBeGreaterThan(0);
      await expect(world.start()).rejects.toThrow("Ponte cannot start");
      expect(filesOf()).toHaveLength(kept);
      await proxy.start();
      await world.start();
      const taken = sender.taken();
      await eventually(() => sender.taken() >= taken + 10);
      await sender.stop();
      await eventually(async () => (await spooled()) === 0, spooled);
    },
    LIMIT_MS,
  );

  test(
    "stopped in order without a database, leaves the spool to the next start",
    async () => {
      const { sender, world } = scene;
      sender.start();
      await proxy.stop();
      await spoolUntil(20);
      const silence = sender.stop();
      expect(await world.bridge().stop("SIGTERM")).toBe(0);
      expect(filesOf().length).toBeGreaterThan(0);
      await proxy.start();
      await world.start();
      await silence;
      await eventually(async () => (await spooled()) === 0, spooled);
    },
    LIMIT_MS,
  );

  test(
    "has stored and answered each webhook once and in order, and told what it did",
    async () => {
      await scene.rest();
      const { db, sender, world } = scene;
      const found = await audit({ db, sent: sender.sent, asked: world.rasa.turns });
      expect(found).toMatchObject({ lost: 0, duplicated: 0, outOfOrder: 0, examples: [] });
      expect(found.acknowledged).toBeGreaterThan(100);
      const texts = evolution.sent.map(
        ({ body }) => /eco (m-[\d-]+)/.exec(JSON.stringify(body))?.[1],
      );
      const answered = new Set(texts);
      const unanswered = sender.sent.filter(
        ({ takenAt, text }) => takenAt !== undefined && !answered.has(text),
      );
      // One whose answer was on its way when the bridge was killed is shown as uncertain instead.
      expect(unanswered.slice(found.shown)).toEqual([]);
      const [late] = await db.query(
        "select count(*)::int as late from webhook_events where headers ? 'x-ponte-spooled-at'",
      );
      expect(Number(late?.["late"])).toBeGreaterThanOrEqual(70);
      const [leaked] = await db.query(
        "select count(*)::int as leaked from webhook_events where position($1::text in encode(body, 'escape')) > 0",
        [INSTANCE_TOKEN],
      );
      expect(leaked?.["leaked"]).toBe(0);
      expect(world.bridge().output()).not.toContain(INSTANCE_TOKEN);
      expect(filesOf()).toEqual([]);
    },
    LIMIT_MS,
  );

  test(
    "whose folder cannot be written does not start, and says why",
    async () => {
      const file = path.join(folder, "a file");
      writeFileSync(file, "");
      const { code, output } = await runToEnd({
        DATABASE_URL: database.url,
        PONTE_DATA_DIR: path.join(folder, "data"),
        PONTE_ADMIN_KEY: ADMIN_KEY,
        PONTE_SPOOL_DIR: path.join(file, "spool"),
      });
      expect(code).toBe(1);
      expect(output).toContain("Ponte cannot start: the spool folder");
      expect(output).toContain("PONTE_SPOOL_DIR");
    },
    LIMIT_MS,
  );
});
