import { z } from "zod";
import type { ChangePosition, Moment } from "../../db/changes.ts";
import { isStorableTime } from "./parameters.ts";

/** Characters of an event id; a snapshot lists the transactions that run, of which there are tens. */
const MAX_LENGTH = 8_000;

/** Numbers of transactions; PostgreSQL refuses larger ones. */
const LAST_TRANSACTION = 2n ** 63n;

const numbers = (list: string): bigint[] => (list === "" ? [] : list.split(",").map(BigInt));

/** Whether PostgreSQL would read a text as a snapshot: what is invalid there would be a failure of ours. */
function isSnapshot(text: string): boolean {
  const [, first = "", next = "", open = ""] =
    /^(\d{1,19}):(\d{1,19}):((?:\d{1,19},)*\d{1,19})?$/.exec(text) ?? [];
  if (first === "") return false;
  const [from, to] = [BigInt(first), BigInt(next)];
  const running = numbers(open);
  const isSorted = running.every(
    (id, index) => id >= from && id < to && (running[index - 1] ?? -1n) < id,
  );
  return from > 0n && from <= to && to < LAST_TRANSACTION && isSorted;
}

const snapshot = z.string().refine(isSnapshot);
const time = z.iso.datetime().refine(isStorableTime);
const parts = z.union([
  z.tuple([time, snapshot]),
  z.tuple([time, snapshot, time, snapshot, time, z.guid()]),
]);

/** Writes a position as the id of an event. */
export function writePosition({ time: at, snapshot: known, between }: ChangePosition): string {
  const rest =
    between === undefined
      ? []
      : [between.until.time, between.until.snapshot, between.at, between.id];
  return [at, known, ...rest].join("~");
}

/** Reads the id of an event; undefined for what this bridge would not have written. */
export function readPositionText(text: string): ChangePosition | undefined {
  if (text.length > MAX_LENGTH) return undefined;
  const read = parts.safeParse(text.split("~"));
  if (!read.success) return undefined;
  const [at, known, untilTime, untilSnapshot, rowAt, id] = read.data;
  if (untilTime === undefined || untilSnapshot === undefined) return { time: at, snapshot: known };
  if (rowAt === undefined || id === undefined) return undefined;
  const until: Moment = { time: untilTime, snapshot: untilSnapshot };
  return { time: at, snapshot: known, between: { until, at: rowAt, id } };
}

/** The first transaction that a snapshot knows nothing of. */
const nextOf = (text: string): bigint => BigInt(text.split(":")[1] ?? "0");

/** How long ago a client may have been told the last event. */
const RESUME_MS = 600_000;

/** Whether a client can be told all that happened since: the database is the same, and it is not too long ago. */
export function canResume(position: ChangePosition, now: Moment): boolean {
  const last = position.between?.until ?? position;
  return (
    nextOf(last.snapshot) <= nextOf(now.snapshot) &&
    nextOf(position.snapshot) <= nextOf(last.snapshot) &&
    Date.parse(now.time) - Date.parse(position.time) <= RESUME_MS
  );
}
