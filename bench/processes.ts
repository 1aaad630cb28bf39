import { ingestionRound, loopRound } from "./loop.ts";
import { interleave, ratio, ROUNDS, table } from "./measure.ts";
import type { Section } from "./report.ts";
import type { Subject } from "./subject.ts";
import type { World } from "./world.ts";

const COUNTS = [1, 2, 4] as const;
const WEBHOOKS = 30_000;
const LOOPS = 6_000;

interface Group {
  readonly name: string;
  readonly bridges: readonly Subject[];
}

/** So many processes on a database of their own. */
async function startGroup(world: World, count: number, role: "web" | "all"): Promise<Group> {
  const databaseUrl = await world.newDatabase();
  const bridges = await Promise.all(
    Array.from({ length: count }, () => world.bridge({ role, databaseUrl })),
  );
  return { name: count === 1 ? "one process" : `${count} processes`, bridges };
}

async function measureRole(world: World, role: "web" | "all") {
  const groups: Group[] = [];
  for (const count of COUNTS) groups.push(await startGroup(world, count, role));
  const whole = world.scaled(role === "web" ? WEBHOOKS : LOOPS);
  const lines = await interleave(groups, async ({ name, bridges }, round) => {
    await world.checkpoint();
    const requests = round === "warm" ? Math.ceil(whole / 3) : whole;
    const job = { name, requests, run: `${role} ${name} ${round}` };
    if (role === "web") return ingestionRound(bridges, job);
    return loopRound(bridges, world.standins.url, job);
  });
  for (const { bridges } of groups) await Promise.all(bridges.map((bridge) => bridge.stop()));
  return lines;
}

/** What more processes on the same machine bring: as many as there are cores at most. */
export async function measureProcesses(world: World): Promise<Section> {
  const ingestion = await measureRole(world, "web");
  const loop = await measureRole(world, "all");
  const [one, two, four] = ingestion.map(({ perSecond }) => perSecond);
  const [oneLoop, twoLoop, fourLoop] = loop.map(({ perSecond }) => perSecond);
  const perOne = (value = Number.NaN, first = Number.NaN): number => value / first;
  return {
    title: "Processes",
    lines: [
      `- ingestion of two and four processes / of one: **${ratio(two ?? 0, one ?? 0)}** and **${ratio(four ?? 0, one ?? 0)}**`,
      `- full loop of two and four processes / of one: **${ratio(twoLoop ?? 0, oneLoop ?? 0)}** and **${ratio(fourLoop ?? 0, oneLoop ?? 0)}**`,
      "",
      `Connections are spread evenly over the processes, which share a database and nothing else; ${ROUNDS} rounds in turn, the median`,
      "counts. Load, PostgreSQL and stand-ins share the cores with them: more processes than cores only show that nothing breaks.",
      "",
      ...table("webhooks", ingestion),
      "",
      ...table("replies", loop),
    ],
    figures: {
      "processes.two": perOne(two, one),
      "processes.four": perOne(four, one),
      "processes.twoLoop": perOne(twoLoop, oneLoop),
      "processes.fourLoop": perOne(fourLoop, oneLoop),
    },
  };
}
