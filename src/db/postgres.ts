import { createHash } from "node:crypto";
import pg from "pg";
import { BridgeError } from "../errors.ts";
import type { Database, Queryable, Row, SqlValue } from "./driver.ts";
import { PAGE_COST } from "./page-cost.ts";
import { isRepeatable, nameStoreError } from "./store-errors.ts";

export interface PostgresOptions {
  readonly poolSize: number;
  /** Milliseconds until a statement is given up on our side: the only limit that helps when the peer is frozen. */
  readonly queryTimeoutMs?: number;
  /** Called for connections that die while idle; without a listener they would end the process. */
  readonly onConnectionError?: (error: Error) => void;
}

/** Our statements take a millisecond; compiling one, which the server does where it expects many rows, takes eighty. */
const SESSION = `-c jit=off -c ${PAGE_COST}`;

/** Tries at a statement that the database aborted for a deadlock or a serialisation failure. */
const REPEATS = 3;

/** A lost connection is dropped, which ends its transaction; asking it to roll back would only wait once more. */
function isLost(error: Error): boolean {
  return error instanceof BridgeError && error.code === "store_unavailable";
}

function rollBack(client: pg.PoolClient): Promise<boolean> {
  return client.query("rollback").then(
    () => true,
    () => false,
  );
}

/** Opens a pool on a PostgreSQL server; connects lazily, so a server that is away is no error here. */
export function openPostgres(url: string, options: PostgresOptions): Database {
  const timeoutMs = options.queryTimeoutMs ?? 10_000;
  const pool = new pg.Pool({
    connectionString: url,
    max: options.poolSize,
    connectionTimeoutMillis: 2_500,
    query_timeout: timeoutMs,
    statement_timeout: timeoutMs,
    idle_in_transaction_session_timeout: timeoutMs,
    maxLifetimeSeconds: 1_800,
    keepAlive: true,
    application_name: "ponte",
    options: SESSION,
  });
  const onError = options.onConnectionError ?? (() => undefined);
  pool.on("error", onError);
  pool.on("connect", (client) => client.on("error", onError));

  const names = new Map<string, string>();
  const nameOf = (text: string): string => {
    const known = names.get(text);
    if (known !== undefined) return known;
    const name = `ponte_${createHash("sha256").update(text).digest("hex").slice(0, 24)}`;
    names.set(text, name);
    return name;
  };

  const run = async (
    client: pg.Pool | pg.PoolClient,
    text: string,
    values: readonly SqlValue[],
  ): Promise<readonly Row[]> => {
    const result = await client.query<Row>({ name: nameOf(text), text, values: [...values] });
    return result.rows;
  };

  const query = async (text: string, values: readonly SqlValue[] = []) => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await run(pool, text, values);
      } catch (error) {
        if (isRepeatable(error) && attempt < REPEATS) continue;
        throw nameStoreError(error);
      }
    }
  };

  const transaction = async <Result>(work: (tx: Queryable) => Promise<Result>): Promise<Result> => {
    const client = await pool.connect().catch((error: unknown) => {
      throw nameStoreError(error);
    });
    let broken = false;
    try {
      await client.query("begin");
      const result = await work({ query: (text, values = []) => run(client, text, values) });
      await client.query("commit");
      return result;
    } catch (thrown) {
      const error = nameStoreError(thrown);
      broken = isLost(error) || !(await rollBack(client));
      throw error;
    } finally {
      client.release(broken);
    }
  };

  return {
    kind: "postgres",
    query,
    transaction,
    script: async (text, limitMs) => {
      const patience = limitMs === undefined ? {} : { query_timeout: limitMs };
      await pool.query({ text, ...patience }).catch((error: unknown) => {
        throw nameStoreError(error);
      });
    },
    close: () => pool.end(),
    connections: () => ({
      inUse: pool.totalCount - pool.idleCount,
      idle: pool.idleCount,
      waiting: pool.waitingCount,
    }),
  };
}
