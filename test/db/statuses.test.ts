import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { Database } from "../../src/db/driver.ts";
import { markSending, recordOutcomes, requeueFailed } from "../../src/db/outbox.ts";
import { applyStatuses, listJoinable, removeParked } from "../../src/db/statuses.ts";
import { release } from "../../src/db/mailbox.ts";
import { commitTurns } from "../../src/db/turns.ts";
import type { ReportedStatus, StatusUpdate } from "../../src/messages.ts";
import { listDatabases } from "../database.ts";
import { emptyDatabase } from "./empty.ts";
import {
  ACCOUNT,
  arrive,
  CHANNEL,
  claimOne,
  leaseOf,
  outgoing,
  releaseOf,
  textMessage,
  turnOf,
} from "./scene.ts";

const TIMES = {
  sent: "2026-11-21T10:00:01.000Z",
  delivered: "2026-11-21T10:00:02.000Z",
  read: "2026-11-21T10:00:03.000Z",
  failed: "2026-11-21T10:00:04.000Z",
} as const;

const status = (word: ReportedStatus, extra: Partial<StatusUpdate> = {}) => ({
  channel: CHANNEL,
  update: {
    kind: "status" as const,
    account: ACCOUNT,
    externalId: "wamid.out",
    status: word,
    at: TIMES[word],
    identities: [],
    ...extra,
  },
});

function permutations<Item>(items: readonly Item[]): Item[][] {
  if (items.length <= 1) return [[...items]];
  return items.flatMap((item, index) =>
    permutations(items.toSpliced(index, 1)).map((rest) => [item, ...rest]),
  );
}

describe.each(await listDatabases())("statuses on $label", ({ open }) => {
  let db: Database;
  beforeAll(async () => {
    db = await open();
  });
  afterAll(() => db.close());
  beforeEach(() => emptyDatabase(db));

  test("finds its message without looking through all of the account, statistics or not", async () => {
    await db.query(
      `insert into messages (id, seq, conversation_id, contact_id, channel, account, direction, status, external_id)
       select gen_random_uuid(), n, gen_random_uuid(), gen_random_uuid(), $1::text, $2::text, 'out', 'sent', 'wamid.' || n
       from generate_series(1, 5000) n`,
      [CHANNEL, ACCOUNT],
    );
    const plans: unknown[] = [];
    const explaining: Database = {
      ...db,
      query: async (text, values) => {
        plans.push(await db.query(`explain ${text}`, values));
        return [];
      },
    };
    await applyStatuses(explaining, [status("read", { messageId: randomUUID() })]);
    await listJoinable(explaining, 10);
    const plan = JSON.stringify(plans);
    expect(plans).toHaveLength(2);
    expect(plan).toContain("messages_external");
    expect(plan).not.toContain("messages_account");
    expect(plan).not.toMatch(/Seq Scan on messages/);
  });

  /** A message that was handed to the provider; its id, and the record that its answer arrived. */
  const sending = async () => {
    await arrive(db, [textMessage("wamid.in", "oi")]);
    const conversation = await claimOne(db);
    const reply = outgoing("olá");
    await commitTurns(db, [turnOf(conversation, [reply])]);
    await markSending(db, [{ ...leaseOf(conversation), messageId: reply.id }]);
    const recordSent = () =>
      recordOutcomes(db, [
        {
          messageId: reply.id,
          outcome: "sent",
          externalId: "wamid.out",
          error: null,
          startedAt: null,
        },
      ]);
    return { id: reply.id, recordSent, conversation };
  };

  const joinParked = async () => {
    const parked = await listJoinable(db, 100);
    const updates = parked.map(({ update }) =>
      status("sent", { ...(typeof update === "object" && update) }),
    );
    await applyStatuses(db, updates);
    await removeParked(db, parked);
  };

  const finalState = async () => {
    const [row] = await db.query(
      `select status, delivered_at is not null as delivered, read_at is not null as read, failed_at is not null as failed
       from messages where direction = 'out'`,
    );
    return row;
  };

  test("all 24 orders of statuses, before or after the send is recorded, end in the same state", async () => {
    const words = ["sent", "delivered", "read", "failed"] as const;
    const ends = new Set<string>();
    for (const order of permutations(words)) {
      for (const early of [0, 2, 4]) {
        await emptyDatabase(db);
        const { recordSent } = await sending();
        for (const word of order.slice(0, early)) await applyStatuses(db, [status(word)]);
        await recordSent();
        await joinParked();
        for (const word of order.slice(early)) await applyStatuses(db, [status(word)]);
        ends.add(JSON.stringify(await finalState()));
      }
    }
    const want = { status: "read", delivered: true, read: true, failed: true };
    expect([...ends].map((end): unknown => JSON.parse(end))).toEqual([want]);
    expect(await db.query("select count(*)::int as n from message_statuses")).toEqual([{ n: 4 }]);
  });

  test.each([
    {
      label: "read without delivered says both",
      words: ["read"],
      want: { status: "read", delivered: true },
    },
    {
      label: "a late sent does not lower delivered",
      words: ["delivered", "sent"],
      want: { status: "delivered" },
    },
    {
      label: "failed after sent is failed",
      words: ["sent", "failed"],
      want: { status: "failed", failed: true },
    },
    {
      label: "sent after failed stays failed",
      words: ["failed", "sent"],
      want: { status: "failed" },
    },
    {
      label: "delivered after failed wins, and the failure stays on record",
      words: ["failed", "delivered"],
      want: { status: "delivered", failed: true },
    },
  ] as const)("$label", async ({ words, want }) => {
    const { recordSent } = await sending();
    await recordSent();
    for (const word of words) await applyStatuses(db, [status(word)]);
    expect(await finalState()).toMatchObject(want);
  });

  test("a thousand statuses of one webhook are all read", async () => {
    const { recordSent } = await sending();
    await recordSent();
    const strangers = Array.from({ length: 997 }, (_, n) =>
      status("sent", { externalId: `wamid.${n}` }),
    );
    const applied = await applyStatuses(db, [
      status("sent"),
      ...strangers,
      status("read"),
      status("delivered"),
    ]);
    expect(applied.map(({ place }) => place)).toEqual([0, 998, 999]);
    expect(await finalState()).toMatchObject({ status: "read" });
    expect(await db.query("select count(*)::int as n from parked_statuses")).toEqual([{ n: 997 }]);
  });

  test("our own id in a status settles a send whose answer never came", async () => {
    const { id } = await sending();
    await recordOutcomes(db, [
      { messageId: id, outcome: "uncertain", externalId: null, error: null, startedAt: null },
    ]);
    const applied = await applyStatuses(db, [
      status("sent", { messageId: id, externalId: "wamid.x" }),
    ]);
    expect(applied).toMatchObject([{ messageId: id, before: "uncertain" }]);
    expect(
      await db.query("select status, external_id from messages where direction = 'out'"),
    ).toEqual([{ status: "sent", external_id: "wamid.x" }]);
  });

  test("a settled message is not sent again", async () => {
    const { id, conversation } = await sending();
    await recordOutcomes(db, [
      { messageId: id, outcome: "uncertain", externalId: null, error: null, startedAt: null },
    ]);
    await applyStatuses(db, [status("sent", { messageId: id })]);
    expect(await markSending(db, [{ ...leaseOf(conversation), messageId: id }])).toEqual([false]);
  });

  test("a failure that is reported again does not fail what was sent again since", async () => {
    const { id, recordSent } = await sending();
    await recordSent();
    await applyStatuses(db, [status("failed", { messageId: id })]);
    await requeueFailed(db, id, { maxAttempts: 2, delayMs: 0 });
    expect(await applyStatuses(db, [status("failed", { messageId: id })])).toEqual([]);
    expect(await finalState()).toMatchObject({ status: "queued", failed: false });
  });

  test("the late failure of an earlier try does not fail a later one", async () => {
    const { id, recordSent } = await sending();
    await recordSent();
    const earlier = status("failed", { messageId: id, externalId: "wamid.earlier" });
    expect(await applyStatuses(db, [earlier])).toEqual([]);
    expect(await finalState()).toMatchObject({ status: "sent", failed: false });
  });

  test("a try that was not the message's fault does not count", async () => {
    const { id } = await sending();
    const retry = {
      messageId: id,
      outcome: "retry",
      externalId: null,
      error: null,
      startedAt: null,
    } as const;
    await recordOutcomes(db, [{ ...retry, isFree: true }]);
    expect(await db.query("select status, attempts from messages where direction = 'out'")).toEqual(
      [{ status: "queued", attempts: 0 }],
    );
    expect(await db.query("select attempt from send_attempts")).toEqual([{ attempt: 1 }]);
  });

  test("an id of another account settles nothing", async () => {
    const { id } = await sending();
    const foreign = status("failed", { messageId: id, account: "999", externalId: "wamid.y" });
    expect(await applyStatuses(db, [foreign])).toEqual([]);
    expect(await finalState()).toMatchObject({ status: "sending", failed: false });
  });

  test("the answer to a send does not undo what a status said meanwhile", async () => {
    const { id, recordSent } = await sending();
    await applyStatuses(db, [status("read", { messageId: id })]);
    await recordSent();
    expect(await finalState()).toMatchObject({ status: "read" });
  });

  test("recording a send says that early statuses are parked", async () => {
    const { recordSent } = await sending();
    await applyStatuses(db, [status("delivered")]);
    expect(await recordSent()).toEqual([true]);
  });

  test("a message that failed later for a passing reason is queued again, until its tries are used up", async () => {
    const { id, recordSent } = await sending();
    await recordSent();
    await applyStatuses(db, [status("failed")]);
    expect(await requeueFailed(db, id, { maxAttempts: 1, delayMs: 0 })).toBe(false);
    expect(await requeueFailed(db, id, { maxAttempts: 2, delayMs: 0 })).toBe(true);
    expect(await finalState()).toMatchObject({ status: "queued", failed: false });
  });

  test("a send mark without the lease is refused", async () => {
    const { id, conversation } = await sending();
    await recordOutcomes(db, [
      { messageId: id, outcome: "retry", externalId: null, error: null, startedAt: null },
    ]);
    const stale = { conversationId: conversation.id, lease: "0", messageId: id };
    expect(await markSending(db, [stale])).toEqual([false]);
    expect(await markSending(db, [{ ...stale, lease: conversation.lease }])).toEqual([true]);
  });

  test("a status whose time the provider did not tell is as old as its arrival", async () => {
    const { recordSent } = await sending();
    await recordSent();
    await applyStatuses(db, [status("delivered", { at: "1970-01-01T00:00:00.000Z" })]);
    const [row] = await db.query(
      `select now() - delivered_at < interval '1 minute' as fresh from messages where direction = 'out'`,
    );
    expect(row).toEqual({ fresh: true });
  });

  describe("a provider that answers with the id of the request", () => {
    const named = (word: ReportedStatus) =>
      status(word, { externalId: "wamid.true", requestId: "wamid.out" });
    const read = async (id: string) => {
      const columns = "status, external_id";
      const [row] = await db.query(`select ${columns} from messages where id = $1::text::uuid`, [
        id,
      ]);
      return row;
    };

    test("a status names the message by it, and later ones by the message's own id", async () => {
      const { id, recordSent } = await sending();
      await recordSent();
      await applyStatuses(db, [named("sent")]);
      expect(await read(id)).toEqual({ status: "sent", external_id: "wamid.true" });
      await applyStatuses(db, [status("delivered", { externalId: "wamid.true" })]);
      expect(await read(id)).toEqual({ status: "delivered", external_id: "wamid.true" });
    });

    test("a status that comes before the answer to the send is joined by it", async () => {
      const { id, recordSent } = await sending();
      await applyStatuses(db, [named("delivered")]);
      expect(await recordSent()).toEqual([true]);
      await joinParked();
      expect(await read(id)).toEqual({ status: "delivered", external_id: "wamid.true" });
    });

    test("a status without the request's id waits until another has said both", async () => {
      const { id, recordSent } = await sending();
      await recordSent();
      await applyStatuses(db, [status("read", { externalId: "wamid.true" })]);
      expect(await listJoinable(db, 100)).toEqual([]);
      await applyStatuses(db, [named("sent")]);
      await joinParked();
      expect(await read(id)).toEqual({ status: "read", external_id: "wamid.true" });
    });

    test("the failure that names the request fails the message", async () => {
      const { id, recordSent } = await sending();
      await recordSent();
      await applyStatuses(db, [named("failed")]);
      expect(await read(id)).toEqual({ status: "failed", external_id: "wamid.true" });
    });
  });

  test("each time the provider took it and failed later is a round of its own", async () => {
    const { id, recordSent, conversation } = await sending();
    const rounds = async () =>
      (await db.query("select round from messages where direction = 'out'"))[0];
    expect(await rounds()).toEqual({ round: 0 });
    await recordSent();
    await applyStatuses(db, [status("failed")]);
    await requeueFailed(db, id, { maxAttempts: 5, delayMs: 0 });
    expect(await rounds()).toEqual({ round: 1 });
    await release(db, [releaseOf(conversation)]);
    const again = await claimOne(db);
    expect(again.outbox).toMatchObject([{ id, round: 1 }]);
  });
});
