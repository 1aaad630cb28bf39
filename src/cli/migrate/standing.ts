import { existsSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import type { Config } from "../../config.ts";
import {
  listPending,
  listStandings,
  type MigrationStanding,
} from "../../db/migration-standings.ts";
import { explainOpening, nameDatabase, openDatabase } from "../../db/open.ts";
import type { Database } from "../../db/driver.ts";
import { BridgeError } from "../../errors.ts";
import type { CliContext } from "../context.ts";
import { CliError, EXIT } from "../failure.ts";
import { bridgeUrl } from "../bridge-access.ts";

/** Minutes-long statements are no trouble to somebody who waits for a command. */
export const LONG_MS = 3_600_000;

/** How the migrations of a database stand; `bridge` where only a running bridge could be asked. */
export interface Standing {
  readonly database: string;
  readonly migrations: readonly MigrationStanding[];
  readonly bridge: { readonly url: string; readonly ready: boolean } | null;
}

/** Whether the embedded database was ever made. */
export const isMade = ({ url, dataDir }: Config["database"]): boolean =>
  url !== undefined || existsSync(path.join(dataDir, "pgdata", "PG_VERSION"));

/** Opens the configured database for one piece of work. Throws in words where it cannot be opened. */
export async function withDatabase<Result>(
  place: Config["database"],
  work: (db: Database) => Promise<Result>,
): Promise<Result> {
  const db = await openDatabase(place, { queryTimeoutMs: LONG_MS });
  try {
    return await work(db);
  } catch (error) {
    throw explainOpening(error, place);
  } finally {
    await db.close();
  }
}

const isHeld = (error: unknown): error is BridgeError =>
  error instanceof BridgeError && error.code === "store_locked";

/** Reads how the migrations stand; of an embedded database that a bridge has open, asks the bridge. */
export async function readStanding(context: CliContext, config: Config): Promise<Standing> {
  const place = config.database;
  const named = { database: nameDatabase(place), bridge: null };
  if (!isMade(place)) return { ...named, migrations: listPending() };
  try {
    return { ...named, migrations: await withDatabase(place, listStandings) };
  } catch (error) {
    if (!isHeld(error)) throw error;
    return askBridge(context, config, error);
  }
}

const readySchema = z.object({ status: z.string(), failed: z.array(z.string()).optional() });

/** The embedded database belongs to one process. The bridge applied its migrations when it started, and knows. */
async function askBridge(
  { options, terminal, signal }: CliContext,
  { server, database }: Config,
  held: BridgeError,
): Promise<Standing> {
  const url = (options.url ?? bridgeUrl(terminal.env, server.port)).replace(/\/+$/, "");
  const answer = await fetch(`${url}/ready`, { signal }).catch((error: unknown) => {
    signal.throwIfAborted();
    throw new CliError(`${held.detail}, and no bridge answers at ${url}`, {
      advice: "name the bridge that has it with --url, or stop the process that has it",
      cause: error,
    });
  });
  const ready = readySchema.safeParse(await answer.json().catch(() => undefined));
  if (!ready.success)
    throw new CliError(`${held.detail}, and what answers at ${url} is no bridge`, {
      advice: "name the bridge that has it with --url",
    });
  const isReady = ready.data.failed?.includes("migrations") !== true && answer.ok;
  return { database: nameDatabase(database), migrations: [], bridge: { url, ready: isReady } };
}

/** Ends with the code of a failed check unless the database is as this program needs it. */
export function requireCurrent({ migrations, bridge }: Standing): void {
  const of = (state: MigrationStanding["state"]) =>
    migrations.filter((one) => one.state === state).map(({ name }) => name);
  const [pending, newer, changed] = [of("pending"), of("newer"), of("changed")];
  const fail = (message: string, advice: string): never => {
    throw new CliError(message, { code: EXIT.checkFailed, advice });
  };
  if (bridge?.ready === false)
    fail(`the bridge at ${bridge.url} is not ready`, "its log says why; `ponte doctor` says more");
  if (newer.length > 0)
    fail(
      `the database was made by a newer version of Ponte, which added ${newer.join(", ")}`,
      "run that version or a later one; this one would not know what those changes mean",
    );
  if (changed.length > 0)
    fail(
      `this program has other contents for ${changed.join(", ")} than what was applied`,
      "was a file in src/db/migrations edited? Take back the edit, and write a new migration instead",
    );
  if (pending.length > 0)
    fail(
      `${pending.length} of ${migrations.length} migrations are not applied`,
      "`ponte migrate up` applies them, and so does the next start of the bridge",
    );
}
