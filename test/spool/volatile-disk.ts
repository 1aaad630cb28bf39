import path from "node:path";
import { type Appender, type Disk, DISK as REAL } from "../../src/spool/disk.ts";

/** What a file is: what was written, and how much of it has been made durable. */
interface File {
  bytes: Buffer;
  durable: number;
}

/** How a disk may deceive or fail. */
export interface DiskTemper {
  /** Says that it has made things durable, and has not. */
  lies: boolean;
  /** Thrown by whatever is tried next, until it is taken away. */
  fault: Error | undefined;
  /** Bytes of the next append that get through before it fails. */
  tornAt: number | undefined;
}

/** A disk in memory that loses, with the power, whatever was not made durable. */
export interface VolatileDisk {
  /** As the program sees it that runs now. */
  readonly disk: () => Disk;
  readonly temper: DiskTemper;
  /** How often anything was made durable. */
  readonly syncs: () => number;
  /** Waits before it makes anything durable, until it is let go on. */
  readonly hold: () => () => void;
  /**
   * Cuts the power: names and bytes that were not made durable are gone, but for a part of the bytes of each file that reached
   * the disk all the same, of which `keep` says how many. The program that ran until now writes nothing any more.
   */
  readonly cutPower: (keep: (lost: number) => number) => void;
  /** Changes a byte of a file. */
  readonly damage: (file: string, at: number) => void;
  readonly files: () => readonly string[];
  readonly sizeOf: (file: string) => number;
}

/** Makes such a disk over the folder structure of the real one: locks stay where they are. */
export function volatileDisk(): VolatileDisk {
  const files = new Map<string, File>();
  /** Names that outlive a loss of power. */
  const durableNames = new Set<string>();
  const temper: DiskTemper = { lies: false, fault: undefined, tornAt: undefined };
  let syncs = 0;
  let boots = 0;
  let gate: Promise<void> = Promise.resolve();

  const mayFail = (boot = boots): void => {
    if (boot !== boots) throw new Error("the power is off");
    if (temper.fault !== undefined) throw temper.fault;
  };
  const makeDurable = async (boot: number, work: () => void): Promise<void> => {
    mayFail(boot);
    await gate;
    mayFail(boot);
    syncs += 1;
    if (!temper.lies) work();
  };

  const create = (file: string, boot: number): Promise<Appender> => {
    mayFail(boot);
    const made: File = { bytes: Buffer.alloc(0), durable: 0 };
    if (files.has(file)) throw new Error("EEXIST");
    files.set(file, made);
    return Promise.resolve({
      append: async (bytes) => {
        await Promise.resolve();
        mayFail(boot);
        if (temper.tornAt !== undefined) {
          made.bytes = Buffer.concat([made.bytes, bytes.subarray(0, temper.tornAt)]);
          temper.tornAt = undefined;
          throw Object.assign(new Error("ENOSPC: no space left"), { code: "ENOSPC" });
        }
        made.bytes = Buffer.concat([made.bytes, bytes]);
      },
      sync: () => makeDurable(boot, () => (made.durable = made.bytes.length)),
      close: () => Promise.resolve(),
    });
  };

  const diskOf = (boot: number): Disk => ({
    makeFolder: (folder) => REAL.makeFolder(folder),
    create: async (file) => create(file, boot),
    syncFolder: (folder) =>
      makeDurable(boot, () => {
        for (const file of files.keys()) if (path.dirname(file) === folder) durableNames.add(file);
      }),
    read: async (file) => {
      await Promise.resolve();
      mayFail();
      const found = files.get(file);
      if (found === undefined) throw Object.assign(new Error("ENOENT"), { code: "ENOENT" });
      return found.bytes;
    },
    list: async (folder) => {
      const inFolder = [...files.keys()].filter((file) => path.dirname(file) === folder);
      const real = await REAL.list(folder);
      return [...new Set([...inFolder.map((file) => path.basename(file)), ...real])].toSorted();
    },
    remove: (file) => {
      files.delete(file);
      durableNames.delete(file);
      return Promise.resolve();
    },
    removeFolder: (folder) => REAL.removeFolder(folder),
  });

  return {
    disk: () => diskOf(boots),
    temper,
    syncs: () => syncs,
    hold: () => {
      const { promise, resolve } = Promise.withResolvers<void>();
      gate = promise;
      return resolve;
    },
    cutPower: (keep) => {
      boots += 1;
      for (const [file, content] of files) {
        if (!durableNames.has(file)) {
          files.delete(file);
          continue;
        }
        const lost = content.bytes.length - content.durable;
        content.bytes = content.bytes.subarray(0, content.durable + keep(lost));
      }
    },
    damage: (file, at) => {
      const found = files.get(file);
      if (found === undefined) throw new Error("no such file");
      found.bytes = Buffer.from(found.bytes);
      found.bytes.writeUInt8(found.bytes.readUInt8(at) ^ 1, at);
    },
    files: () => [...files.keys()].toSorted(),
    sizeOf: (file) => files.get(file)?.bytes.length ?? 0,
  };
}
