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

/** Says in words why the data folder cannot be written, and what to do; what has no such words stays what it is. */
export function explainFolder(thrown: unknown, folder: string): unknown {
  if (!(thrown instanceof Error) || !("code" in thrown) || typeof thrown.code !== "string")
    return thrown;
  const why = REFUSALS[thrown.code];
  if (why === undefined) return thrown;
  return new BridgeError(
    "store_unavailable",
    `the data folder ${folder} cannot be written: ${why} (${thrown.code}); make it writable, or name another one in PONTE_DATA_DIR`,
    { cause: thrown },
  );
}
