import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, expect, test } from "@jest/globals";
import { z } from "zod";
import { fillDataFolder } from "../database.ts";
import { textWebhook } from "../standins/graph-webhooks.ts";
import { type BridgeProcess, type Environment, runToEnd, startBridge } from "./bridge-process.ts";
import { ACCOUNT, ADMIN_KEY, eventually, startWorld } from "./world.ts";

const LIMIT_MS = 120_000;
const folder = mkdtempSync(path.join(tmpdir(), "ponte-start-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const started: BridgeProcess[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map((bridge) => bridge.stop("SIGKILL")));
});

async function start(env: Environment): Promise<BridgeProcess> {
  const bridge = await startBridge(env);
  started.push(bridge);
  return bridge;
}

const items = z.array(z.object({ recipient_id: z.string(), text: z.string().optional() }));

test(
  "with no set-up at all it answers in Portuguese, and shows the admin key once",
  async () => {
    const env = { PONTE_DATA_DIR: path.join(folder, "fresh") };
    const first = await start(env);
    const url = `${first.url}/webhooks/rest/webhook`;
    // curl -d says that JSON is a form.
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    const body = '{"sender":"me","message":"oi"}';
    const response = await fetch(url, { method: "POST", headers, body });
    const answer = items.parse(await response.json());
    expect(answer[0]).toMatchObject({
      recipient_id: "me",
      text: expect.stringMatching(/^(Oi|Olá)!/),
    });
    const file = path.join(env.PONTE_DATA_DIR, "admin-key");
    const key = readFileSync(file, "utf8").trim();
    expect(first.output()).toContain(key);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(await first.stop("SIGTERM")).toBe(0);
    const second = await start(env);
    expect(second.output()).not.toContain(key);
    const api = await fetch(`${second.url}/api/v1/messages`, {
      headers: { authorization: `Bearer ${key}` },
    });
    expect(JSON.stringify(await api.json())).toContain("oi");
    await second.stop("SIGTERM");
  },
  LIMIT_MS,
);

test(
  "a second process on the same data folder is refused and harms nothing; a killed one's folder is taken over",
  async () => {
    const env = { PONTE_DATA_DIR: path.join(folder, "shared"), PONTE_ADMIN_KEY: ADMIN_KEY };
    await fillDataFolder(env.PONTE_DATA_DIR);
    const first = await start(env);
    const refused = await runToEnd(env);
    expect(refused.code).toBe(1);
    expect(refused.output).toContain("store_locked");
    expect(refused.output).toContain("PONTE_DATA_DIR");
    // With a database of its own it would want the same port.
    const port = new URL(first.url).port;
    const other = { ...env, PONTE_DATA_DIR: path.join(folder, "other"), PORT: port };
    await fillDataFolder(other.PONTE_DATA_DIR);
    const crowded = await runToEnd(other);
    expect(crowded.code).toBe(1);
    expect(crowded.output).toMatch(
      new RegExp(`port ${port} is taken: Ponte .* listens there already`),
    );
    expect((await fetch(`${first.url}/ready`)).status).toBe(200);
    await first.stop("SIGKILL");
    const second = await start(env);
    expect((await fetch(`${second.url}/ready`)).status).toBe(200);
    await second.stop("SIGTERM");
  },
  LIMIT_MS,
);

test(
  "a wrong configuration names every problem and no value, and ends with 1",
  async () => {
    const { code, output } = await runToEnd({
      PORT: "many",
      WPP_VERIFY_TOKEN: "verify-me-0123456789",
      WPP_PHONE_NUMBER_IDENTIFIER: "not a number",
      RASA_URL: "nowhere",
    });
    expect(code).toBe(1);
    const missing = [
      "PORT",
      "WPP_AUTHORIZATION_TOKEN",
      "WPP_PHONE_NUMBER_IDENTIFIER",
      "WHATSAPP_APP_SECRET",
      "RASA_URL",
    ];
    for (const name of missing) expect(output).toContain(name);
    for (const value of ["many", "verify-me", "not a number", "nowhere"])
      expect(output).not.toContain(value);
  },
  LIMIT_MS,
);

test(
  "a taken port is said in one sentence",
  async () => {
    // It reads what it is sent, and never answers.
    const server = createServer((socket) => socket.resume());
    await new Promise<void>((resolve) => {
      server.listen(0, "127.0.0.1", resolve);
    });
    const address = server.address();
    const port = String(typeof address === "object" && address !== null ? address.port : 0);
    const env = {
      PORT: port,
      PONTE_DATA_DIR: path.join(folder, "port"),
      PONTE_ADMIN_KEY: ADMIN_KEY,
    };
    await fillDataFolder(env.PONTE_DATA_DIR);
    const { code, output } = await runToEnd(env);
    expect(code).toBe(1);
    expect(output).toContain(`port ${port} is taken by another program`);
    await new Promise((resolve) => {
      server.close(resolve);
    });
  },
  LIMIT_MS,
);

test(
  "a signal during the start ends it cleanly: the data folder is free again",
  async () => {
    const env = { PONTE_DATA_DIR: path.join(folder, "early"), PONTE_ADMIN_KEY: ADMIN_KEY };
    await fillDataFolder(env.PONTE_DATA_DIR);
    const lock = path.join(env.PONTE_DATA_DIR, "ponte.lock");
    const isLocked: boolean[] = [];
    const { code, output } = await runToEnd(env, {
      // The folder is taken as one of the first steps, and long before the bridge listens.
      onLaunch: (kill) => {
        const look = setInterval(() => {
          if (!existsSync(lock)) return;
          clearInterval(look);
          isLocked.push(true);
          kill("SIGTERM");
        }, 5);
      },
    });
    expect(isLocked).toEqual([true]);
    expect(code).toBe(0);
    expect(output).not.toContain("listens on");
    expect(existsSync(lock)).toBe(false);
  },
  LIMIT_MS,
);

test(
  "a failure that nobody foresaw is logged and ends the process with 1; what was acknowledged is answered by the next",
  async () => {
    const thrower = path.join(folder, "thrower.mjs");
    writeFileSync(
      thrower,
      'process.on("SIGWINCH", () => { throw new Error("a bug of the test"); });',
    );
    const bot = async (_sender: string, message: string) => [{ text: message }];
    const world = await startWorld({
      driver: "embedded",
      bot,
      env: { NODE_OPTIONS: `--import=${thrower}` },
    });
    await world.rasa.stop();
    const total = 5;
    for (let n = 0; n < total; n += 1) {
      const from = `55619911100${10 + n}`;
      const body = textWebhook({ account: ACCOUNT, from, id: `wamid.b${n}`, text: `m${n}` });
      expect(await world.post(body)).toBe(200);
    }
    const bridge = world.bridge();
    expect(await bridge.stop("SIGWINCH")).toBe(1);
    expect(bridge.output()).toContain("a bug of the test");
    await world.rasa.resume();
    await world.start();
    await eventually(
      () => world.graph.sent.length >= total,
      () => world.graph.sent.length,
      60_000,
    );
    await world.close();
  },
  LIMIT_MS,
);

test(
  "a stop under load ends within 10 s, hands the leases back, and the next start answers the rest",
  async () => {
    const bot = async (_sender: string, message: string) => {
      await new Promise((resolve) => {
        setTimeout(resolve, 150);
      });
      return [{ text: message }];
    };
    // A lease so long that only a lease handed back can explain a quick next start.
    const settings = { engine: { lease_ms: 600_000, concurrency: 4 } };
    const world = await startWorld({ driver: "embedded", bot, settings });
    const total = 60;
    for (let n = 0; n < total; n += 1)
      await world.post(
        textWebhook({
          account: ACCOUNT,
          from: `55619911100${10 + (n % 20)}`,
          id: `wamid.${n}`,
          text: `m${n}`,
        }),
      );
    const began = Date.now();
    expect(await world.bridge().stop("SIGTERM")).toBe(0);
    expect(Date.now() - began).toBeLessThan(25_000);
    expect(world.graph.sent.length).toBeLessThan(total);
    await world.start();
    await eventually(
      () => world.graph.sent.length >= total,
      () => world.graph.sent.length,
      60_000,
    );
    await world.graph.settled();
    expect(world.graph.sent).toHaveLength(total);
    expect(world.rasa.cancelled()).toBe(0);
    await world.close();
  },
  LIMIT_MS,
);
