import { setTimeout as sleep } from "node:timers/promises";
import { auditFigures } from "./audit.ts";
import type { Fault, FaultFigures, Size } from "./fault.ts";
import { allTaken, answersOf, heardOnly, longest, timed } from "./marks.ts";
import { sceneOnOwnPostgres, withoutOwnPostgres } from "./own-postgres.ts";
import type { Scene } from "./scene.ts";
import type { PrivatePostgres } from "../standins/private-postgres.ts";

/** Webhooks begun per second, whatever became of those before. */
const PER_SECOND = 1_000;

/** Milliseconds of load before each crash, and without a server. */
const LOAD_MS = 700;
const DOWN_MS = 500;

async function crash(size: Size, scene: Scene, postgres: PrivatePostgres): Promise<FaultFigures> {
  const rounds = size.of(10, 1);
  const { sender } = scene;
  const recoveries: number[] = [];
  sender.start();
  for (let round = 0; round < rounds; round += 1) {
    await sleep(LOAD_MS);
    await postgres.fail();
    await sleep(DOWN_MS);
    await postgres.recover();
    const upAt = performance.now();
    recoveries.push((await sender.probe()) - upAt);
  }
  await sender.stop();
  const figures = auditFigures(await scene.audit());
  const recoveryMs = longest(recoveries);
  return {
    ...figures,
    rounds,
    recoveryMs,
    marks: [
      heardOnly(sender, [200, 503]),
      allTaken(sender),
      ...timed(size, {
        text: "first 200 within 250 ms of the server being up",
        isMet: recoveryMs < 250,
      }),
    ],
    notes: [answersOf(sender), ...figures.notes],
  };
}

export const POSTGRES_CRASH: Fault = {
  id: "T2",
  title: "PostgreSQL crashes and comes back under load",
  missing: withoutOwnPostgres,
  run: (size) => {
    const sender = { people: 64, perSecond: size.of(PER_SECOND, 300), overtakes: true };
    return sceneOnOwnPostgres({ takesOnly: true, sender }, (scene, postgres) =>
      crash(size, scene, postgres),
    );
  },
};
