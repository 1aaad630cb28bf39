import { types } from "node:util";
import { BridgeError, toError } from "../errors.ts";

/** Network and client errors of a lost server. Sources: Node.js system errors; node-postgres' own messages. */
const CONNECTION_CODES = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "ETIMEDOUT",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
]);
const CONNECTION_MESSAGES = [
  "Connection terminated",
  "timeout exceeded when trying to connect",
  "Query read timeout",
  "Client has encountered a connection error",
  "Cannot use a pool after calling end",
  "PGlite is closed",
];

/**
 * SQLSTATEs that say the server cannot serve now: connection failures (08), resources (53), operator intervention (57),
 * system errors (58), a primary that became read-only (25006). Source: PostgreSQL manual, appendix A.
 */
const UNAVAILABLE_STATES = /^(08|53|57|58)|^25006$/;

/** SQLSTATEs that blame the data of the statement: data exceptions (22) and constraint violations (23). */
const DATA_STATES = /^(22|23)/;

/** Serialisation failure and deadlock: the same statement may simply be run again. */
const REPEATABLE_STATES = new Set(["40001", "40P01"]);

function codeOf(error: Error): string {
  return "code" in error && typeof error.code === "string" ? error.code : "";
}

/** Whether running the same statement again is the documented cure. */
export function isRepeatable(thrown: unknown): boolean {
  return thrown instanceof Error && REPEATABLE_STATES.has(codeOf(thrown));
}

/** Whether the database refused the data of a statement, and not the statement or the moment. */
export function isDataError(thrown: unknown): boolean {
  return thrown instanceof BridgeError && thrown.code === "store_data";
}

/** Names a database failure: `store_unavailable`, `store_data`, or, for a bug of ours, the error itself. */
export function nameStoreError(thrown: unknown): Error {
  const error = types.isNativeError(thrown) ? thrown : toError(thrown);
  if (error instanceof BridgeError) return error;
  const code = codeOf(error);
  const lost =
    CONNECTION_CODES.has(code) ||
    UNAVAILABLE_STATES.test(code) ||
    REPEATABLE_STATES.has(code) ||
    CONNECTION_MESSAGES.some((message) => error.message.includes(message));
  if (lost)
    return new BridgeError("store_unavailable", "the database cannot be reached", { cause: error });
  if (DATA_STATES.test(code))
    return new BridgeError("store_data", `the database refused a value (${code})`, {
      cause: error,
    });
  return error;
}
