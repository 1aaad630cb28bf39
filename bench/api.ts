import { setTimeout as sleep } from "node:timers/promises";
import { load } from "./load.ts";
import { countSent } from "./loop.ts";
import { CONNECTIONS, type Line, median, ROUNDS, table, tell } from "./measure.ts";
import type { Section } from "./report.ts";
import type { World } from "./world.ts";

const REQUESTS = 6_000;
/** Many, so that nobody is held back by the limit of one person. */
const PEOPLE = 50_000;

/** Messages asked for through the API: accepted, and sent. */
export async function measureApi(world: World): Promise<Section> {
  const { bridge, newDatabase, standins } = world;
  const all = world.scaled(REQUESTS);
  const count = (): Promise<number> => countSent(standins.url);
  const measure = async (name: string, role: "web" | "all"): Promise<Line> => {
    const subject = await bridge({ role, databaseUrl: await newDatabase() });
    const job = { kind: "message", port: subject.port, path: "/api/v1/messages" } as const;
    const round = async (requests: number): Promise<Line> => {
      const before = await count();
      const began = performance.now();
      const result = await load({
        ...job,
        connections: CONNECTIONS,
        requests,
        people: PEOPLE,
        run: "api",
      });
      const wanted = role === "all" ? requests - result.refused : 0;
      while ((await count()) - before < wanted) await sleep(5);
      const seconds = role === "all" ? (performance.now() - began) / 1_000 : result.seconds;
      return { ...result, seconds, perSecond: requests / seconds, name, peakMb: subject.peakMb() };
    };
    await round(Math.ceil(all / 3));
    const lines: Line[] = [];
    for (let n = 0; n < ROUNDS; n += 1) lines.push(await round(all));
    await subject.stop();
    const line = median(lines);
    tell(`${name}: ${Math.round(line.perSecond)} per second`);
    return line;
  };
  const accepted = await measure("accepted: checked, rendered, durable in the outbox", "web");
  const sent = await measure("accepted and sent by the same process", "all");
  return {
    title: "POST /messages",
    lines: [
      `- one process: **${Math.round(accepted.perSecond)} accepted/s**, **${Math.round(sent.perSecond)} accepted and sent/s**`,
      "",
      `${ROUNDS} rounds of ${all} templates each after a warm-up, the median counts; ${CONNECTIONS} connections; the times are those of`,
      "the answer 202. The account may send 1,000 a second at most.",
      "",
      ...table("messages", [accepted, sent]),
    ],
    figures: {
      "api.acceptedPerSecond": accepted.perSecond,
      "api.sentPerSecond": sent.perSecond,
    },
  };
}
