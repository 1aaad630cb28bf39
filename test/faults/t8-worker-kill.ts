import { setTimeout as sleep } from "node:timers/promises";
import { auditFigures } from "./audit.ts";
import type { Fault, FaultFigures, Size } from "./fault.ts";
import { allTaken, answersOf, heardOnly } from "./marks.ts";
import { openScene } from "./scene.ts";

const KILLS = 26;
const PER_SECOND = 150;

/** Conversations that a worker has under way at once: as many messages may be in flight when it is killed. */
const IN_FLIGHT = 64;

/** Kills the worker while it answers, and starts another, again and again; another process goes on taking webhooks. */
async function run(size: Size): Promise<FaultFigures> {
  const kills = size.of(KILLS, 1);
  const scene = await openScene({
    env: { PONTE_ROLE: "web" },
    settings: { engine: { lease_ms: 1_000, poll_ms: 25 } },
    sender: { people: 100, perSecond: PER_SECOND, limit: size.of(10_000, 150) },
  });
  const { world, sender } = scene;
  try {
    const web = world.bridge();
    scene.aim([web]);
    sender.start();
    for (let kill = 0; kill < kills; kill += 1) {
      const worker = await world.startAnother({ PONTE_ROLE: "worker" });
      await sleep(400 + Math.random() * 600);
      await worker.stop("SIGKILL");
    }
    await world.startAnother({ PONTE_ROLE: "worker" });
    await sender.stop();
    await scene.rest();
    await world.graph.settled();
    const audited = await scene.audit();
    const figures = auditFigures(audited);
    return {
      ...figures,
      rounds: kills,
      marks: [
        heardOnly(sender, [200]),
        allTaken(sender),
        {
          text: `no more than ${IN_FLIGHT} answers a kill are sent again, all marked as uncertain before`,
          isMet: audited.uncertain <= IN_FLIGHT * kills,
        },
      ],
      notes: [
        `${PER_SECOND} messages/s, leases of 1 s, a kill 0.4 to 1 s after each start`,
        answersOf(sender),
        ...figures.notes,
      ],
    };
  } finally {
    await scene.close();
  }
}

export const WORKER_KILL: Fault = {
  id: "T8",
  title: "kill -9 of the worker while it answers",
  run,
};
