import { createHash, randomUUIDv7 } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { Channel } from "../../src/channels/channel.ts";
import type { MediaReference } from "../../src/channels/media-source.ts";
import type { Database } from "../../src/db/driver.ts";
import { release } from "../../src/db/mailbox.ts";
import { BridgeError } from "../../src/errors.ts";
import { expireFiles } from "../../src/flow/expire-files.ts";
import { createFileStep, type FileDependencies, type FileTurn } from "../../src/flow/files.ts";
import { createDiskStore } from "../../src/media/disk.ts";
import { createLinks } from "../../src/media/links.ts";
import type { MediaStore } from "../../src/media/store.ts";
import { HttpFailure } from "../../src/transport.ts";
import { arrive, claimOne, releaseOf, textMessage } from "../db/scene.ts";
import { JPEG, MZ } from "../media/samples.ts";
import { emptyDatabase } from "../db/empty.ts";
import {
  callTools,
  defaultSettings,
  openDatabase,
  pause,
  plainChannel,
  recordingObserver,
} from "./scene.ts";

let db: Database;
const folder = mkdtempSync(path.join(tmpdir(), "ponte-step-"));
beforeAll(async () => {
  db = await openDatabase();
});
afterAll(async () => {
  await db.close();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  await emptyDatabase(db);
  await db.query("delete from media_files");
  rmSync(folder, { recursive: true, force: true });
});

const never = new AbortController().signal;
const SHA = createHash("sha256").update(JPEG).digest("hex");
const away = new HttpFailure("refused", "no");

type Answer = Buffer | Error;

interface Setup {
  readonly answers?: readonly Answer[];
  readonly channel?: Partial<Channel>;
  readonly deps?: Partial<FileDependencies>;
  readonly store?: Partial<MediaStore>;
}

function setUp({ answers = [], channel = {}, deps = {}, store = {} }: Setup = {}) {
  const left = [...answers];
  const observer = recordingObserver();
  const count = { calls: 0 };
  async function* give(bytes: Buffer): AsyncGenerator<Uint8Array> {
    yield bytes;
  }
  const tools = {
    ...callTools(() => Promise.reject(new Error("only streams are asked for"))),
    stream: async () => {
      count.calls += 1;
      const next = left.shift() ?? new Error("nobody was to be called");
      if (next instanceof Error) throw next;
      return { status: 200, headers: {}, chunks: give(next) };
    },
  };
  const step = createFileStep({
    db,
    store: { ...createDiskStore(folder), ...store },
    links: createLinks({ secret: "k", ttlMs: 60_000, now: () => new Date(0) }),
    baseUrl: () => "https://ponte.example",
    settings: defaultSettings().media,
    answers: { maxAttempts: 8, retryBaseMs: 1_000 },
    tools,
    observer,
    ...deps,
  });
  const media = {
    request: () => ({ method: "GET", url: "https://provider.example/1", headers: {} }) as const,
  };
  const made = plainChannel({ endpoints: ["https://provider.example"], media, ...channel });
  const run = (turn: Omit<FileTurn, "channel">, signal = never) =>
    step.fetch({ ...turn, channel: made }, signal);
  return { step, run, observer, count };
}

/** A message with a file, as it waits in a claimed conversation. */
async function waiting(facts: Partial<MediaReference> = {}, fails = 0) {
  const content = { type: "media", media: "image", id: "9", ...facts } as const;
  await arrive(db, [{ ...textMessage("wamid.1", "legenda"), content }]);
  return claimed(fails);
}

async function claimed(fails = 0) {
  const conversation = await claimOne(db);
  const [row] = conversation.inbox;
  if (row === undefined) throw new Error("nothing waits");
  return { conversation, row, fails };
}

const storedContent = async () =>
  (await db.query("select message -> 'content' as content from inbox"))[0]?.["content"];
const rows = () =>
  db.query(`select id::text, message_id::text, storage_key, mime_type, size_bytes::int, sha256, file_name
    from media_files`);
const filesOnDisk = () =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map(({ name }) => name)
    : [];

describe("a file that is there", () => {
  test("is kept, and the waiting message knows it", async () => {
    const { run, observer } = setUp({ answers: [JPEG] });
    const turn = await waiting({ fileName: "foto da\u202e fatura.JPG", mimeType: "image/png" });
    const end = await run(turn);
    const [row] = await rows();
    expect(row).toEqual({
      id: expect.any(String),
      message_id: turn.row.messageId,
      storage_key: expect.stringMatching(/^[0-9a-f]{2}\//),
      mime_type: "image/jpeg",
      size_bytes: JPEG.length,
      sha256: SHA,
      file_name: "foto da\u202e fatura.JPG",
    });
    const file = { id: row?.["id"], mimeType: "image/jpeg", sizeBytes: JPEG.length, sha256: SHA };
    const content = { ...turn.row.message.content, file };
    expect(end).toEqual({
      kind: "ready",
      row: { ...turn.row, message: { ...turn.row.message, content } },
    });
    expect(await storedContent()).toEqual(content);
    expect(readFileSync(path.join(folder, String(row?.["storage_key"])))).toEqual(JPEG);
    expect(observer.lines).toEqual(["event file_kept"]);
  });

  test("is not fetched again by the next try of the turn", async () => {
    const { run, count } = setUp({ answers: [JPEG] });
    const first = await waiting();
    await run(first);
    await release(db, [{ ...releaseOf(first.conversation), kind: "more" }]);
    const second = await claimed(1);
    expect(await run(second)).toEqual({ kind: "ready", row: second.row });
    expect(second.row.message.content).toHaveProperty("file.sha256", SHA);
    expect(count.calls).toBe(1);
    expect(filesOnDisk()).toHaveLength(1);
  });

  test("a try that died between the bytes and the message leaves one row and one file", async () => {
    const turn = await waiting();
    const broken = setUp({
      answers: [JPEG],
      store: {
        put: async (key, bytes, type) => {
          await createDiskStore(folder).put(key, bytes, type);
          throw new Error("the process died here");
        },
      },
    });
    await expect(broken.run(turn)).rejects.toThrow("died");
    expect(await storedContent()).not.toHaveProperty("file");
    const [before] = await rows();
    expect(await setUp({ answers: [JPEG] }).run(turn)).toMatchObject({ kind: "ready" });
    expect(await rows()).toEqual([before]);
    expect(await storedContent()).toHaveProperty("file.id", before?.["id"]);
    expect(filesOnDisk()).toHaveLength(1);
  });

  test("came in the webhook itself", async () => {
    const webhooks: string[] = [];
    const { run, count } = setUp({
      channel: {
        media: {
          request: () => undefined,
          inline: (rawBody) => {
            webhooks.push(rawBody.toString());
            return JPEG;
          },
        },
      },
    });
    expect(await run(await waiting())).toMatchObject({ kind: "ready" });
    expect(webhooks).toEqual(["{}"]);
    expect(count.calls).toBe(0);
  });

  test("of another worker's conversation is not kept", async () => {
    const turn = await waiting();
    await db.query("update conversations set lease = lease + 1");
    expect(await setUp({ answers: [JPEG] }).run(turn)).toEqual({ kind: "lost" });
    expect(filesOnDisk()).toEqual([]);
    expect(await rows()).toEqual([]);
  });

  test("of a conversation that is lost while it is written is not claimed", async () => {
    const turn = await waiting();
    const { run } = setUp({
      answers: [JPEG],
      store: {
        put: async () => {
          await db.query("update conversations set lease_until = now() - interval '1 second'");
        },
      },
    });
    expect(await run(turn)).toEqual({ kind: "lost" });
    expect(await storedContent()).not.toHaveProperty("file");
  });

  test("of an answered message changes nothing any more", async () => {
    const turn = await waiting();
    await db.query("update inbox set done_at = now()");
    expect(await setUp({ answers: [JPEG] }).run(turn)).toEqual({ kind: "lost" });
  });
});

describe("a message goes on without its file", () => {
  test.each<{ label: string; setup: Setup; facts?: Partial<MediaReference>; want: string }>([
    { label: "that is a program", setup: { answers: [MZ] }, want: "refused_type" },
    {
      label: "that was announced as a page",
      setup: { answers: [Buffer.from("<html><script>x</script>")] },
      facts: { mimeType: "text/html" },
      want: "refused_type",
    },
    {
      label: "of a kind refused by a setting",
      setup: {
        answers: [JPEG],
        deps: { settings: { ...defaultSettings().media, refusedTypes: ["image/*"] } },
      },
      want: "refused_type",
    },
    {
      label: "that is too large",
      setup: { answers: [JPEG], deps: { settings: { ...defaultSettings().media, maxBytes: 10 } } },
      want: "too_large",
    },
    {
      label: "where files are switched off",
      setup: { deps: { settings: { ...defaultSettings().media, enabled: false } } },
      want: "off",
    },
    {
      label: "where there is nowhere to look",
      setup: { channel: { media: { request: () => undefined } } },
      want: "unavailable",
    },
  ])("$label", async ({ setup, facts = {}, want }) => {
    const { run, observer } = setUp(setup);
    expect(await run(await waiting(facts))).toMatchObject({
      kind: "ready",
      row: { message: { content: { file: { missing: want } } } },
    });
    expect(await storedContent()).toMatchObject({ file: { missing: want } });
    expect(observer.lines).toEqual([`event file_${want}`]);
    expect(await rows()).toEqual([]);
    expect(filesOnDisk()).toEqual([]);
  });

  test("a page in place of a picture may pass", async () => {
    const { run } = setUp({ answers: [Buffer.from("<!doctype html><title>Login</title>")] });
    expect(await run(await waiting())).toMatchObject({ kind: "retry" });
  });
});

describe("a file that is away", () => {
  test.each([
    { fails: 0, want: "retry", from: 750, to: 1_000 },
    { fails: 1, want: "retry", from: 1_500, to: 2_000 },
    { fails: 2, want: "ready", from: 0, to: 0 },
    { fails: 3, want: "ready", from: 0, to: 0 },
  ])("after $fails tries: $want", async ({ fails, want, from, to }) => {
    const { run } = setUp({ answers: [away] });
    const end = await run(await waiting({}, fails));
    expect(end.kind).toBe(want);
    if (end.kind === "retry") {
      expect(end.delayMs).toBeGreaterThanOrEqual(from);
      expect(end.delayMs).toBeLessThanOrEqual(to);
      expect(await storedContent()).not.toHaveProperty("file");
    } else expect(await storedContent()).toHaveProperty("file", { missing: "unavailable" });
  });

  test.each([
    { maxAttempts: 1, want: "ready" },
    { maxAttempts: 2, want: "ready" },
    { maxAttempts: 3, want: "retry" },
  ])(
    "of $maxAttempts tries the last belongs to the backend: $want",
    async ({ maxAttempts, want }) => {
      const { run } = setUp({
        answers: [away],
        deps: { answers: { maxAttempts, retryBaseMs: 1 } },
      });
      expect((await run(await waiting())).kind).toBe(want);
    },
  );

  test("a store that is away is tried again, then the message goes on", async () => {
    const put = () => Promise.reject(new BridgeError("store_unavailable", "the disk is full"));
    const { run, observer } = setUp({ answers: [JPEG, JPEG], store: { put } });
    const turn = await waiting();
    expect((await run(turn)).kind).toBe("retry");
    expect((await run({ ...turn, fails: 2 })).kind).toBe("ready");
    expect(await storedContent()).toHaveProperty("file", { missing: "unavailable" });
    expect(observer.lines).toEqual([
      "problem a file could not be kept",
      "problem a file could not be kept",
      "event file_unavailable",
    ]);
    expect(await rows()).toHaveLength(1);
  });

  test("a channel that stumbles costs the file, not the message", async () => {
    const { run, observer } = setUp({
      answers: [Buffer.from("{}")],
      channel: {
        media: {
          request: () => ({ method: "GET", url: "https://provider.example/1", headers: {} }),
          locate: () => {
            throw new TypeError("a bug");
          },
        },
      },
    });
    expect((await run(await waiting({}, 2))).kind).toBe("ready");
    expect(observer.lines[0]).toBe("problem a file could not be read from its provider");
  });

  test("a database that is away is everybody's trouble", async () => {
    const trouble = new BridgeError("store_unavailable", "away");
    const { run } = setUp({
      deps: { db: { ...db, query: () => Promise.reject(trouble) } },
      channel: { media: { request: () => undefined, inline: () => undefined } },
    });
    await expect(run(await waiting())).rejects.toBe(trouble);
  });

  test("stopping in the middle of a file leaves everything as it was", async () => {
    const abort = new AbortController();
    const stopped = new HttpFailure("aborted", "unknown");
    const { run, observer } = setUp({
      channel: {
        authorize: async () => {
          abort.abort(new Error("the worker stops"));
          throw stopped;
        },
      },
    });
    await expect(run(await waiting({}, 2), abort.signal)).rejects.toThrow();
    expect(await storedContent()).not.toHaveProperty("file");
    expect(observer.lines).toEqual([]);
  });

  test("stopping leaves everything as it was", async () => {
    const abort = new AbortController();
    abort.abort(new Error("the worker stops"));
    const { run } = setUp({ answers: [new HttpFailure("aborted", "no")] });
    await expect(run(await waiting(), abort.signal)).rejects.toThrow();
    expect(await storedContent()).not.toHaveProperty("file");
  });
});

test("memory bounds how many large files are fetched at once", async () => {
  const gate = Promise.withResolvers<void>();
  const turn = await waiting();
  const settings = { ...defaultSettings().media, maxBytes: 100 * 1024 * 1024 };
  const started: number[] = [];
  const { run } = setUp({
    deps: { settings },
    channel: {
      authorize: async () => {
        started.push(1);
        await gate.promise;
        throw new HttpFailure("refused", "no");
      },
    },
  });
  const runs = [1, 2, 3, 4].map(() => run({ ...turn, fails: 0 }));
  await pause(50);
  expect(started).toHaveLength(2);
  gate.resolve();
  await Promise.all(runs);
});

describe("a backend is told", () => {
  const file = { id: randomUUIDv7(), mimeType: "image/jpeg", sizeBytes: 3, sha256: SHA };
  const { step } = setUp();

  test("where a file is, for a while", () => {
    const content = { type: "media", media: "image", fileName: "../a b.jpg", file } as const;
    expect(step.describe(content)).toEqual({
      url: expect.stringMatching(
        `^https://ponte\\.example/files/${file.id}/a%20b\\.jpg\\?expires=60&signature=[\\w-]{43}$`,
      ),
      mimeType: "image/jpeg",
      sizeBytes: 3,
      sha256: SHA,
      fileName: "a b.jpg",
    });
  });

  test("why a file is missing, and nothing of messages without one", () => {
    const missing = { missing: "too_large" } as const;
    expect(step.describe({ type: "media", media: "image", file: missing })).toEqual(missing);
    expect(step.describe({ type: "media", media: "image" })).toBeUndefined();
    expect(step.describe({ type: "text" })).toBeUndefined();
  });
});

test("a message without a file passes untouched", async () => {
  const { run } = setUp();
  await arrive(db, [textMessage("wamid.2", "oi")]);
  const turn = await claimed();
  expect(await run(turn)).toEqual({ kind: "ready", row: turn.row });
});

describe("when its time is over", () => {
  const retention = { mediaDays: 30, historyDays: 365 };
  const keepAged = async (days: number): Promise<string> => {
    const id = randomUUIDv7();
    const key = `${id.slice(-2)}/${id}`;
    await createDiskStore(folder).put(key, JPEG, "image/jpeg");
    await db.query(
      `insert into media_files (id, channel, account, message_id, storage_key, mime_type, size_bytes, sha256, file_name, created_at)
       values ($1::text::uuid, 'whatsapp', '1', $1::text::uuid, $2::text, 'image/jpeg', 1, '', 'a.jpg',
         now() - $3::int * interval '1 hour')`,
      [id, key, days * 24 + 1],
    );
    return id;
  };

  test("a file goes and its row stays without the name; younger ones stay", async () => {
    const [old, young] = [await keepAged(30), await keepAged(29)];
    await expireFiles({ db, store: createDiskStore(folder), retention });
    expect(filesOnDisk()).toEqual([young]);
    const states = await db.query(
      "select id::text, storage_key is null as gone, file_name from media_files order by created_at",
    );
    expect(states).toEqual([
      { id: old, gone: true, file_name: null },
      { id: young, gone: false, file_name: "a.jpg" },
    ]);
  });

  test("a file that cannot be deleted is kept for the next time; the others go", async () => {
    const [stuck, free] = [await keepAged(31), await keepAged(31)];
    const disk = createDiskStore(folder);
    const store = {
      ...disk,
      remove: async (key: string) => {
        if (key.endsWith(stuck)) throw new BridgeError("store_unavailable", "no");
        await disk.remove(key);
      },
    };
    await expect(expireFiles({ db, store, retention })).rejects.toThrow("1 files could not");
    expect(filesOnDisk()).toEqual([stuck]);
    expect(await db.query("select id::text from media_files where storage_key is null")).toEqual([
      { id: free },
    ]);
    await expireFiles({ db, store: disk, retention });
    expect(filesOnDisk()).toEqual([]);
  });

  test("more that cannot be deleted than are taken up at a time are each tried once", async () => {
    await db.query(
      `insert into media_files (id, channel, account, message_id, storage_key, mime_type, size_bytes, sha256, created_at)
       select id, 'whatsapp', '1', id, 'key of ' || id, 'x/y', 1, '', now() - interval '40 days'
       from (select gen_random_uuid() as id from generate_series(1, 501)) many`,
    );
    const store = { ...createDiskStore(folder), remove: () => Promise.reject(new Error("no")) };
    await expect(expireFiles({ db, store, retention })).rejects.toThrow("501 files could not");
  }, 5_000);

  test("however many there are", async () => {
    await db.query(
      `insert into media_files (id, channel, account, message_id, storage_key, mime_type, size_bytes, sha256, created_at)
       select id, 'whatsapp', '1', id, 'key of ' || id, 'x/y', 1, '', now() - interval '40 days'
       from (select gen_random_uuid() as id from generate_series(1, 1203)) many`,
    );
    const removed = new Set<string>();
    const store = {
      ...createDiskStore(folder),
      remove: async (key: string) => void removed.add(key),
    };
    await expireFiles({ db, store, retention });
    expect(removed.size).toBe(1203);
    expect(await db.query("select 1 from media_files where storage_key is not null")).toEqual([]);
  });

  test("rows go with the messages, but never before the bytes", async () => {
    await keepAged(366);
    const disk = createDiskStore(folder);
    const stuck = { ...disk, remove: () => Promise.reject(new Error("no")) };
    await expect(expireFiles({ db, store: stuck, retention })).rejects.toThrow();
    expect(await rows()).toHaveLength(1);
    await expireFiles({ db, store: disk, retention });
    expect(await rows()).toEqual([]);
  });

  test("what interrupted writes left behind is cleared away", async () => {
    let tidied = 0;
    const store = { ...createDiskStore(folder), tidy: async () => void (tidied += 1) };
    await expireFiles({ db, store, retention });
    expect(tidied).toBe(1);
  });
});
