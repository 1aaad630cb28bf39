import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { setTimeout as sleep } from "node:timers/promises";
import type { Database } from "../../src/db/driver.ts";
import { release, renew, wakeConversations } from "../../src/db/mailbox.ts";
import { markSending } from "../../src/db/outbox.ts";
import { commitTurns } from "../../src/db/turns.ts";
import { listDatabases } from "../database.ts";
import {
  arrive,
  claimAll,
  claimOne,
  leaseOf,
  outgoing,
  releaseOf,
  textMessage,
  turnOf,
} from "./scene.ts";
import { emptyDatabase } from "./empty.ts";

describe.each(await listDatabases())("mailbox on $label", ({ label, open }) => {
  let db: Database;
  beforeAll(async () => {
    db = await open();
  });
  afterAll(() => db.close());
  beforeEach(() => emptyDatabase(db));

  test("a message delivered twice, alone or in one batch, is stored once and wakes once", async () => {
    const twice = [textMessage("wamid.1", "oi"), textMessage("wamid.1", "oi")];
    await arrive(db, twice);
    await arrive(db, [textMessage("wamid.1", "oi")]);
    const conversation = await claimOne(db);
    expect(conversation.inbox.map(({ message }) => message.externalId)).toEqual(["wamid.1"]);
    expect(conversation.wake).toBe("1");
  });

  test("messages of one batch keep their arrival order, whatever their ids sort like", async () => {
    const ids = ["wamid.c", "wamid.a", "wamid.b"];
    await arrive(
      db,
      ids.map((id) => textMessage(id, id)),
    );
    const { inbox } = await claimOne(db);
    expect(inbox.map(({ message }) => message.externalId)).toEqual(ids);
  });

  test("two claims at once never get the same conversation", async () => {
    const people = Array.from({ length: 40 }, (_, index) => `55619911122${10 + index}`);
    await arrive(
      db,
      people.map((phone) => textMessage(`wamid.${phone}`, "oi", phone)),
    );
    const claims = await Promise.all([1, 2, 3, 4].map(() => claimAll(db, { limit: 10 })));
    const ids = claims.flat().map(({ id }) => id);
    expect(ids).toHaveLength(40);
    expect(new Set(ids).size).toBe(40);
  });

  /** So many people to whom nothing but a campaign is to be sent, due before everybody else. */
  async function makeBulkDue(people: number): Promise<void> {
    await db.query(
      "insert into contacts (id) select gen_random_uuid() from generate_series(1, $1::int)",
      [people],
    );
    await db.query(
      `insert into conversations (id, channel, account, contact_id, address, due, wake, bulk)
       select gen_random_uuid(), 'whatsapp', '810000000000001', id, '{"account": "810000000000001", "identities": []}',
         now() - interval '1 hour', 1, true from contacts`,
    );
  }

  test("a reply is claimed next, however many bulk messages are due before it", async () => {
    await makeBulkDue(5_000);
    const bulk = await claimAll(db, { limit: 20, bulkLimit: 15 });
    expect(bulk.map((conversation) => conversation.bulk)).toEqual(bulk.map(() => true));
    expect(bulk).toHaveLength(15);
    await arrive(db, [textMessage("wamid.1", "oi")]);
    const next = await claimAll(db, { limit: 1, bulkLimit: 1 });
    expect(next.map(({ inbox }) => inbox[0]?.message.text)).toEqual(["oi"]);
  });

  test("bulk gets the places that are left, and no more than its own", async () => {
    await makeBulkDue(20);
    await arrive(db, [
      textMessage("wamid.1", "oi", "5561991110001"),
      textMessage("wamid.2", "oi", "5561991110002"),
    ]);
    const claimed = await claimAll(db, { limit: 10, bulkLimit: 9 });
    expect(claimed.filter(({ bulk }) => !bulk)).toHaveLength(2);
    expect(claimed.filter(({ bulk }) => bulk)).toHaveLength(8);
    expect(await claimAll(db, { limit: 10, bulkLimit: 0 })).toEqual([]);
    expect(await claimAll(db, { limit: 10, bulkLimit: 3 })).toHaveLength(3);
  });

  test("who writes after a bulk message is urgent at once", async () => {
    await arrive(db, [textMessage("wamid.1", "oi")]);
    const first = await claimOne(db);
    await commitTurns(db, [turnOf(first, [])]);
    await release(db, [releaseOf(first)]);
    await db.query("update conversations set bulk = true, due = now()");
    expect((await claimAll(db, { bulkLimit: 0 })).length).toBe(0);
    await arrive(db, [textMessage("wamid.2", "quero sair")]);
    expect((await claimOne(db, { bulkLimit: 0 })).bulk).toBe(false);
  });

  test("only conversations of the channels that are served are claimed", async () => {
    await arrive(db, [textMessage("wamid.1", "oi")]);
    expect(await claimAll(db, { channels: ["other"] })).toEqual([]);
    expect(await claimAll(db)).toHaveLength(1);
  });

  test("a message that arrives during a claim is not forgotten by its release", async () => {
    await arrive(db, [textMessage("wamid.1", "oi")]);
    const first = await claimOne(db);
    await commitTurns(db, [turnOf(first, [])]);
    await arrive(db, [textMessage("wamid.2", "tudo bem?")]);
    await release(db, [releaseOf(first)]);
    const second = await claimOne(db);
    expect(second.inbox.map(({ message }) => message.externalId)).toEqual(["wamid.2"]);
  });

  describe("what changes while it is claimed", () => {
    // The embedded database runs one statement at a time.
    const onServer = label === "postgres" ? test : test.skip;

    /** Its claims see the database as it was half a second before they lock anything. */
    const slow = (): { readonly db: Database; readonly statements: string[] } => {
      const statements: string[] = [];
      const asked = "from json_to_recordset($4::json) as a (places";
      const query: Database["query"] = (text, values) => {
        statements.push(text);
        return db.query(text.replace(asked, `from pg_sleep(0.5), ${asked.slice(5)}`), values);
      };
      return { db: { ...db, query }, statements };
    };

    onServer("is claimed with the message that arrived", async () => {
      await arrive(db, [textMessage("wamid.1", "oi")]);
      const late = slow();
      const claiming = claimAll(late.db);
      await sleep(100);
      await arrive(db, [textMessage("wamid.2", "tudo bem?")]);
      const [conversation] = await claiming;
      expect(conversation?.wake).toBe("2");
      expect(conversation?.inbox.map(({ message }) => message.text)).toEqual(["oi", "tudo bem?"]);
      expect(late.statements).toHaveLength(2);
    });

    onServer("is left alone where another worker takes it first", async () => {
      await arrive(db, [textMessage("wamid.1", "oi"), textMessage("wamid.2", "tudo bem?")]);
      const late = slow();
      const claiming = claimAll(late.db);
      await sleep(100);
      const other = await claimOne(db);
      await commitTurns(db, [turnOf(other, [outgoing("olá")])]);
      await release(db, [{ ...releaseOf(other), kind: "more" }]);
      expect(await claiming).toEqual([]);
      const [conversation] = await claimAll(db);
      expect(conversation?.inbox.map(({ message }) => message.text)).toEqual(["tudo bem?"]);
      expect(conversation?.outbox.map(({ status }) => status)).toEqual(["queued"]);
    });

    test("costs nothing where nothing does: one statement claims and reads", async () => {
      await arrive(db, [textMessage("wamid.1", "oi")]);
      const statements: string[] = [];
      const query: Database["query"] = (text, values) => {
        statements.push(text);
        return db.query(text, values);
      };
      expect(await claimAll({ ...db, query })).toMatchObject([
        { inbox: [{ message: { text: "oi" } }] },
      ]);
      expect(statements).toHaveLength(1);
    });
  });

  test("a conversation that is done is not claimed again", async () => {
    await arrive(db, [textMessage("wamid.1", "oi")]);
    const conversation = await claimOne(db);
    await commitTurns(db, [turnOf(conversation, [])]);
    await release(db, [releaseOf(conversation)]);
    expect(await claimAll(db)).toEqual([]);
  });

  test("a retry holds back later messages of the conversation", async () => {
    await arrive(db, [textMessage("wamid.1", "oi")]);
    const conversation = await claimOne(db);
    await release(db, [{ ...releaseOf(conversation), kind: "retry", delayMs: 300, fails: 1 }]);
    await arrive(db, [textMessage("wamid.2", "alguém?")]);
    expect(await claimAll(db)).toEqual([]);
    await new Promise((resolve) => {
      setTimeout(resolve, 400);
    });
    const again = await claimOne(db);
    expect(again.inbox.map(({ message }) => message.externalId)).toEqual(["wamid.1", "wamid.2"]);
    expect(again.fails).toBe(1);
  });

  test("a wait ends early when the conversation is woken, even during the claim", async () => {
    await arrive(db, [textMessage("wamid.1", "oi")]);
    const conversation = await claimOne(db);
    await wakeConversations(db, [conversation.id]);
    await release(db, [{ ...releaseOf(conversation), kind: "wait", delayMs: 60_000, fails: 0 }]);
    expect(await claimAll(db)).toHaveLength(1);
  });

  test("a dead worker's conversation comes back when its lease ends, and counts a failed try", async () => {
    await arrive(db, [textMessage("wamid.1", "oi")]);
    await claimOne(db, { leaseMs: 50 });
    expect(await claimAll(db)).toEqual([]);
    await new Promise((resolve) => {
      setTimeout(resolve, 120);
    });
    expect((await claimOne(db)).fails).toBe(1);
  });

  test("renewing keeps a conversation, and tells which ones were lost", async () => {
    await arrive(db, [textMessage("wamid.1", "oi")]);
    const held = await claimOne(db, { leaseMs: 100 });
    const lost = { conversationId: held.id, lease: "0" };
    expect(await renew(db, [leaseOf(held)], 60_000)).toEqual(new Set([held.id]));
    expect(await renew(db, [lost], 60_000)).toEqual(new Set());
    await new Promise((resolve) => {
      setTimeout(resolve, 200);
    });
    expect(await claimAll(db)).toEqual([]);
  });

  test("a zombie can neither answer nor release what another worker holds", async () => {
    await arrive(db, [textMessage("wamid.1", "oi")]);
    const zombie = await claimOne(db, { leaseMs: 30 });
    await new Promise((resolve) => {
      setTimeout(resolve, 80);
    });
    const holder = await claimOne(db);
    expect(await commitTurns(db, [turnOf(zombie, [outgoing("late")])])).toEqual([false]);
    await release(db, [releaseOf(zombie)]);
    expect(await claimAll(db)).toEqual([]);
    expect(await commitTurns(db, [turnOf(holder, [outgoing("right")])])).toEqual([true]);
    const said = await db.query("select text from messages where direction = 'out'");
    expect(said).toEqual([{ text: "right" }]);
  });

  test("of two turns of one message in one batch, only the one that still holds the conversation is told to go on", async () => {
    await arrive(db, [textMessage("wamid.1", "oi")]);
    const lost = await claimOne(db);
    await db.query("update conversations set lease_until = now(), due = now()");
    const held = await claimOne(db);
    const turns = [turnOf(lost, [outgoing("velha")]), turnOf(held, [outgoing("nova")])];
    expect(await commitTurns(db, turns)).toEqual([false, true]);
    const said = await db.query("select text from messages where direction = 'out'");
    expect(said).toEqual([{ text: "nova" }]);
    // Whichever of two turns of the same claim it is, one of them goes on.
    const again = [turnOf(held, [outgoing("outra")]), turnOf(held, [outgoing("mais uma")])];
    expect(await commitTurns(db, again)).toEqual([false, false]);
  });

  test("of two who ask at once to send one message, only the one that still holds the conversation may", async () => {
    await arrive(db, [textMessage("wamid.1", "oi")]);
    const first = await claimOne(db);
    const reply = outgoing("olá");
    await commitTurns(db, [turnOf(first, [reply])]);
    await db.query("update conversations set lease_until = now(), due = now()");
    const second = await claimOne(db);
    const claims = [first, second].map((holder) => ({ ...leaseOf(holder), messageId: reply.id }));
    expect(await markSending(db, claims)).toEqual([false, true]);
  });

  test("a message is answered once, however often its turn is committed", async () => {
    await arrive(db, [textMessage("wamid.1", "oi")]);
    const conversation = await claimOne(db);
    const first = turnOf(conversation, [outgoing("one")]);
    const second = turnOf(conversation, [outgoing("two")]);
    expect(await commitTurns(db, [first])).toEqual([true]);
    expect(await commitTurns(db, [second])).toEqual([false]);
    const said = await db.query("select direction, text from messages order by seq");
    expect(said).toEqual([
      { direction: "in", text: "oi" },
      { direction: "out", text: "one" },
    ]);
  });

  test("part of an answer that was committed ahead survives and ends the turn at the next claim", async () => {
    await arrive(db, [textMessage("wamid.1", "oi")]);
    const conversation = await claimOne(db);
    const ahead = { ...turnOf(conversation, [outgoing("um")]), done: false };
    const rest = { ...turnOf(conversation, [outgoing("dois")]) };
    expect(await commitTurns(db, [ahead])).toEqual([true]);
    await release(db, [{ ...releaseOf(conversation), kind: "more" }]);
    const again = await claimOne(db);
    expect(again.inbox.map(({ emitted }) => emitted)).toEqual([true]);
    expect(again.outbox).toHaveLength(1);
    expect(await commitTurns(db, [{ ...rest, lease: again.lease }])).toEqual([true]);
    const said = await db.query("select direction, text from messages order by seq");
    expect(said.map(({ text }) => text)).toEqual(["oi", "um", "dois"]);
  });

  test("a waiting message is visible in the log before its turn, once", async () => {
    await arrive(db, [textMessage("wamid.1", "oi")]);
    expect(await db.query("select direction, status, text from message_log")).toEqual([
      { direction: "in", status: "received", text: "oi" },
    ]);
    const conversation = await claimOne(db);
    await commitTurns(db, [turnOf(conversation, [])]);
    expect(await db.query("select text from message_log")).toEqual([{ text: "oi" }]);
  });
});
