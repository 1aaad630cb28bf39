import { existsSync, statSync } from "node:fs";
import { chmod } from "node:fs/promises";
import path from "node:path";
import { VERSION } from "../../program.ts";
import type { Examination, Found } from "./check.ts";

/** The oldest Node that runs the program. */
const NEEDED_NODE = 24;

/** Characters and different ones from which a random key cannot be guessed. */
const SAFE_KEY = { length: 16, different: 8 } as const;

/** Everything that can be looked at without a configuration. */
export function programChecks(): readonly Examination[] {
  return [
    { area: "program", name: "Ponte", look: () => Promise.resolve(thisProgram()) },
    {
      area: "program",
      name: "Node",
      look: () => Promise.resolve(judgeNode(process.versions.node)),
    },
  ];
}

const thisProgram = (): Found => ({ level: "ok", detail: VERSION });

/** Judges a version of Node. */
export function judgeNode(version: string): Found {
  if (Number(version.split(".")[0]) >= NEEDED_NODE) return { level: "ok", detail: version };
  return {
    level: "fail",
    detail: `${version}; the program needs ${NEEDED_NODE} or later`,
    fix: `install Node ${NEEDED_NODE} from https://nodejs.org`,
  };
}

/** Looks whether a file with secrets can be read by others. */
export function secretFile(file: string): Examination {
  return {
    area: "files",
    name: file,
    look: () => Promise.resolve(judgeMode(file)),
  };
}

function judgeMode(file: string): readonly Found[] {
  const mode = statSync(file, { throwIfNoEntry: false })?.mode;
  if (mode === undefined) return [];
  const rights = (mode & 0o777).toString(8);
  // Windows has no such rights: what it reports says nothing.
  if ((mode & 0o077) === 0 || process.platform === "win32")
    return [{ level: "ok", detail: `readable by its owner alone (${rights})` }];
  return [
    {
      level: "warn",
      detail: `others on this machine may read its secrets (${rights})`,
      fix: `chmod 600 ${file}`,
      repair: { what: `sets the mode of ${file} to 600`, run: () => chmod(file, 0o600) },
    },
  ];
}

/** Judges the key of the administrator. */
export function adminKey(configured: string | undefined, dataDir: string): Examination {
  return {
    area: "files",
    name: "admin key",
    look: () => Promise.resolve(judgeKey(configured, path.join(dataDir, "admin-key"), dataDir)),
  };
}

function judgeKey(configured: string | undefined, file: string, dataDir: string): Found {
  if (configured === undefined)
    return existsSync(file)
      ? { level: "ok", detail: `random, kept in ${file}` }
      : { level: "ok", detail: "the first start makes a random one and shows it once" };
  const isLong = configured.length >= SAFE_KEY.length;
  if (isLong && new Set(configured).size >= SAFE_KEY.different)
    return { level: "ok", detail: "long enough" };
  return {
    level: "warn",
    detail: "too short, or too few different characters: it can be guessed",
    fix: `leave PONTE_ADMIN_KEY empty (a random one is made in ${dataDir}), or set one from \`openssl rand -hex 24\``,
  };
}
