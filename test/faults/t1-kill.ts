import { setTimeout as sleep } from "node:timers/promises";
import type { Environment } from "../e2e/bridge-process.ts";
import { auditFigures } from "./audit.ts";
import type { Fault, FaultFigures, Size } from "./fault.ts";
import { allTaken, answersOf, longest, timed } from "./marks.ts";
import { openScene } from "./scene.ts";

/** Webhooks begun per second, also while nobody takes them: what was refused is sent again beside them. */
const PER_SECOND = 2_000;

/** Milliseconds between two kills: at random between these. */
const BETWEEN_MS = { least: 400, most: 1_000 };

/** Kills the server while it takes webhooks as fast as it can, starts it again, and again. */
export async function killServers(size: Size, env: Environment = {}): Promise<FaultFigures> {
  const rounds = size.of(50, 1);
  const perSecond = size.of(PER_SECOND, PER_SECOND / 4);
  const scene = await openScene({
    takesOnly: true,
    env,
    sender: { people: 64, perSecond, overtakes: true },
  });
  const { world, sender } = scene;
  try {
    const began = performance.now();
    const starts: number[] = [];
    const recoveries: number[] = [];
    sender.start();
    for (let round = 0; round < rounds; round += 1) {
      const { least, most } = BETWEEN_MS;
      await sleep(least + Math.random() * (most - least));
      await world.bridge().stop("SIGKILL");
      const startedAt = performance.now();
      await world.start();
      const listensAt = performance.now();
      recoveries.push((await sender.probe()) - listensAt);
      starts.push(listensAt - startedAt);
    }
    await sender.stop();
    const taken = sender.taken() / ((performance.now() - began) / 1_000);
    const figures = auditFigures(await scene.audit());
    const recoveryMs = longest(recoveries);
    return {
      ...figures,
      rounds,
      recoveryMs,
      marks: [
        allTaken(sender),
        ...timed(size, {
          text: "first 200 within 500 ms of listening again",
          isMet: recoveryMs < 500,
        }),
      ],
      notes: [
        `${perSecond} webhooks/s were begun; ${Math.round(taken)}/s were taken over the whole time, restarts included; a start took up to ${Math.round(longest(starts))} ms`,
        answersOf(sender),
        ...figures.notes,
      ],
    };
  } finally {
    await scene.close();
  }
}

export const KILL: Fault = {
  id: "T1",
  title: "kill -9 of the server under load",
  run: (size) => killServers(size),
};
