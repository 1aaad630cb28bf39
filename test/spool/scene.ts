import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { BridgeError } from "../../src/errors.ts";
import type { AcceptedWebhook } from "../../src/flow/accept.ts";
import { DISK, type Disk } from "../../src/spool/disk.ts";
import { openSpool, type Spool, type SpoolOutcome, type SpoolTold } from "../../src/spool/spool.ts";
import { recordingLog } from "../standins/recording-log.ts";
import { idsIn } from "./samples.ts";

/** A database that is there or away as a test says, and keeps what it takes in order. */
export interface FakeDatabase {
  isAway: boolean;
  /** Webhooks in the order they were taken, each as often as it was. */
  readonly taken: AcceptedWebhook[];
  /** Thrown instead of taking a webhook, where it gives anything. */
  refuse: (webhook: AcceptedWebhook) => Error | undefined;
  readonly accept: SpoolTold["accept"];
  readonly contactsOf: SpoolTold["contactsOf"];
  /** The ids of the messages in it, each once, in the order they came. */
  readonly ids: () => readonly string[];
}

function fakeDatabase(): FakeDatabase {
  const taken: AcceptedWebhook[] = [];
  const db: FakeDatabase = {
    isAway: false,
    taken,
    refuse: () => undefined,
    accept: async (webhook) => {
      await new Promise(setImmediate);
      if (db.isAway) throw new BridgeError("store_unavailable", "the database cannot be reached");
      const refusal = db.refuse(webhook);
      if (refusal !== undefined) throw refusal;
      taken.push(webhook);
      return idsIn(webhook);
    },
    contactsOf: async (people) => {
      await new Promise(setImmediate);
      if (db.isAway) throw new BridgeError("store_unavailable", "the database cannot be reached");
      return people.map(({ identities }) => identities[0]?.value ?? "");
    },
    ids: () => [...new Set(taken.flatMap(idsIn))],
  };
  return db;
}

export interface SpoolScene {
  readonly folder: string;
  readonly db: FakeDatabase;
  readonly log: ReturnType<typeof recordingLog>;
  readonly outcomes: SpoolOutcome[];
  readonly spool: Spool;
  /** A webhook arrives; resolves where it would be acknowledged, rejects where it would not. */
  readonly arrive: (webhook: AcceptedWebhook) => Promise<void>;
}

export interface SceneOptions {
  readonly folder?: string;
  readonly disk?: Disk;
  readonly db?: FakeDatabase;
  readonly maxBytes?: number;
  readonly version?: string;
  readonly takes?: (channel: string) => boolean;
  readonly channels?: SpoolTold["channels"];
}

/** The events of a body, where a channel has to read it anew. */
const rereading: SpoolTold["channels"] = new Map([
  [
    "evolution",
    { channel: { reread: () => ({ kind: "quarantine", reason: "read anew" }) as const } },
  ],
]);

const PAUSES = { firstMs: 20, longestMs: 50 };

/** Makes a folder that is removed by `cleanUp`. */
export function makeFolder(): string {
  return mkdtempSync(path.join(tmpdir(), "ponte-spool-"));
}

export const removeFolder = (folder: string): void =>
  rmSync(folder, { recursive: true, force: true });

/** Opens a spool before a database that the test switches. */
export async function openScene(options: SceneOptions = {}): Promise<SpoolScene> {
  const { folder = makeFolder(), disk = DISK, db = fakeDatabase(), version = "1.0.0" } = options;
  const log = recordingLog();
  const outcomes: SpoolOutcome[] = [];
  const spool = await openSpool({ disk, folder, version, log, pauses: PAUSES, now: Date.now });
  const told: SpoolTold = {
    accept: db.accept,
    contactsOf: db.contactsOf,
    channels: options.channels ?? rereading,
    maxBytes: options.maxBytes ?? 64 * 1024 * 1024,
    takes: options.takes ?? (() => true),
  };
  spool.start(
    () => told,
    (outcome) => outcomes.push(outcome),
  );
  const arrive = (webhook: AcceptedWebhook): Promise<void> =>
    spool.shelter(webhook, () => db.accept(webhook));
  return { folder, db, log, outcomes, spool, arrive };
}
