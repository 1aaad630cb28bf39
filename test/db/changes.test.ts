import { randomUUIDv7 } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import {
  type ChangePosition,
  positionAfter,
  readChanges,
  readPosition,
} from "../../src/db/changes.ts";
import type { Database, Queryable } from "../../src/db/driver.ts";
import { enqueueTrigger } from "../../src/db/triggers.ts";
import { listDatabases } from "../database.ts";
import { arrive, claimOne, textMessage } from "./scene.ts";
import { emptyDatabase } from "./empty.ts";

async function addMessage(db: Queryable, status = "queued"): Promise<string> {
  const id = randomUUIDv7();
  await db.query(
    `insert into messages (id, seq, conversation_id, contact_id, channel, account, direction, status)
     values ($1::text::uuid, nextval('message_seq'), $1::text::uuid, $1::text::uuid, 'whatsapp', '111', 'out', $2::text)`,
    [id, status],
  );
  return id;
}

const change = (db: Queryable, id: string, status: string) =>
  db.query("update messages set status = $2::text, changed_at = now() where id = $1::text::uuid", [
    id,
    status,
  ]);

describe.each(await listDatabases())("changes on $label", ({ open, label }) => {
  let db: Database;

  beforeAll(async () => {
    db = await open();
  });

  afterAll(() => db.close());

  beforeEach(() => emptyDatabase(db));

  const readFrom = async (position: ChangePosition, limit = 100) => {
    const found = await readChanges(db, position, { limit });
    return { ...found, ids: found.changes.map(({ id }) => id) };
  };

  test("nothing changed is nothing found, and the position moves on", async () => {
    await addMessage(db);
    const start = await readPosition(db);
    const { ids, next } = await readFrom(start);
    expect(ids).toEqual([]);
    expect(next.between).toBeUndefined();
  });

  test("what changed since is found once, in the order of its time", async () => {
    const start = await readPosition(db);
    const first = await addMessage(db);
    const second = await addMessage(db);
    await change(db, first, "sent");
    const { ids, changes, next } = await readFrom(start);
    expect(ids.toSorted()).toEqual([first, second].toSorted());
    expect(changes.find(({ id }) => id === first)).toMatchObject({
      kind: "message",
      status: "sent",
      channel: "whatsapp",
    });
    const places = changes.map(({ at, id }) => `${at} ${id}`);
    expect(places).toEqual(places.toSorted());
    expect((await readFrom(next)).ids).toEqual([]);
  });

  test("a page ends at a place, from which the rest is read without what came later", async () => {
    const start = await readPosition(db);
    const ids = [];
    for (let n = 0; n < 5; n += 1) ids.push(await addMessage(db));
    const page = await readFrom(start, 2);
    const late = await addMessage(db);
    const rest = await readFrom(page.next);
    expect([...page.ids, ...rest.ids].toSorted()).toEqual(ids.toSorted());
    expect((await readFrom(rest.next)).ids).toEqual([late]);
  });

  test("from the place of any row the rest of its page is read again, and nothing else", async () => {
    const start = await readPosition(db);
    for (let n = 0; n < 4; n += 1) await addMessage(db);
    const { changes, ids, until } = await readFrom(start);
    await addMessage(db);
    for (const [index, row] of changes.entries()) {
      const rest = await readFrom(positionAfter(start, until, row));
      expect(rest.ids).toEqual(ids.slice(index + 1));
    }
  });

  test("up to a moment nothing later is read", async () => {
    const start = await readPosition(db);
    const first = await addMessage(db);
    const until = await readPosition(db);
    await addMessage(db);
    const found = await readChanges(db, start, { limit: 10, until });
    expect(found.changes.map(({ id }) => id)).toEqual([first]);
    expect(found.next).toEqual(until);
  });

  const onServer = label === "postgres" ? test : test.skip;

  onServer("what is committed late is found, though its time has passed already", async () => {
    const late = await addMessage(db);
    const start = await readPosition(db);
    let commit = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      commit = resolve;
    });
    let begun = (): void => undefined;
    const isBegun = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const slow = db.transaction(async (tx) => {
      await change(tx, late, "delivered");
      begun();
      await held;
    });
    await isBegun;
    const quick = await addMessage(db);
    const before = await readFrom(start);
    expect(before.ids).toEqual([quick]);
    commit();
    await slow;
    const after = await readFrom(before.next);
    expect(after.ids).toEqual([late]);
    expect(after.changes[0]?.status).toBe("delivered");
  });

  test("an arrival is told once, however often its row is written again", async () => {
    const start = await readPosition(db);
    await arrive(db, [textMessage("wamid.1", "oi")]);
    const { changes, next } = await readFrom(start);
    expect(changes).toMatchObject([
      { kind: "inbound", status: "received", channel: "whatsapp", campaign_id: null },
    ]);
    await db.query("update inbox set attempts = 1");
    expect((await readFrom(next)).ids).toEqual([]);
  });

  test("what people did not write is no arrival", async () => {
    await arrive(db, [textMessage("wamid.1", "oi")]);
    const { id } = await claimOne(db);
    const start = await readPosition(db);
    const trigger = { conversationId: id, messageId: randomUUIDv7(), intent: "news", entities: {} };
    expect(await enqueueTrigger(db, trigger)).toBe(true);
    expect((await readFrom(start)).ids).toEqual([]);
  });

  test("a row from before this was counted is known", async () => {
    await arrive(db, [textMessage("wamid.1", "oi")]);
    await db.query("update inbox set arrived = null");
    const now = await readPosition(db);
    expect((await readFrom({ ...now, snapshot: "4:4:" })).ids).toEqual([]);
  });
});
