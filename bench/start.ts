import { setTimeout as sleep } from "node:timers/promises";
import { buildProgram } from "./built.ts";
import { REST_MS, ROUNDS, tell } from "./measure.ts";
import type { Section } from "./report.ts";
import type { Subject } from "./subject.ts";
import type { World } from "./world.ts";

/** Starts of each kind; the median counts. */
const STARTS = 5;

const medianOf = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

/** Starts a bridge so many times, one after the other; returns the median of the milliseconds until it listened. */
async function measureStarts(count: number, start: () => Promise<Subject>): Promise<number> {
  const times: number[] = [];
  for (let n = 0; n < count; n += 1) {
    const bridge = await start();
    times.push(bridge.startMs);
    await bridge.stop();
  }
  return medianOf(times);
}

async function measureRest(start: () => Promise<Subject>): Promise<number> {
  const sizes: number[] = [];
  for (let n = 0; n < ROUNDS; n += 1) {
    const bridge = await start();
    await sleep(REST_MS);
    sizes.push(bridge.residentMb());
    await bridge.stop();
  }
  return medianOf(sizes);
}

/** How long a start takes, and what a bridge holds that has nothing to do. */
export async function measureStart(world: World): Promise<Section> {
  buildProgram();
  const databaseUrl = await world.newDatabase();
  const dataFolder = world.newFolder();
  const kind = { role: "all", isPlain: true, isBuilt: true } as const;
  const onServer = () => world.bridge({ ...kind, databaseUrl });
  const embedded = () => world.bridge({ ...kind, dataFolder });
  const cold = () => world.bridge(kind);
  const coldMs = await measureStarts(world.isQuick ? 1 : ROUNDS, cold);
  await (await embedded()).stop();
  const warmMs = await measureStarts(STARTS, embedded);
  const serverMs = await measureStarts(STARTS, onServer);
  const embeddedMb = await measureRest(embedded);
  const serverMb = await measureRest(onServer);
  tell(`start: ${Math.round(warmMs)} ms embedded, ${Math.round(serverMs)} ms PostgreSQL`);
  const row = (...cells: readonly (string | number)[]): string => `| ${cells.join(" | ")} |`;
  return {
    title: "Start and rest",
    lines: [
      `- embedded database that is there: listens after **${Math.round(warmMs)} ms** (aim 1,500), **${embeddedMb} MB** at rest (aim 400)`,
      `- PostgreSQL: listens after **${Math.round(serverMs)} ms**, **${serverMb} MB** at rest (aim 120)`,
      "",
      "The program as `npm run build` makes it for the package and the container. From the start of the process to the line that",
      "says where it listens, the median of five; memory is what the process holds",
      `(resident) after ${REST_MS / 1_000} s in which nothing was asked of it, the median of ${ROUNDS}. The Cloud API and Rasa are configured, all`,
      "else is as it comes.",
      "",
      "| database | start, ms | at rest, MB |",
      "|---|---|---|",
      row("embedded, there already", Math.round(warmMs), embeddedMb),
      row("embedded, made at the start", Math.round(coldMs), "–"),
      row("PostgreSQL", Math.round(serverMs), serverMb),
    ],
    figures: {
      "start.embeddedWarmMs": warmMs,
      "start.embeddedIdleMb": embeddedMb,
      "start.postgresIdleMb": serverMb,
    },
  };
}
