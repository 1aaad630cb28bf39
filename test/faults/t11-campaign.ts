import { setTimeout as sleep } from "node:timers/promises";
import { hasServer } from "../database.ts";
import type { BridgeProcess } from "../e2e/bridge-process.ts";
import { call, campaignDetail, readCampaign, repeatStatuses } from "../e2e/campaign-api.ts";
import { eventually, startWorld, type World } from "../e2e/world.ts";
import type { Fault, FaultFigures, Size } from "./fault.ts";

/** Messages a second: slow enough for every kill to come before the end, then as fast as the provider lets us. */
const FASTEST = 800;

/** Sends that a kill may catch between "sending" and the provider's answer. */
const IN_FLIGHT = 64;

const LIMIT_MS = 30 * 60_000;

const hasDatabase = await hasServer();

async function prepare(bridge: BridgeProcess, people: number, rate: number): Promise<string> {
  const made = await call(bridge, "POST", "/campaigns", {
    channel: "whatsapp",
    name: "Aviso",
    template: { name: "aviso", language: "pt_BR", params: ["{{nome}}"] },
    rate_per_second: rate,
    guard: { error_rate: 1, sample: 1_000_000 },
  });
  const { id } = campaignDetail.parse(made.answer);
  const lines = Array.from(
    { length: people },
    (_, n) => `+55619${String(90_000_000 + n)},Pessoa ${String(n)}`,
  );
  await call(bridge, "POST", `/campaigns/${id}/recipients`, `telefone,nome\n${lines.join("\n")}\n`);
  return id;
}

type Pair = readonly [BridgeProcess, BridgeProcess];

/** Kills one of the two under load and starts another in its place, so many times. */
async function killAll(world: World, pair: Pair, kills: number, people: number): Promise<Pair> {
  let alive = pair;
  for (let kill = 1; kill <= kills; kill += 1) {
    const least = Math.min(people / 2, world.graph.sent.length + 1);
    await eventually(() => world.graph.sent.length >= least, undefined, 60_000);
    await sleep(Math.random() * 500);
    const [victim, survivor]: Pair = Math.random() < 0.5 ? alive : [alive[1], alive[0]];
    await victim.stop("SIGKILL");
    alive = [await world.startAnother(), survivor];
  }
  return alive;
}

/** Starts one campaign at two processes at once and kills them while it runs. */
async function run(size: Size): Promise<FaultFigures> {
  const people = size.of(50_000, 60);
  const kills = size.of(5, 1);
  const world = await startWorld({
    driver: "postgres",
    graph: { statuses: [] },
    settings: { delivery: { retry_base_ms: 50, uncertain_wait_ms: size.of(5_000, 1_500) } },
    env: { LOG_LEVEL: "error" },
  });
  try {
    const pair: Pair = [world.bridge(), await world.startAnother()];
    const id = await prepare(pair[0], people, Math.ceil(size.of(people / 100, 40)));
    const starts = await Promise.all(
      pair.map((bridge) => call(bridge, "POST", `/campaigns/${id}/start`)),
    );
    const [newest] = await killAll(world, pair, kills, people);
    await call(newest, "POST", `/campaigns/${id}/pause`);
    await call(newest, "PATCH", `/campaigns/${id}`, { rate_per_second: FASTEST });
    await call(newest, "POST", `/campaigns/${id}/resume`);
    await eventually(
      async () => (await readCampaign(newest, id)).figures["queued"] === 0,
      () => world.graph.sent.length,
      LIMIT_MS,
    );
    await repeatStatuses(world, newest);
    await eventually(
      async () => (await readCampaign(newest, id)).state === "done",
      undefined,
      LIMIT_MS,
    );
    const { figures } = await readCampaign(newest, id);
    const reached = new Set(world.graph.sent.map(({ to }) => to)).size;
    const uncertain = Number(figures["uncertain"]);
    const codes = starts.map(({ status }) => status).toSorted((a, b) => a - b);
    return {
      rounds: kills,
      acknowledged: people,
      lost: Math.max(0, people - reached - uncertain),
      duplicated: world.graph.sent.length - reached,
      outOfOrder: 0,
      marks: [
        {
          text: `one start of the two is taken: ${codes.join(" and ")}`,
          isMet: codes.join() === "200,409",
        },
        {
          text: `every recipient reached is shown as delivered: ${reached}`,
          isMet: Number(figures["delivered"]) === reached,
        },
        {
          text: `no more are uncertain than were on their way when a process was killed: ${uncertain}`,
          isMet: uncertain === people - reached && uncertain <= kills * IN_FLIGHT,
        },
        {
          text: "nobody is left over, failed or skipped",
          isMet: ["queued", "failed", "skipped"].every((word) => figures[word] === 0),
        },
      ],
      notes: [`${people} recipients, two processes`],
    };
  } finally {
    await world.close();
  }
}

export const CAMPAIGN: Fault = {
  id: "T11",
  title: "a campaign started twice, its processes killed",
  missing: () => (hasDatabase ? undefined : "there is no PostgreSQL server"),
  run,
};
