import { randomUUIDv7 } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { Database } from "../../src/db/driver.ts";
import { release } from "../../src/db/mailbox.ts";
import { commitTurns } from "../../src/db/turns.ts";
import { enqueueTrigger } from "../../src/db/triggers.ts";
import { listDatabases } from "../database.ts";
import { ACCOUNT, arrive, claimAll, claimOne, releaseOf, textMessage, turnOf } from "./scene.ts";
import { emptyDatabase } from "./empty.ts";

describe.each(await listDatabases())("a trigger on $label", ({ open }) => {
  let db: Database;
  beforeAll(async () => {
    db = await open();
  });
  afterAll(() => db.close());
  beforeEach(() => emptyDatabase(db));

  /** A conversation whose only message is answered. */
  async function answered(): Promise<string> {
    const [arrived] = await arrive(db, [textMessage("wamid.1", "oi")]);
    const claimed = await claimOne(db);
    await commitTurns(db, [turnOf(claimed, [])]);
    await release(db, [releaseOf(claimed)]);
    return arrived?.conversationId ?? "";
  }

  const row = (
    conversationId: string,
    entities: Record<string, unknown> = { plant: "Orquídea" },
  ) => ({
    conversationId,
    messageId: randomUUIDv7(),
    intent: "EXTERNAL_dry_plant",
    entities,
  });

  /** What only a person's own message may change. */
  const standing = (id: string) =>
    db.query(
      "select address, last_inbound_at, window_closed_at, paused_until from conversations where id = $1::text::uuid",
      [id],
    );

  test("wakes its conversation and waits there like a message", async () => {
    const id = await answered();
    const trigger = row(id);
    expect(await enqueueTrigger(db, trigger)).toBe(true);
    const claimed = await claimOne(db);
    expect(claimed.id).toBe(id);
    expect(claimed.inbox).toMatchObject([
      {
        messageId: trigger.messageId,
        emitted: false,
        message: {
          kind: "message",
          externalId: `trigger:${trigger.messageId}`,
          account: ACCOUNT,
          identities: [{ kind: "phone", value: "5561991112222" }],
          text: "",
          content: {
            type: "trigger",
            intent: "EXTERNAL_dry_plant",
            entities: { plant: "Orquídea" },
          },
        },
      },
    ]);
    const sentAt = Date.parse(claimed.inbox[0]?.message.sentAt ?? "");
    expect(Math.abs(Date.now() - sentAt)).toBeLessThan(60_000);
  });

  test("is no sign of life of the person: window, address and pause stay", async () => {
    const id = await answered();
    await db.query(
      "update conversations set window_closed_at = now(), paused_until = now() + interval '1 hour' where id = $1::text::uuid",
      [id],
    );
    const before = await standing(id);
    await enqueueTrigger(db, row(id));
    expect(await standing(id)).toEqual(before);
  });

  test("comes after what waits already, and does not hasten what is held back", async () => {
    const [arrived] = await arrive(db, [textMessage("wamid.1", "oi")]);
    const id = arrived?.conversationId ?? "";
    const claimed = await claimOne(db);
    await enqueueTrigger(db, row(id));
    await release(db, [{ ...releaseOf(claimed), kind: "retry", delayMs: 60_000, fails: 1 }]);
    await enqueueTrigger(db, row(id));
    expect(await claimAll(db)).toEqual([]);
    await db.query("update conversations set due = now()");
    const { inbox } = await claimOne(db);
    expect(inbox.map(({ message }) => message.content.type)).toEqual([
      "text",
      "trigger",
      "trigger",
    ]);
  });

  test("that comes while its conversation is worked on is not forgotten", async () => {
    await arrive(db, [textMessage("wamid.1", "oi")]);
    const claimed = await claimOne(db);
    await enqueueTrigger(db, row(claimed.id));
    await commitTurns(db, [turnOf(claimed, [])]);
    await release(db, [releaseOf(claimed)]);
    expect((await claimOne(db)).inbox).toHaveLength(1);
  });

  test("to nobody is told to be one", async () => {
    expect(await enqueueTrigger(db, row(randomUUIDv7()))).toBe(false);
    expect(await db.query("select id from inbox")).toEqual([]);
  });

  test("to a conversation without an address does not stop the others", async () => {
    const id = await answered();
    await db.query("update conversations set address = jsonb_build_object('account', account)");
    await enqueueTrigger(db, row(id));
    const rows = await db.query(
      "select message -> 'identities' as identities from inbox where done_at is null",
    );
    expect(rows).toEqual([{ identities: [] }]);
  });
});
