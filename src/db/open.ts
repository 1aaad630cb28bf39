import { types } from "node:util";
import { BridgeError } from "../errors.ts";
import type { Database } from "./driver.ts";
import type { PostgresOptions } from "./postgres.ts";

/** Which database is meant: the server at `url`, else the embedded one in `dataDir`. */
export interface DatabasePlace {
  readonly url?: string | undefined;
  readonly dataDir: string;
  readonly poolSize: number;
}

/** Names a database for people, without its login. */
export function nameDatabase({ url, dataDir }: Pick<DatabasePlace, "url" | "dataDir">): string {
  if (url === undefined) return `the embedded database in ${dataDir}`;
  const { host, pathname } = new URL(url);
  return `PostgreSQL at ${host}${pathname}`;
}

/**
 * Opens the database that the settings name, and loads only the driver it takes: PGlite alone is as large as all else together.
 * Throws `store_*`; a server that is away shows with the first statement.
 */
export async function openDatabase(
  place: DatabasePlace,
  options: Omit<PostgresOptions, "poolSize"> = {},
): Promise<Database> {
  const { url, dataDir, poolSize } = place;
  if (url === undefined) return (await import("./embedded.ts")).openEmbedded(dataDir);
  return (await import("./postgres.ts")).openPostgres(url, { ...options, poolSize });
}

/** What a server's refusal means and what to do about it. Sources: PostgreSQL manual, appendix A; Node.js system errors. */
const REFUSALS: Readonly<Record<string, string>> = {
  "28P01":
    "it refuses the user or the password: correct them in DATABASE_URL (signs such as @ or / in a password are written %40, %2F)",
  "28000":
    "it lets this user not in from here: check the user in DATABASE_URL and the server's pg_hba.conf",
  "3D000":
    "it has no database of this name: make it (`createdb <name>`) or correct the name in DATABASE_URL",
  "42501":
    "the user may not do what the bridge must: give it the right to make tables (`grant create, usage on schema public to <user>`), or make it the owner of the database",
  "53300":
    "it has no free connection: raise its max_connections or lower database.pool_size and the number of processes",
  "57P03": "it is starting or stopping: try again in a moment",
  "25006":
    "it takes no writes: it is a standby or set to read only; name the primary in DATABASE_URL",
  "53100": "its disk is full: make room there",
  ECONNREFUSED: "nothing answers there: is it running, and are host and port right?",
  ENOTFOUND: "its host is not known: correct it in DATABASE_URL",
  EAI_AGAIN: "its host could not be looked up: is the network there?",
  EHOSTUNREACH: "there is no way to its host: check the network",
  ENETUNREACH: "there is no way to its host: check the network",
  ETIMEDOUT: "it did not answer in time: check the network, a firewall, and whether it runs",
};

const SAYINGS: readonly (readonly [says: string, means: string])[] = [
  ["client password must be a string", "it asks for a password and DATABASE_URL has none"],
  [
    "does not support SSL",
    "it offers no TLS: leave sslmode out of DATABASE_URL, or switch TLS on there",
  ],
  [
    "timeout exceeded when trying to connect",
    "it did not answer in time: check the network, a firewall, and whether it runs",
  ],
];

function meaningOf(error: Error): string | undefined {
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  const said = SAYINGS.find(([says]) => error.message.includes(says));
  return REFUSALS[code] ?? said?.[1];
}

/**
 * Says in words why a database could not be opened, and what to do: for starts and commands, whose reader has set it up. What
 * has no such words stays what it is.
 */
export function explainOpening(
  thrown: unknown,
  place: Pick<DatabasePlace, "url" | "dataDir">,
): unknown {
  if (!types.isNativeError(thrown) || place.url === undefined) return thrown;
  const cause = thrown instanceof BridgeError ? thrown.cause : thrown;
  const meaning = types.isNativeError(cause) ? meaningOf(cause) : undefined;
  if (meaning === undefined) return thrown;
  const detail = `${nameDatabase(place)} cannot be used: ${meaning}`;
  return new BridgeError("store_unavailable", detail, { cause: thrown });
}
