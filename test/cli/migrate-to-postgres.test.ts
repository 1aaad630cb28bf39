import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { z } from "zod";
import { openEmbedded } from "../../src/db/embedded.ts";
import { openPostgres } from "../../src/db/postgres.ts";
import type { Database } from "../../src/db/driver.ts";
import { createServerDatabase, hasServer, type ServerDatabase } from "../database.ts";
import { fillHistory } from "../db/filled.ts";
import { ACCOUNT, eventually, startWorld, type World } from "../e2e/world.ts";
import { textWebhook } from "../standins/graph-webhooks.ts";
import { type Run, runPonte } from "./run.ts";

/** A dozen starts of whole processes, on a machine that may be busy with others. */
const LIMIT_MS = 300_000;
const copied = z.object({ kind: z.string() });

function testMoves(): void {
  let world: World;
  let place: ServerDatabase;
  let target: Database;
  /** Until it is resolved, the bot says nothing. */
  const back = Promise.withResolvers<undefined>();

  const dataDir = () => path.join(world.folder, "data");
  const move = (onStart?: (kill: (signal: NodeJS.Signals) => void) => void): Promise<Run> =>
    runPonte(["migrate-to-postgres", "--to", place.url, "--json"], {
      cwd: world.folder,
      env: { PONTE_DATA_DIR: dataDir() },
      ...(onStart !== undefined && { onStart }),
    });

  beforeAll(async () => {
    const bot = async (_sender: string, message: string) => {
      await back.promise;
      return [{ text: `heard ${message}` }];
    };
    world = await startWorld({
      driver: "embedded",
      bot,
      env: { RASA_TIMEOUT_MS: "120000" },
    });
    place = await createServerDatabase();
    // The transaction that holds a lock is idle until the command comes to it.
    target = openPostgres(place.url, { poolSize: 3, queryTimeoutMs: 240_000 });
  }, LIMIT_MS);
  afterAll(async () => {
    back.resolve(undefined);
    await target.close();
    await world.close();
    await place.drop();
  });

  /** Kills the command with SIGKILL while it waits to write a table, which nobody may write meanwhile. */
  const killBefore = async (table: string): Promise<void> => {
    await target.transaction(async (tx) => {
      await tx.query(`lock table ${table} in share mode`);
      let kill = (_signal: NodeJS.Signals): void => undefined;
      const run = move((own) => (kill = own));
      await eventually(
        async () => {
          const waiting = await target.query(
            "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
          );
          return waiting.length > 0;
        },
        () => `the move does not come to ${table}`,
        120_000,
      );
      kill("SIGKILL");
      expect((await run).code).toBeNull();
    });
  };

  test(
    "what waits for an answer moves with the rest, however often the move is killed, and is answered there",
    async () => {
      for (const n of [1, 2, 3])
        expect(
          await world.post(
            textWebhook({
              account: ACCOUNT,
              from: `556191110000${n}`,
              id: `wamid.${n}`,
              text: `m${n}`,
            }),
          ),
        ).toBe(200);
      const running = await move();
      expect(running.code).toBe(1);
      expect(running.stderr).toMatch(/in use by process \d+.*stop the bridge first/s);
      await world.bridge().stop("SIGKILL");
      const source = await openEmbedded(dataDir());
      await fillHistory(source, 30);
      await source.close();

      await killBefore("contacts");
      await killBefore("webhook_events");
      const refused = await world.startAnother({ DATABASE_URL: place.url }).catch(String);
      expect(refused).toMatch(/has not ended: run `ponte migrate-to-postgres` again/);

      const moved = await move();
      expect(moved).toMatchObject({ code: 0 });
      expect(moved.stderr).toContain(`DATABASE_URL=${place.url}`);
      expect(copied.parse(JSON.parse(moved.stdout)).kind).toBe("copied");
      back.resolve(undefined);
      await world.startAnother({ DATABASE_URL: place.url });
      await eventually(
        () => world.graph.sent.length >= 3,
        () => world.graph.sent.length,
        60_000,
      );
      expect(JSON.stringify(world.graph.sent)).toMatch(/heard m1/);
    },
    LIMIT_MS,
  );
}

if (await hasServer()) describe("ponte migrate-to-postgres", testMoves);

describe("ponte migrate-to-postgres", () => {
  test.each([
    { label: "no target", words: [], says: /give --to postgres:/ },
    { label: "no URL of PostgreSQL", words: ["--to", "mysql://x/y"], says: /looks like postgres:/ },
  ])("$label is a wrong call", async ({ words, says }) => {
    const run = await runPonte(["migrate-to-postgres", ...words]);
    expect(run).toMatchObject({ code: 2, stdout: "" });
    expect(run.stderr).toMatch(says);
  });
});
