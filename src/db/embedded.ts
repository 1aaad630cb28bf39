import { existsSync } from "node:fs";
import path from "node:path";
import { setImmediate } from "node:timers/promises";
import { PGlite } from "@electric-sql/pglite";
import { BridgeError } from "../errors.ts";
import type { Database, Queryable, SqlValue } from "./driver.ts";
import { lockDirectory } from "./data-lock.ts";
import { DurableNodeFS } from "./durable-files.ts";
import { explainFolder } from "./folder-errors.ts";
import { PAGE_COST } from "./page-cost.ts";
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

/** What a restore has checked and not yet put in its place; it lies in the data folder. */
export const RESTORED_FOLDER = "restored";

/** Half of the files may be those of before: nobody may write to them. */
function refuseHalfRestored(directory: string): void {
  if (existsSync(path.join(directory, RESTORED_FOLDER)))
    throw new BridgeError(
      "store_unavailable",
      `a restore into ${directory} was interrupted while it put files in their places: run \`ponte restore\` with the same file again`,
    );
}

/** Opens the embedded PostgreSQL in a directory that the caller has locked; `release` is called once it is closed. */
export async function openHeld(
  directory: string,
  release: () => void = () => undefined,
): Promise<Database> {
  const fs = new DurableNodeFS(path.join(directory, "pgdata"));
  const pglite = await PGlite.create({ fs });
  await pglite.exec(`set ${PAGE_COST}`);
  return wrapEmbedded(pglite, release);
}

/**
 * Opens the embedded PostgreSQL in `directory`, for this process alone and with real flushing.
 * Throws `store_locked` when another process has it, `store_unavailable` where it cannot be written.
 */
export async function openEmbedded(directory: string): Promise<Database> {
  const release = lockDirectory(directory);
  try {
    refuseHalfRestored(directory);
    return await openHeld(directory, release);
  } catch (error) {
    release();
    throw explainFolder(error, directory);
  }
}
