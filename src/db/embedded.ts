import path from "node:path";
import { setImmediate } from "node:timers/promises";
import { PGlite } from "@electric-sql/pglite";
import type { Database, Queryable, SqlValue } from "./driver.ts";
import { lockDirectory } from "./data-lock.ts";
import { DurableNodeFS } from "./durable-files.ts";
import { createPreparedSession } from "./prepared-session.ts";
import { nameStoreError } from "./store-errors.ts";

/**
 * Runs pieces of work one after the other, in the order they were asked for; a failed one does not stop the next. What is
 * asked for after the end fails here: PGlite itself only checks some of its calls. PGlite works on this very thread, so the
 * sockets are read before each piece: what came meanwhile joins the next batch instead of becoming one each.
 */
function createQueue(pglite: PGlite): <Result>(work: () => Promise<Result>) => Promise<Result> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const whileOpen = () => {
      if (pglite.closed) throw new Error("PGlite is closed");
      return work();
    };
    const run = last
      .then(() => setImmediate())
      .then(whileOpen)
      .catch((error: unknown) => {
        throw nameStoreError(error);
      });
    last = run.catch(() => undefined);
    return run;
  };
}

/** Wraps an open PGlite, whose one session runs statements, and whole transactions, one after the other. */
export function wrapEmbedded(pglite: PGlite, release: () => void = () => undefined): Database {
  const inTurn = createQueue(pglite);
  const run = createPreparedSession(pglite);

  const transaction = <Result>(work: (tx: Queryable) => Promise<Result>): Promise<Result> =>
    inTurn(async () => {
      await pglite.exec("begin");
      try {
        const query = (text: string, values: readonly SqlValue[] = []) => run(text, values);
        const result = await work({ query });
        await pglite.exec("commit");
        return result;
      } catch (error) {
        await pglite.exec("rollback");
        throw error;
      }
    });

  return {
    kind: "embedded",
    query: (text, values = []) => inTurn(() => run(text, values)),
    transaction,
    script: async (text) => {
      await inTurn(() => pglite.exec(text));
    },
    close: () =>
      inTurn(async () => {
        try {
          await pglite.exec("checkpoint");
          await pglite.close();
        } finally {
          release();
        }
      }),
  };
}

/**
 * Opens the embedded PostgreSQL in `directory`, for this process alone and with real flushing.
 * Throws `store_locked` when another process has it.
 */
export async function openEmbedded(directory: string): Promise<Database> {
  const release = lockDirectory(directory);
  try {
    const fs = new DurableNodeFS(path.join(directory, "pgdata"));
    return wrapEmbedded(await PGlite.create({ fs }), release);
  } catch (error) {
    release();
    throw error;
  }
}
