import path from "node:path";
import { BridgeError } from "../errors.ts";
import type { Appender, Disk } from "./disk.ts";
import { beginSegment, FRAME_HEAD_BYTES, toFrame } from "./frame.ts";
import type { Ledger, Segment } from "./ledger.ts";

/** Bytes from which on a new segment is begun: what was stored again is removed by whole segments. */
const SEGMENT_BYTES = 4 * 1024 * 1024;

/** Bytes of webhooks that may wait for the disk; beyond that they are refused and the provider sends them again. */
const MAX_WAITING_BYTES = 64 * 1024 * 1024;

/** Bytes that are written and made durable together. */
const MAX_GROUP_BYTES = 8 * 1024 * 1024;

export interface WriterOptions {
  readonly disk: Disk;
  readonly ledger: Ledger;
  /** The folder of this process alone. */
  readonly folder: string;
  /** Whether the folder is still this process's, and not another's that took it for dead. */
  readonly isOurs: () => boolean;
  /** Takes a segment that nothing is added to any more. */
  readonly onSealed: (segment: Segment) => void;
}

/** Appends to the spool. */
export interface Writer {
  /**
   * Puts a webhook behind all that were given before, at once; the promise resolves when it is durable. Throws, and the promise
   * rejects with, `store_unavailable`, and `store_overloaded` where the disk does not keep up.
   */
  readonly append: (entry: Entry) => Promise<void>;
  /** Ends the segment that is being written, where it holds anything. */
  readonly seal: () => Promise<void>;
  /** Bytes that wait for the disk, and of the segment that is being written. */
  readonly bytes: () => number;
  /** When the first webhook of the segment that is being written arrived, milliseconds since 1970. */
  readonly firstAt: () => number | undefined;
  readonly close: () => Promise<void>;
}

/** What is appended. */
export interface Entry {
  readonly channel: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly content: Buffer;
}

interface Waiting {
  readonly entry: Entry;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

interface Open {
  readonly segment: Segment;
  readonly appender: Appender;
  readonly word: Buffer;
}

const sizeOf = ({ content }: Entry): number => FRAME_HEAD_BYTES + content.length;

/**
 * Builds the writer of one folder. Whatever waits is written and made durable together, so a slow disk costs each of many
 * webhooks little. A write that failed ends its segment: nothing is known of what became of the bytes.
 */
export function createWriter(options: WriterOptions): Writer {
  const { disk, ledger, folder, onSealed } = options;
  const waiting: Waiting[] = [];
  /** What waits is counted as being in the spool: whatever comes next has to go behind it. */
  const waitingCounts = new Map<string, number>();
  let waitingBytes = 0;
  let open: Open | undefined;
  let count = 0;
  let last: Promise<void> = Promise.resolve();

  const inTurn = (work: () => Promise<void>): Promise<void> => {
    const mine = last.then(work);
    last = mine.catch(() => undefined);
    return mine;
  };

  const begin = async (): Promise<Open> => {
    count += 1;
    const file = path.join(folder, `${String(count).padStart(8, "0")}.spool`);
    const { head, word } = beginSegment();
    await disk.makeFolder(folder);
    const appender = await disk.create(file);
    const segment: Segment = { file, bytes: head.length, firstAt: undefined, counts: new Map() };
    open = { segment, appender, word };
    await appender.append(head);
    await disk.syncFolder(folder);
    return open;
  };

  const end = async (): Promise<void> => {
    const ended = open;
    if (ended === undefined) return;
    open = undefined;
    onSealed(ended.segment);
    await ended.appender.close();
  };

  const takeGroup = (): readonly Waiting[] => {
    let bytes = 0;
    let taken = 0;
    for (const { entry } of waiting) {
      bytes += sizeOf(entry);
      taken += 1;
      if (bytes >= MAX_GROUP_BYTES) break;
    }
    return waiting.splice(0, taken);
  };

  const write = async (entries: readonly Entry[]): Promise<Open> => {
    const into = open ?? (await begin());
    const frames = Buffer.concat(entries.map(({ content }) => toFrame(into.word, content)));
    // Counted before it is tried: what a failed write leaves takes room as well.
    into.segment.bytes += frames.length;
    await into.appender.append(frames);
    await into.appender.sync();
    if (!options.isOurs()) throw new Error("another process has taken the folder");
    return into;
  };

  const flush = async (): Promise<void> => {
    const group = takeGroup();
    if (group.length === 0) return;
    const entries = group.map(({ entry }) => entry);
    try {
      const { segment } = await write(entries);
      for (const { channel, at } of entries) {
        segment.firstAt ??= at;
        ledger.add(segment.counts, channel);
      }
      leaveWaiting(entries);
      for (const { resolve } of group) resolve();
      if (segment.bytes >= SEGMENT_BYTES) await end();
    } catch (cause) {
      leaveWaiting(entries);
      const error = new BridgeError("store_unavailable", "the spool could not be written", {
        cause,
      });
      for (const { reject } of group) reject(error);
      await end().catch(() => undefined);
    }
  };

  const leaveWaiting = (entries: readonly Entry[]): void => {
    for (const entry of entries) {
      ledger.remove(waitingCounts, entry.channel);
      waitingBytes -= sizeOf(entry);
    }
  };

  return {
    append: (entry) => {
      const size = sizeOf(entry);
      if (waitingBytes + size > MAX_WAITING_BYTES && waiting.length > 0)
        throw new BridgeError("store_overloaded", "too much is waiting for the disk of the spool");
      waitingBytes += size;
      ledger.add(waitingCounts, entry.channel);
      return new Promise((resolve, reject) => {
        waiting.push({ entry, resolve, reject });
        void inTurn(flush);
      });
    },
    seal: () => inTurn(end),
    bytes: () => waitingBytes + (open?.segment.bytes ?? 0),
    firstAt: () => open?.segment.firstAt ?? waiting[0]?.entry.at,
    close: () => inTurn(end),
  };
}
