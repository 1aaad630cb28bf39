import { randomBytes } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { explainFolder } from "./db/folder-errors.ts";

/** The key of the admin API, and whether it was made just now and should be shown once. */
export interface AdminKey {
  readonly key: string;
  readonly isNew: boolean;
  /** Where it is kept; undefined for a configured key. */
  readonly file: string | undefined;
}

const FILE = "admin-key";

/**
 * Takes the configured key, else the one kept in the data folder (mode 0600), else makes and keeps one. Throws
 * `store_unavailable` where the folder cannot be written.
 */
export function openAdminKey(configured: string | undefined, dataDir: string): AdminKey {
  if (configured !== undefined) return { key: configured, isNew: false, file: undefined };
  try {
    return openKeptKey(dataDir);
  } catch (error) {
    throw explainFolder(error, dataDir);
  }
}

function openKeptKey(dataDir: string): AdminKey {
  const file = path.join(dataDir, FILE);
  if (existsSync(file)) {
    chmodSync(file, 0o600);
    return { key: readFileSync(file, "utf8").trim(), isNew: false, file };
  }
  const key = `ponte_${randomBytes(24).toString("base64url")}`;
  mkdirSync(dataDir, { recursive: true });
  writeFileSync(file, `${key}\n`, { mode: 0o600, flag: "wx" });
  return { key, isNew: true, file };
}
