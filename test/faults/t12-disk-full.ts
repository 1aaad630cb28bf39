import { execFileSync } from "node:child_process";
import { chmodSync, closeSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { eventually } from "../e2e/world.ts";
import { hasPrivatePostgres, startPrivatePostgres } from "../standins/private-postgres.ts";
import { auditFigures } from "./audit.ts";
import type { Fault, FaultFigures, Size } from "./fault.ts";
import { allTaken, answersOf, longest } from "./marks.ts";
import { openScene, type Scene } from "./scene.ts";

const DISK_MB = 300;

/** Small, so that the database itself leaves most of the disk to be filled. */
const SETTINGS = {
  max_wal_size: "64MB",
  min_wal_size: "32MB",
  shared_buffers: "16MB",
} as const;

/** A disk of its own for a database. */
interface Disk {
  readonly folder: string;
  /** Takes the rest of it. */
  readonly fill: () => void;
  readonly free: () => void;
  readonly close: () => void;
}

function mountDisk(megabytes: number): Disk {
  const folder = mkdtempSync(path.join(tmpdir(), "ponte-disk-"));
  const filler = path.join(folder, "filler");
  execFileSync("/bin/mount", ["-t", "tmpfs", "-o", `size=${String(megabytes)}m`, "tmpfs", folder]);
  chmodSync(folder, 0o755);
  const free = (): void => rmSync(filler, { force: true });
  return {
    folder,
    fill: () => {
      const file = openSync(filler, "a");
      // Down to the last page, since what is left may be enough for a while.
      for (const block of [Buffer.alloc(1024 * 1024), Buffer.alloc(4096)]) writeAll(file, block);
      closeSync(file);
    },
    free,
    close: () => {
      execFileSync("/bin/umount", ["-l", folder]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function writeAll(file: number, block: Buffer): void {
  try {
    while (writeSync(file, block) === block.length);
  } catch {
    // No space left: that is what it is for.
  }
}

/** Whether this user may mount a disk of memory on this machine. */
function canMount(): boolean {
  if (process.getuid?.() !== 0) return false;
  try {
    mountDisk(1).close();
    return true;
  } catch {
    return false;
  }
}

interface Server {
  readonly start: () => void;
}

/** A database that gave up altogether is started again, as its service manager does until it stays. */
async function startIfGone(scene: Scene, server: Server): Promise<boolean> {
  try {
    await scene.db.query("select 1");
    return false;
  } catch {
    try {
      server.start();
      return true;
    } catch {
      return false;
    }
  }
}

const refusals = ({ sender }: Scene): number => sender.answers.get(503) ?? 0;

async function run(size: Size): Promise<FaultFigures> {
  const rounds = size.of(10, 1);
  const disk = mountDisk(DISK_MB);
  const server = await startPrivatePostgres({ parent: disk.folder, settings: SETTINGS });
  if (server === undefined) throw new Error("there is no PostgreSQL to start");
  const scene = await openScene({
    databaseUrl: server.url,
    takesOnly: true,
    sender: { people: 16, perSecond: size.of(500, 100), timeScale: 0.05 },
  });
  const { world, sender } = scene;
  try {
    const recoveries: number[] = [];
    let restarts = 0;
    sender.start();
    for (let round = 0; round < rounds; round += 1) {
      const soFar = sender.taken();
      await eventually(() => sender.taken() >= soFar + 20);
      disk.fill();
      const before = refusals(scene);
      await eventually(
        () => refusals(scene) > before,
        () => [...sender.answers],
        60_000,
      );
      await sleep(size.of(2_000, 200));
      disk.free();
      const freedAt = performance.now();
      if (await startIfGone(scene, server)) restarts += 1;
      recoveries.push((await sender.probe()) - freedAt);
    }
    await sender.stop();
    const figures = auditFigures(await scene.audit());
    const isAlive = await fetch(`${world.bridge().url}/live`).then(({ status }) => status === 200);
    const statuses = [...sender.answers.keys()];
    return {
      ...figures,
      rounds,
      recoveryMs: longest(recoveries),
      marks: [
        {
          text: `200 and 503 alone were answered: ${statuses.join(", ")}`,
          isMet: statuses.every((status) => [200, 503].includes(status)) && statuses.includes(503),
        },
        allTaken(sender),
        {
          text: "the process that met the full disk goes on with its work: no crash, no start, no hands",
          isMet: isAlive,
        },
      ],
      notes: [
        `PostgreSQL on a disk of ${DISK_MB} MB that is filled to the last page and freed again; it gave up altogether and was started again ${restarts} times of ${rounds}`,
        answersOf(sender),
        ...figures.notes,
      ],
    };
  } finally {
    disk.free();
    await scene.close();
    server.close();
    disk.close();
  }
}

export const DISK_FULL: Fault = {
  id: "T12",
  title: "a full disk under PostgreSQL",
  needsRoot: true,
  missing: () => {
    if (!hasPrivatePostgres()) return "there is no PostgreSQL to start";
    return canMount() ? undefined : "a disk can only be mounted by root";
  },
  run,
};
