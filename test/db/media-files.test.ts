import { randomUUIDv7 } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { Database } from "../../src/db/driver.ts";
import type { Claimed } from "../../src/db/mailbox.ts";
import {
  announceFile,
  findFile,
  forgetFiles,
  listExpiredFiles,
  markFilesDeleted,
  readWebhookOf,
  settleFile,
} from "../../src/db/media-files.ts";
import { listDatabases } from "../database.ts";
import { emptyDatabase } from "./empty.ts";
import { arrive, claimOne, textMessage } from "./scene.ts";

function ownerOf(conversation: Claimed) {
  const [row] = conversation.inbox;
  if (row === undefined) throw new Error("nothing waits");
  const { id: conversationId, lease, channel, account } = conversation;
  return { conversationId, lease, channel, account, inboxId: row.id, messageId: row.messageId };
}

const facts = (fileName: string | null = "a.jpg") => {
  const id = randomUUIDv7();
  return {
    id,
    storageKey: `k/${id}`,
    mimeType: "image/jpeg",
    sizeBytes: 5_000_000_000,
    sha256: "ab",
    fileName,
  };
};

describe.each(await listDatabases())("files on $label", ({ open }) => {
  let db: Database;
  beforeAll(async () => {
    db = await open();
  }, 60_000);
  afterAll(() => db.close());
  beforeEach(async () => {
    await emptyDatabase(db);
    await db.query("delete from media_files");
  });

  const waiting = async () => {
    const content = { type: "media", media: "image" } as const;
    await arrive(db, [{ ...textMessage("wamid.1", ""), content }]);
    return ownerOf(await claimOne(db));
  };

  test("a file is announced once per message, whoever tries", async () => {
    const owner = await waiting();
    const [first, second] = [facts("a.jpg"), facts("b.jpg")];
    const place = { id: first.id, storageKey: first.storageKey };
    expect(await announceFile(db, owner, first)).toEqual(place);
    expect(await announceFile(db, owner, second)).toEqual(place);
    const row = { mimeType: "image/jpeg", sizeBytes: 5_000_000_000, fileName: "b.jpg" };
    expect(await findFile(db, first.id)).toEqual({ ...place, ...row });
    expect(await findFile(db, second.id)).toBeUndefined();
  });

  test("a file that was deleted and comes again has a place again", async () => {
    const owner = await waiting();
    const [first, second] = [facts(), facts()];
    await announceFile(db, owner, first);
    await markFilesDeleted(db, [first.id]);
    expect(await findFile(db, first.id)).toMatchObject({ storageKey: null, fileName: null });
    const { storageKey } = second;
    expect(await announceFile(db, owner, second)).toEqual({ id: first.id, storageKey });
  });

  test("what became of a file stands in the waiting message and nowhere else", async () => {
    const owner = await waiting();
    const file = { id: randomUUIDv7(), mimeType: "x/y", sizeBytes: 1, sha256: "ab" };
    expect(await settleFile(db, owner, file)).toBe(true);
    const [row] = await db.query("select message from inbox");
    expect(row?.["message"]).toEqual({
      ...textMessage("wamid.1", ""),
      content: { type: "media", media: "image", file },
    });
    expect(await settleFile(db, owner, { missing: "too_large" })).toBe(true);
    const [second] = await db.query("select message -> 'content' -> 'file' as file from inbox");
    expect(second?.["file"]).toEqual({ missing: "too_large" });
  });

  test.each([
    { label: "of an older claim", change: "update conversations set lease = lease + 1" },
    {
      label: "of a claim whose time is over",
      change: "update conversations set lease_until = now()",
    },
    { label: "of a claim given back", change: "update conversations set lease_until = null" },
  ])("a worker $label writes nothing", async ({ change }) => {
    const owner = await waiting();
    await db.query(change);
    expect(await announceFile(db, owner, facts())).toBeUndefined();
    expect(await settleFile(db, owner, { missing: "off" })).toBe(false);
    expect(await db.query("select 1 from media_files")).toEqual([]);
  });

  test("an answered message, and another conversation's, stay as they are", async () => {
    const owner = await waiting();
    await arrive(db, [textMessage("wamid.2", "oi", "5561991113333")]);
    const other = ownerOf(await claimOne(db));
    expect(await settleFile(db, { ...owner, inboxId: other.inboxId }, { missing: "off" })).toBe(
      false,
    );
    await db.query("update inbox set done_at = now()");
    expect(await settleFile(db, owner, { missing: "off" })).toBe(false);
  });

  test("the webhook of a message is read as it came, until it is gone", async () => {
    const owner = await waiting();
    const body = Buffer.from([0, 255, 128, 10, ...Buffer.alloc(300, "x")]);
    await db.query("update webhook_events set body = decode($1::text, 'base64')", [
      body.toString("base64"),
    ]);
    expect(await readWebhookOf(db, owner.inboxId)).toEqual(body);
    await db.query("delete from webhook_events");
    expect(await readWebhookOf(db, owner.inboxId)).toBeUndefined();
  });

  test("expired files are listed by id, a slice at a time", async () => {
    const ids = [1, 2, 3].map(() => randomUUIDv7()).toSorted();
    for (const [index, id] of ids.entries())
      await db.query(
        `insert into media_files (id, channel, account, message_id, storage_key, mime_type, size_bytes, sha256, created_at)
         values ($1::text::uuid, 'c', '1', $1::text::uuid, 'k', 'x/y', 1, '', now() - $2::int * interval '1 day')`,
        [id, index === 2 ? 9 : 11],
      );
    const none = "00000000-0000-0000-0000-000000000000";
    const list = async (after: string, limit: number) =>
      (await listExpiredFiles(db, 10, after, limit)).map(({ id }) => id);
    expect(await list(none, 1)).toEqual([ids[0]]);
    expect(await list(ids[0] ?? "", 5)).toEqual([ids[1]]);
    await markFilesDeleted(db, [ids[0] ?? ""]);
    expect(await list(none, 5)).toEqual([ids[1]]);
    expect(await forgetFiles(db, 10, 5)).toBe(1);
    expect(await forgetFiles(db, 10, 5)).toBe(0);
  });
});
