import { setTimeout as sleep } from "node:timers/promises";
import type { PrivatePostgres } from "../standins/private-postgres.ts";
import { auditFigures } from "./audit.ts";
import type { Fault, FaultFigures, Mark, Size } from "./fault.ts";
import { allTaken, answersOf, heardOnly, longest, timed } from "./marks.ts";
import { sceneOnOwnPostgres, withoutOwnPostgres } from "./own-postgres.ts";
import { residentMegabytes } from "./process-memory.ts";
import type { Scene } from "./scene.ts";

const PER_SECOND = 500;

/** Below the time within which a webhook is stored or refused. */
const FREEZE_MS = 2_000;
const LONG_FREEZE_MS = 30_000;

/** A freeze far beyond every patience: the provider is told so soon, and what waits does not fill the memory. */
async function freezeLong(scene: Scene, postgres: PrivatePostgres): Promise<readonly Mark[]> {
  const { sender, world } = scene;
  const before = residentMegabytes(world.bridge().pid);
  const since = performance.now();
  postgres.freeze();
  let most = before;
  while (performance.now() - since < LONG_FREEZE_MS) {
    await sleep(250);
    most = Math.max(most, residentMegabytes(world.bridge().pid));
  }
  postgres.thaw();
  const thawedAt = performance.now();
  const recoveryMs = (await sender.probe()) - thawedAt;
  const slowest = Math.round(sender.slowestMs.get(503) ?? Infinity);
  return [
    { text: `503 within 5 s while frozen for 30 s (${slowest} ms)`, isMet: slowest < 5_000 },
    {
      text: `memory grows by less than 50 MB meanwhile (${Math.round(most - before)} MB)`,
      isMet: most - before < 50,
    },
    {
      text: `first 200 within 2 s of the thaw (${Math.round(recoveryMs)} ms)`,
      isMet: recoveryMs < 2_000,
    },
  ];
}

async function freeze(size: Size, scene: Scene, postgres: PrivatePostgres): Promise<FaultFigures> {
  const rounds = size.of(10, 1);
  const { sender } = scene;
  const recoveries: number[] = [];
  sender.start();
  for (let round = 0; round < rounds; round += 1) {
    await sleep(500);
    postgres.freeze();
    await sleep(size.of(FREEZE_MS, FREEZE_MS / 2));
    postgres.thaw();
    const thawedAt = performance.now();
    recoveries.push((await sender.probe()) - thawedAt);
  }
  const brief = heardOnly(sender, [200]);
  const long = size.isShort ? [] : await freezeLong(scene, postgres);
  await sender.stop();
  const figures = auditFigures(await scene.audit());
  return {
    ...figures,
    rounds: rounds + size.of(1, 0),
    recoveryMs: longest(recoveries),
    marks: [
      ...timed(size, { ...brief, text: `${brief.text} while frozen for 2 s` }, ...long),
      heardOnly(sender, [200, 503]),
      allTaken(sender),
    ],
    notes: [`${PER_SECOND} webhooks/s`, answersOf(sender), ...figures.notes],
  };
}

export const POSTGRES_FREEZE: Fault = {
  id: "T2c",
  title: "all processes of PostgreSQL are frozen",
  missing: withoutOwnPostgres,
  run: (size) => {
    // Webhooks keep coming at their rate, whatever became of those before.
    const sender = { people: 50, perSecond: PER_SECOND, overtakes: true };
    return sceneOnOwnPostgres({ takesOnly: true, sender }, (scene, postgres) =>
      freeze(size, scene, postgres),
    );
  },
};
