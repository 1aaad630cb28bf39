import { types } from "node:util";
import { BridgeError } from "../errors.ts";

/** What the system's refusal means and what to do about it. Source: Node.js system errors. */
const REFUSALS: Readonly<Record<string, string>> = {
  EACCES: "this user may not write there",
  EPERM: "this user may not write there",
  EROFS: "it is on a disk that is read only",
  ENOTDIR: "its path leads through a file",
  EEXIST: "a file is in its place",
  ENOSPC: "the disk is full",
  EDQUOT: "the quota of this user is used up",
};

/** A folder, as people know it, and the variable that names another one. */
export interface FolderName {
  readonly what: string;
  readonly variable: string;
}

const DATA_FOLDER: FolderName = { what: "data folder", variable: "PONTE_DATA_DIR" };

/** Says in words why a folder cannot be written, and what to do; what has no such words stays what it is. */
export function explainFolder(
  thrown: unknown,
  folder: string,
  { what, variable }: FolderName = DATA_FOLDER,
): unknown {
  if (!types.isNativeError(thrown) || !("code" in thrown) || typeof thrown.code !== "string")
    return thrown;
  const why = REFUSALS[thrown.code];
  if (why === undefined) return thrown;
  return new BridgeError(
    "store_unavailable",
    `the ${what} ${folder} cannot be written: ${why} (${thrown.code}); make it writable, or name another one in ${variable}`,
    { cause: thrown },
  );
}
