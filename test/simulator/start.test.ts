import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, expect, test } from "@jest/globals";
import { createServerDatabase, hasServer } from "../database.ts";
import { eventually } from "../e2e/world.ts";
import { type Desk, startDesk } from "./bench.ts";

/** Starts of the program: what is there and what is said of it. */

const LIMIT_MS = 120_000;
const folder = mkdtempSync(path.join(tmpdir(), "ponte-simulator-start-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const started: Desk[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map(({ bridge }) => bridge.stop("SIGKILL")));
});

async function start(name: string, env: Record<string, string> = {}): Promise<Desk> {
  const own = path.join(folder, name);
  mkdirSync(own, { recursive: true });
  const desk = await startDesk(own, env);
  started.push(desk);
  return desk;
}

test(
  "with no set-up at all it says where the pages are, and the lines are there for whoever comes",
  async () => {
    const desk = await start("fresh");
    await eventually(() => desk.bridge.output().includes("Try it:"));
    const { url } = desk.bridge;
    expect(desk.bridge.output()).toContain(
      `Simulator: ${url}/simulator\nDashboard: ${url}/admin\n`,
    );
    expect(desk.bridge.output()).not.toContain("webhooks/simulator");
    expect((await desk.call("GET", "/simulator")).body).toMatchObject({ mode: "open" });
    const ana = desk.person("simulator", "+5561987654321");
    await ana.say("oi");
    await ana.hear(2);
    await ana.until("read");
    const health = await (await fetch(`${url}/health`)).json();
    expect(health).not.toHaveProperty("acs_endpoint");
    expect(await desk.bridge.stop("SIGTERM")).toBe(0);
  },
  LIMIT_MS,
);

test(
  "switched off there are no lines, no page and no word of them",
  async () => {
    const desk = await start("off", { PONTE_SIMULATOR: "off" });
    await eventually(() => desk.bridge.output().includes("Try it:"));
    expect(desk.bridge.output()).not.toContain("Simulator:");
    expect((await desk.call("GET", "/simulator")).status).toBe(404);
    const webhook = `${desk.bridge.url}/webhooks/simulator/webhook`;
    expect((await fetch(webhook, { method: "POST", body: "{}" })).status).toBe(404);
  },
  LIMIT_MS,
);

test(
  "a process that answers tells its statuses to the one that takes webhooks",
  async () => {
    if (!(await hasServer())) return;
    const database = await createServerDatabase();
    const shared = { DATABASE_URL: database.url };
    const web = await start("web", { ...shared, PONTE_ROLE: "web" });
    const worker = await start("worker", {
      ...shared,
      PONTE_ROLE: "worker",
      PUBLIC_URL: web.bridge.url,
    });
    expect(worker.bridge.output()).not.toContain("Simulator:");
    const ana = web.person("simulator", "+5561987654321");
    await ana.say("oi");
    await ana.hear(2);
    await ana.until("read");
    await Promise.all([web.bridge.stop("SIGTERM"), worker.bridge.stop("SIGTERM")]);
    await database.drop();
  },
  LIMIT_MS,
);
