import { randomUUIDv7 } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { Database } from "../../src/db/driver.ts";
import { storeWebhooks } from "../../src/db/inbox.ts";
import { enqueue } from "../../src/db/outbound.ts";
import { markSending, recordOutcomes } from "../../src/db/outbox.ts";
import { applyStatuses } from "../../src/db/statuses.ts";
import { commitTurns } from "../../src/db/turns.ts";
import { listQuickest } from "../database.ts";
import { emptyDatabase } from "./empty.ts";
import {
  ACCOUNT,
  arrive,
  CHANNEL,
  claimOne,
  leaseOf,
  outgoing,
  textMessage,
  turnOf,
} from "./scene.ts";

/** A place in a trace, told apart by its last digit. */
const place = (digit: number): string => `00-${"a".repeat(32)}-${"b".repeat(15)}${digit}-01`;

describe.each(await listQuickest())("the trace of a message on $label", ({ open }) => {
  let db: Database;
  beforeAll(async () => {
    db = await open();
  }, 60_000);
  afterAll(() => db.close());
  beforeEach(() => emptyDatabase(db));

  const read = async (externalId: string) => {
    const update = {
      kind: "status",
      account: ACCOUNT,
      externalId,
      status: "read",
      at: new Date().toISOString(),
      identities: [],
    } as const;
    return applyStatuses(db, [{ channel: CHANNEL, update }]);
  };

  test("goes from the webhook to the turn, the send and the status", async () => {
    const [arrived] = await arrive(db, [textMessage("wamid.1", "oi")]);
    if (arrived === undefined) throw new Error("nothing arrived");
    await db.query("delete from inbox");
    await storeWebhooks(db, [], [{ ...arrived, trace: place(1) }]);
    const conversation = await claimOne(db);
    expect(conversation.inbox[0]?.trace).toBe(place(1));
    const reply = outgoing("olá");
    await commitTurns(db, [{ ...turnOf(conversation, [reply]), trace: place(2) }]);
    await db.query("update conversations set lease_until = null, due = now()");
    const again = await claimOne(db);
    expect(again.outbox[0]?.trace).toBe(place(2));
    await markSending(db, [{ ...leaseOf(again), messageId: reply.id }]);
    const sent = { messageId: reply.id, outcome: "sent", externalId: "wamid.out" } as const;
    // The message knows its place: that of a try does not replace it.
    await recordOutcomes(db, [{ ...sent, error: null, startedAt: null, trace: place(3) }]);
    expect((await read("wamid.out")).map(({ trace }) => trace)).toEqual([place(2)]);
  });

  test.each([
    { label: "of a request to send is kept", asked: place(4), tried: place(5), want: place(4) },
    { label: "begins with the first try where it has none", tried: place(5), want: place(5) },
    { label: "is nothing where traces are off", want: null },
  ])("$label", async ({ asked, tried, want }) => {
    await arrive(db, [textMessage("wamid.1", "oi")]);
    const { id, contactId, address } = await claimOne(db);
    const target = { conversationId: id, contactId, channel: CHANNEL, address };
    const row = { ...outgoing("aviso"), id: randomUUIDv7() };
    await enqueue(db, [{ target, rows: [row], origin: "api", trace: asked }]);
    const sent = { messageId: row.id, outcome: "sent", externalId: "wamid.out" } as const;
    await recordOutcomes(db, [{ ...sent, error: null, startedAt: null, trace: tried }]);
    expect((await read("wamid.out")).map(({ trace }) => trace)).toEqual([want]);
  });
});
