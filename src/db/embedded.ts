import path from "node:path";
import { PGlite } from "@electric-sql/pglite";
import type { Database, Queryable, Row, SqlValue } from "./driver.ts";
import { lockDirectory } from "./data-lock.ts";
import { DurableNodeFS } from "./durable-files.ts";
import { nameStoreError } from "./store-errors.ts";

async function named<Result>(work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    throw nameStoreError(error);
  }
}

/** Wraps an open PGlite, whose one session runs statements one after the other. */
export function wrapEmbedded(pglite: PGlite, release: () => void = () => undefined): Database {
  const run = async (
    target: Pick<PGlite, "query">,
    text: string,
    values: readonly SqlValue[],
  ): Promise<readonly Row[]> => (await target.query<Row>(text, [...values])).rows;
  const transaction = <Result>(work: (tx: Queryable) => Promise<Result>): Promise<Result> =>
    named(
      pglite.transaction((tx) => work({ query: (text, values = []) => run(tx, text, values) })),
    );
  return {
    kind: "embedded",
    query: (text, values = []) => named(run(pglite, text, values)),
    transaction,
    script: async (text) => {
      await named(pglite.exec(text));
    },
    close: async () => {
      try {
        await pglite.exec("checkpoint");
        await pglite.close();
      } finally {
        release();
      }
    },
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
