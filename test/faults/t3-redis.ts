import { auditFigures } from "./audit.ts";
import type { Fault, FaultFigures, Size } from "./fault.ts";
import { allTaken, answersOf, heardOnly, timed } from "./marks.ts";
import { type OwnRedis, startOwnRedis, withoutOwnRedis } from "./own-redis.ts";
import { openScene, type Scene } from "./scene.ts";

const PEOPLE = 32;

/** Milliseconds without Redis. */
const AWAY_MS = 60_000;

/** Webhooks of one burst, which are all answered before the next. */
const BURST = 640;

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

/** Webhooks taken per second in one burst; resolves once all of it is answered. */
async function burst({ sender, rest }: Scene, count: number): Promise<number> {
  const since = performance.now();
  await sender.say(count);
  const perSecond = count / ((performance.now() - since) / 1_000);
  await rest();
  return perSecond;
}

async function lose(size: Size, scene: Scene, redis: OwnRedis): Promise<FaultFigures> {
  const { sender } = scene;
  const count = size.of(BURST, 96);
  await burst(scene, count);
  const before: number[] = [];
  for (let round = 0; round < size.of(5, 1); round += 1) before.push(await burst(scene, count));
  const away: number[] = [];
  // It goes in the middle of a burst, and comes back, empty, in the middle of another.
  const during = burst(scene, count);
  await redis.crash();
  await during;
  const since = performance.now();
  do away.push(await burst(scene, count));
  while (performance.now() - since < size.of(AWAY_MS, 0));
  const after = burst(scene, count);
  await redis.start();
  await after;
  const figures = auditFigures(await scene.audit());
  const share = median(away) / median(before);
  return {
    ...figures,
    rounds: 1,
    marks: [
      heardOnly(sender, [200]),
      allTaken(sender),
      ...timed(size, {
        text: `webhooks are taken at more than 80 % of the rate before (${Math.round(share * 100)} %)`,
        isMet: share > 0.8,
      }),
    ],
    notes: [
      `bursts of ${count} webhooks, all answered before the next: ${before.length} before, ${away.length} without Redis`,
      `median ${Math.round(median(before))} webhooks/s before, ${Math.round(median(away))} without Redis`,
      answersOf(sender),
      ...figures.notes,
    ],
  };
}

async function run(size: Size): Promise<FaultFigures> {
  const redis = await startOwnRedis();
  try {
    const scene = await openScene({ env: { REDIS_URL: redis.url }, sender: { people: PEOPLE } });
    try {
      return await lose(size, scene, redis);
    } finally {
      await scene.close();
    }
  } finally {
    await redis.crash();
  }
}

export const REDIS_AWAY: Fault = {
  id: "T3",
  title: "Redis crashes, stays away for a minute and comes back empty",
  missing: withoutOwnRedis,
  run,
};
