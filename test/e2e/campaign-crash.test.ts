import { afterEach, expect, test } from "@jest/globals";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import type { BridgeProcess } from "./bridge-process.ts";
import { call, campaignDetail, readCampaign, repeatStatuses } from "./campaign-api.ts";
import { eventually, listDrivers, startWorld, type World } from "./world.ts";

/** Recipients. By hand also with 50,000; what is written for each is then written in minutes. */
const SIZE = Number(process.env["TEST_CAMPAIGN_SIZE"] ?? "1500");

const KILLS = 5;
const FASTEST = 800;
/** Sends that the kills may cut off before they leave, at most. */
const CUT_OFF = KILLS * 64;
/** Slow enough for five kills and starts before the end, even where starting takes long; the rest goes faster. */
const RATE = Math.min(FASTEST, Math.max(5, Math.ceil(SIZE / 75)));
const LIMIT_MS = 300_000 + SIZE * 20;

const phoneOf = (n: number): string => `55619${String(90_000_000 + n)}`;

const postgres = (await listDrivers()).some(({ driver }) => driver === "postgres");

let world: World | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

(postgres ? test : test.skip)(
  `a campaign to ${SIZE} people, started twice, killed ${KILLS} times, reaches each of them once`,
  async () => {
    world = await startWorld({
      driver: "postgres",
      graph: { statuses: [] },
      settings: { delivery: { retry_base_ms: 50, uncertain_wait_ms: 5_000 } },
    });
    let alive: readonly [BridgeProcess, BridgeProcess] = [
      world.bridge(),
      await world.startAnother(),
    ];
    const [first, second] = alive;
    const made = await call(first, "POST", "/campaigns", {
      channel: "whatsapp",
      name: "Aviso",
      template: { name: "aviso", language: "pt_BR", params: ["{{nome}}"] },
      rate_per_second: RATE,
      guard: { error_rate: 1, sample: 1_000_000 },
    });
    expect(made.status).toBe(201);
    const { id } = campaignDetail.parse(made.answer);
    const lines = Array.from({ length: SIZE }, (_, n) => `+${phoneOf(n)},Pessoa ${n}`);
    const csv = `telefone,nome\n${lines.join("\n")}\n`;
    const imported = await call(first, "POST", `/campaigns/${id}/recipients`, csv);
    expect(imported.answer).toMatchObject({ added: SIZE });

    const starts = await Promise.all(
      alive.map((bridge) => call(bridge, "POST", `/campaigns/${id}/start`)),
    );
    expect(starts.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409]);

    const { graph } = world;
    for (let kill = 1; kill <= KILLS; kill += 1) {
      // Each time under load: more was sent since the last one, unless starting took longer than the whole campaign.
      const least = Math.min(SIZE - CUT_OFF, graph.sent.length + 1);
      await eventually(
        () => graph.sent.length >= least,
        () => graph.sent.length,
        60_000,
      );
      await sleep(Math.random() * 1_000);
      const [victim, survivor] = Math.random() < 0.5 ? alive : [alive[1], alive[0]];
      await victim.stop("SIGKILL");
      alive = [await world.startAnother(), survivor];
    }
    const [newest] = alive;
    // The rest goes faster, where there is one: a campaign is changed while it is paused.
    await call(newest, "POST", `/campaigns/${id}/pause`);
    await call(newest, "PATCH", `/campaigns/${id}`, { rate_per_second: FASTEST });
    await call(newest, "POST", `/campaigns/${id}/resume`);
    let seen = await readCampaign(newest, id);
    const see = async () => {
      seen = await readCampaign(newest, id);
      return seen;
    };
    await eventually(
      async () => (await see()).figures["queued"] === 0,
      () => seen,
      LIMIT_MS,
    );
    await repeatStatuses(world, newest);
    await eventually(
      async () => (await see()).state === "done",
      () => seen,
      60_000,
    );

    const reached = new Set(graph.sent.map(({ to }) => to));
    const { figures } = await readCampaign(newest, id);
    expect(graph.sent).toHaveLength(reached.size);
    expect(figures).toMatchObject({
      audience: SIZE,
      delivered: reached.size,
      uncertain: SIZE - reached.size,
      queued: 0,
      failed: 0,
      skipped: 0,
    });
    // Those whose send was cut off before it left are named, so that somebody can decide about them.
    const page = z.object({ data: z.array(z.object({ to: z.string() })) });
    const listed = await call(
      newest,
      "GET",
      `/campaigns/${id}/recipients?status=uncertain&limit=200`,
    );
    const uncertain = page.parse(listed.answer).data.map(({ to }) => to.replace(/^\+?/, "+"));
    expect(uncertain.filter((to) => reached.has(to))).toEqual([]);
    expect(uncertain).toHaveLength(Math.min(200, SIZE - reached.size));
    expect(graph.refusals).toEqual([]);
    expect(second.pid).toBeGreaterThan(0);
  },
  LIMIT_MS,
);
