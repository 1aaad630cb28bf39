import { randomUUIDv7 } from "node:crypto";
import path from "node:path";
import type { Log } from "../log.ts";
import { type Disk, writeDurably } from "./disk.ts";
import { giveBack, type Held, listSegments, takeAbandoned, takeOwnFolder } from "./folders.ts";
import { scanSegment } from "./frame.ts";
import { createLedger, type Ledger, type Segment } from "./ledger.ts";
import { decodeWebhook, type SpooledWebhook } from "./record.ts";
import { createWriter, type Entry, type Writer } from "./writer.ts";

/** Where what cannot be read any more waits for a person. */
const DAMAGED = "damaged";

export interface SegmentsOptions {
  readonly disk: Disk;
  /** The folder of the whole spool. */
  readonly spool: string;
  readonly log: Log;
  readonly onDamaged: () => void;
}

/** The files of the spool: what this process writes, and what it has taken over from processes that are gone. */
export interface Segments {
  readonly ledger: Ledger;
  /** Puts a webhook behind all that are there, at once; resolves when it is durable. Throws `store_*`. */
  readonly append: (entry: Entry) => Promise<void>;
  /** The oldest segment; undefined where nothing is spooled. */
  readonly first: () => Promise<Segment | undefined>;
  /** Reads what is whole in it, in its order; what is not is put aside. */
  readonly read: (segment: Segment) => Promise<readonly SpooledWebhook[]>;
  /** Removes the oldest segment. */
  readonly drop: (segment: Segment) => Promise<void>;
  /** Keeps bytes in a file of their own and tells. */
  readonly putAside: (content: Buffer, why: string) => Promise<void>;
  /** Looks for folders of processes that are gone. */
  readonly adopt: () => Promise<void>;
  /**
   * Whoever was frozen for long finds its folders taken by another process: they are left to that one, and what comes next goes
   * into a new folder.
   */
  readonly check: () => Promise<void>;
  readonly bytes: () => number;
  /** When the oldest webhook arrived, milliseconds since 1970. */
  readonly firstAt: () => number | undefined;
  readonly damagedFiles: () => number;
  readonly close: () => Promise<void>;
}

/** Opens the files of a spool. Throws `store_unavailable`, in words, where nothing can be written there. */
export async function openSegments(options: SegmentsOptions): Promise<Segments> {
  const { disk, spool, log } = options;
  const ledger = createLedger();
  const queue: Segment[] = [];
  const held = new Map<string, Held>();
  const damaged = path.join(spool, DAMAGED);
  const takeOwn = async (): Promise<{ readonly held: Held; readonly writer: Writer }> => {
    const mine = await takeOwnFolder(disk, spool);
    const { folder, hold } = mine;
    held.set(folder, mine);
    const onSealed = (segment: Segment): void => void queue.push(segment);
    return {
      held: mine,
      writer: createWriter({ disk, ledger, folder, isOurs: hold.isOurs, onSealed }),
    };
  };

  let own = await takeOwn();
  let isChecking = false;
  let damagedFiles = (await disk.list(damaged)).length;

  /** What is in a folder that another process has taken is that process's to store. */
  const forget = ({ folder, hold }: Held): void => {
    held.delete(folder);
    hold.release();
    const gone = queue.filter(({ file }) => path.dirname(file) === folder);
    for (const segment of gone) {
      queue.splice(queue.indexOf(segment), 1);
      ledger.recount(segment, []);
    }
  };

  const check = async (): Promise<void> => {
    if (isChecking) return;
    isChecking = true;
    try {
      const { held: mine, writer } = own;
      if (!mine.hold.isOurs()) {
        own = await takeOwn();
        await writer.close();
      }
      for (const one of held.values()) if (!one.hold.isOurs()) forget(one);
    } finally {
      isChecking = false;
    }
  };

  const letGo = async (folder: string): Promise<void> => {
    const one = held.get(folder);
    const isUsed =
      folder === own.held.folder || queue.some(({ file }) => path.dirname(file) === folder);
    if (one === undefined || isUsed) return;
    held.delete(folder);
    await giveBack(disk, one);
  };

  const adopt = async (): Promise<void> => {
    for (const one of await takeAbandoned(disk, spool, new Set(held.keys()))) {
      held.set(one.folder, one);
      const files = await listSegments(disk, one.folder);
      for (const file of files) queue.push(await countSegment(disk, ledger, file));
      if (files.length === 0) await letGo(one.folder);
      else log.warn("what another process has spooled is taken over", { segments: files.length });
    }
  };

  const putAside = async (content: Buffer, why: string): Promise<void> => {
    await disk.makeFolder(damaged);
    const file = path.join(damaged, `${randomUUIDv7()}.bin`);
    await writeDurably(disk, file, content);
    damagedFiles += 1;
    options.onDamaged();
    log.error("a part of the spool was put aside: look at it and remove it", { file, why });
  };

  await adopt();
  return {
    ledger,
    append: (entry) => {
      const kept = own.writer.append(entry);
      kept.catch(() => check().catch(() => undefined));
      return kept;
    },
    first: async () => {
      if (queue.length === 0) await own.writer.seal();
      return queue[0];
    },
    read: async (segment) => {
      const { contents, damaged: parts, tornBytes } = scanSegment(await disk.read(segment.file));
      if (tornBytes > 0) log.warn("a write to the spool was cut off", { bytes: tornBytes });
      for (const part of parts) await putAside(part, "it cannot be read");
      const webhooks = contents.map((content) => ({ content, spooled: decodeWebhook(content) }));
      for (const { content, spooled } of webhooks)
        if (spooled === undefined) await putAside(content, "it is no webhook of this program");
      const whole = webhooks.flatMap(({ spooled }) => spooled ?? []);
      ledger.recount(
        segment,
        whole.map(({ webhook }) => webhook.channel),
      );
      return whole;
    },
    drop: async (segment) => {
      const place = queue.indexOf(segment);
      if (place !== -1) queue.splice(place, 1);
      await disk.remove(segment.file);
      await letGo(path.dirname(segment.file));
    },
    putAside,
    adopt,
    check,
    bytes: () => queue.reduce((sum, { bytes }) => sum + bytes, 0) + own.writer.bytes(),
    firstAt: () =>
      queue.find(({ firstAt }) => firstAt !== undefined)?.firstAt ?? own.writer.firstAt(),
    damagedFiles: () => damagedFiles,
    close: async () => {
      await own.writer.close();
      for (const one of held.values()) await giveBack(disk, one);
    },
  };
}

/** Counts what is whole in a segment that somebody else has written. */
async function countSegment(disk: Disk, ledger: Ledger, file: string): Promise<Segment> {
  const content = await disk.read(file);
  const segment: Segment = {
    file,
    bytes: content.length,
    firstAt: undefined,
    counts: new Map(),
  };
  for (const one of scanSegment(content).contents) {
    const spooled = decodeWebhook(one);
    if (spooled === undefined) continue;
    segment.firstAt ??= Date.parse(spooled.at);
    ledger.add(segment.counts, spooled.webhook.channel);
  }
  return segment;
}
