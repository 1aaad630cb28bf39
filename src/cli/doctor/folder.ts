import { randomBytes } from "node:crypto";
import { constants, existsSync, statSync } from "node:fs";
import { access, mkdir, rm, statfs, writeFile } from "node:fs/promises";
import path from "node:path";
import { explainFolder } from "../../db/folder-errors.ts";
import { type Examination, failureOf, type Found } from "./check.ts";

/** Free space below which somebody should look, and below which the bridge is about to stop. */
const LITTLE_BYTES = 500 * 1024 * 1024;
const TOO_LITTLE_BYTES = 20 * 1024 * 1024;

/** Looks whether the data folder is there, can be written, and has room. */
export function dataFolder(folder: string): Examination {
  return {
    area: "files",
    name: "data folder",
    ifSilent: "is it on a network disk that does not answer?",
    look: () => (existsSync(folder) ? judgeFolder(folder) : judgeMissing(folder)),
  };
}

/** The nearest folder above that exists. */
function nearestAbove(folder: string): string {
  const above = path.dirname(path.resolve(folder));
  return existsSync(above) || above === path.dirname(above) ? above : nearestAbove(above);
}

async function judgeMissing(folder: string): Promise<Found> {
  const above = nearestAbove(folder);
  const place = `${folder} is not there`;
  if (!statSync(above).isDirectory()) return inTheWay(`${place}, and ${above} is a file`);
  try {
    await access(above, constants.W_OK);
  } catch {
    return inTheWay(`${place}, and this user may not make it in ${above}`);
  }
  return {
    level: "ok",
    detail: `${folder} is made by the first start`,
    repair: {
      what: `makes the folder ${folder}`,
      run: async () => {
        await mkdir(folder, { recursive: true });
      },
    },
  };
}

const inTheWay = (detail: string): Found => ({
  level: "fail",
  detail,
  fix: "make it writable, or name another folder in PONTE_DATA_DIR",
});

async function judgeFolder(folder: string): Promise<Found> {
  const trial = path.join(folder, `.doctor-${randomBytes(6).toString("hex")}`);
  try {
    await writeFile(trial, "x", { flag: "wx" });
  } catch (error) {
    return failureOf(explainFolder(error, folder));
  } finally {
    await rm(trial, { force: true }).catch(() => undefined);
  }
  const { bavail, bsize } = await statfs(folder);
  return judgeRoom(folder, bavail * bsize);
}

/** Judges how much room there is. */
export function judgeRoom(folder: string, free: number): Found {
  const room = `${folder} can be written, ${(free / 1024 ** 3).toFixed(1)} GB free`;
  if (free >= LITTLE_BYTES) return { level: "ok", detail: room };
  const fix = "make room on the disk, or shorten `retention` in config/bridge.yml";
  return { level: free < TOO_LITTLE_BYTES ? "fail" : "warn", detail: room, fix };
}
