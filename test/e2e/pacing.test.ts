import { afterEach, describe, expect, test } from "@jest/globals";
import { openPostgres } from "../../src/db/postgres.ts";
import { hasServer } from "../database.ts";
import { textWebhook } from "../standins/graph-webhooks.ts";
import { REDIS, redisIsThere } from "../standins/redis.ts";
import { ACCOUNT, eventually, startWorld, type World } from "./world.ts";

const LIMIT_MS = 120_000;

const PEOPLE = 36;
const PER_SECOND = 4;
/** One at least may leave at once. */
const BURST = 1;

const withServer = await hasServer();
const withRedis = await redisIsThere("one limit of two processes on Redis");

const shared = [
  { label: "PostgreSQL", env: {} },
  ...(withRedis
    ? [{ label: "Redis", env: { REDIS_URL: `redis://${REDIS.host}:${REDIS.port}` } }]
    : []),
];

/** Seconds between the first and the last message that were about to be sent, by the database's clock. */
async function spanOf(world: World): Promise<number> {
  const db = openPostgres(world.databaseUrl ?? "", { poolSize: 1 });
  const rows = await db.query(
    `select count(*)::int as count, extract(epoch from max(sending_at) - min(sending_at))::float8 as seconds
     from messages where direction = 'out'`,
  );
  await db.close();
  expect(rows[0]?.["count"]).toBe(PEOPLE);
  return Number(rows[0]?.["seconds"]);
}

(withServer ? describe.each(shared) : describe.skip.each(shared))(
  "two processes that share $label",
  ({ env }) => {
    let world: World;
    afterEach(() => world.close());

    test(
      "are together no faster than one account may send",
      async () => {
        world = await startWorld({
          driver: "postgres",
          env,
          bot: async () => [{ text: "oi" }],
          settings: {
            channels: {
              whatsapp: { type: "cloud", messages_per_second: PER_SECOND, pair_refill_ms: 1 },
            },
            // Few places, so that neither takes all the work.
            engine: { poll_ms: 25, concurrency: 4 },
          },
        });
        await world.startAnother();
        for (let n = 0; n < PEOPLE; n += 1) {
          const from = `55619911100${String(n).padStart(2, "0")}`;
          const message = { account: ACCOUNT, from, id: `wamid.${n}`, text: "oi" };
          expect(await world.post(textWebhook(message))).toBe(200);
        }
        await eventually(
          () => world.graph.sent.length >= PEOPLE,
          () => world.graph.sent.length,
          60_000,
        );
        await world.graph.settled();
        // Between the grant of a place and the note that it is used lies a moment that a busy machine may stretch.
        expect(await spanOf(world)).toBeGreaterThan(((PEOPLE - 1 - BURST) / PER_SECOND) * 0.8);
        expect(world.graph.refusals).toEqual([]);
      },
      LIMIT_MS,
    );
  },
);
