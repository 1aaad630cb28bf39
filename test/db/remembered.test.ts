import { randomUUIDv7 } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { Database } from "../../src/db/driver.ts";
import { listHistory } from "../../src/db/history.ts";
import { changeSlots } from "../../src/db/remembered.ts";
import { type Claimed, release } from "../../src/db/mailbox.ts";
import { saveSubscriptions } from "../../src/db/outgoing-events.ts";
import { tokensToday } from "../../src/db/token-usage.ts";
import { commitTurns, type TurnRow } from "../../src/db/turns.ts";
import { listDatabases } from "../database.ts";
import { arrive, claimOne, outgoing, releaseOf, textMessage, turnOf } from "./scene.ts";
import { emptyDatabase } from "./empty.ts";

const STARTED = "2026-11-21T10:00:00.000Z";

describe.each(await listDatabases())("what a turn leaves behind on $label", ({ open }) => {
  let db: Database;
  beforeAll(async () => {
    db = await open();
  });
  afterAll(() => db.close());
  beforeEach(() => emptyDatabase(db));

  let turns = 0;
  /** Takes a new message's conversation, ends the turn with changes, and gives the conversation as the next turn sees it. */
  async function afterTurn(changes: Partial<TurnRow>, ...replies: string[]): Promise<Claimed> {
    turns += 1;
    await arrive(db, [textMessage(`wamid.${turns}`, `texto ${turns}`)]);
    const claimed = await claimOne(db);
    const turn = turnOf(
      claimed,
      replies.map((text) => ({ ...outgoing(text), status: "sent" })),
    );
    expect(await commitTurns(db, [{ ...turn, ...changes }])).toEqual([true]);
    await release(db, [releaseOf(claimed)]);
    await arrive(db, [textMessage(`wamid.${turns}b`, "depois")]);
    const seen = await claimOne(db);
    await commitTurns(db, [turnOf(seen, [])]);
    await release(db, [releaseOf(seen)]);
    return seen;
  }

  test("a conversation nobody told anything knows nothing", async () => {
    expect(await afterTurn({})).toMatchObject({
      slots: {},
      memory: {},
      properties: {},
      heldBy: null,
      sessionStartedAt: null,
      paused: false,
    });
  });

  test("slots, memory and properties are set one by one, and forgotten by name", async () => {
    const first = { set: { a: 1, b: { deep: null } }, remove: [] };
    await afterTurn({ patch: { slots: first, memory: first, properties: first } });
    const second = { set: { c: "x" }, remove: ["a"] };
    const known = { b: { deep: null }, c: "x" };
    expect(
      await afterTurn({ patch: { slots: second, memory: second, properties: second } }),
    ).toMatchObject({ slots: known, memory: known, properties: known });
  });

  test.each([
    {
      label: "begins",
      patch: { sessionStarted: STARTED },
      startedAt: "2026-11-21T10:00:00.000000Z",
    },
    { label: "ends", patch: { sessionEnded: true }, startedAt: null },
  ] as const)("a session that $label forgets all but the person", async ({ patch, startedAt }) => {
    const known = { set: { a: 1 }, remove: [] };
    const held = { backend: "rasa", forMs: 60_000 };
    await afterTurn({ patch: { slots: known, memory: known, properties: known, held } });
    expect(await afterTurn({ patch })).toMatchObject({
      slots: {},
      memory: {},
      properties: { a: 1 },
      heldBy: null,
      sessionStartedAt: startedAt,
    });
  });

  test("a backend holds the conversation for a while, until it lets go", async () => {
    const held = { backend: "rasa", forMs: 60_000 };
    expect(await afterTurn({ patch: { held } })).toMatchObject({ heldBy: "rasa" });
    expect(await afterTurn({ patch: { held: { ...held, forMs: -1 } } })).toMatchObject({
      heldBy: null,
    });
    await afterTurn({ patch: { held } });
    expect(await afterTurn({ patch: { held: null } })).toMatchObject({ heldBy: null });
  });

  test("a pause is never made shorter by a turn", async () => {
    const paused = { reason: "handoff", forMs: 3_600_000 };
    expect(await afterTurn({ patch: { paused } })).toMatchObject({ paused: true });
    expect(await afterTurn({ patch: { paused: { ...paused, forMs: -1 } } })).toMatchObject({
      paused: true,
    });
  });

  test("a change of the API and a turn that ends at the same moment both stay", async () => {
    for (let round = 0; round < 10; round += 1) {
      await arrive(db, [textMessage(`wamid.r${round}`, "oi")]);
      const claimed = await claimOne(db);
      const slots = { set: { [`turn${round}`]: round }, remove: [] };
      const changes = { set: { [`api${round}`]: round }, remove: [] };
      await Promise.all([
        commitTurns(db, [{ ...turnOf(claimed, []), patch: { slots } }]),
        changeSlots(db, claimed.id, changes),
      ]);
      await release(db, [releaseOf(claimed)]);
    }
    await arrive(db, [textMessage("wamid.last", "oi")]);
    const { slots } = await claimOne(db);
    expect(Object.keys(slots)).toHaveLength(20);
  });

  test("what was used up counts for the person and for the day", async () => {
    const used = { backend: "llm", tokens: 30, cost: 0.5 };
    const seen = await afterTurn({ usage: [used, { ...used, tokens: 12 }] });
    await afterTurn({ usage: [used] });
    expect(await tokensToday(db, "llm", seen.contactId)).toEqual({ contact: 72, all: 72 });
    expect(await tokensToday(db, "llm", randomUUIDv7())).toEqual({ contact: 0, all: 72 });
    expect(await tokensToday(db, "rasa", seen.contactId)).toEqual({ contact: 0, all: 0 });
  });

  test("events for the operator's own systems are written with the turn", async () => {
    const type = "conversation.handoff" as const;
    await saveSubscriptions(db, [
      { endpoint: "desk", types: [type] },
      { endpoint: "log", types: [type, "session.started"] },
    ]);
    await afterTurn({ events: [{ type, data: { a: 1, for_ms: 60_000 } }] });
    const payload = {
      type,
      timestamp: expect.any(String),
      data: { a: 1, until: expect.stringMatching(/Z$/) },
    };
    expect(
      await db.query("select endpoint, type, payload from outgoing_events order by endpoint"),
    ).toEqual([
      { endpoint: "desk", type, payload },
      { endpoint: "log", type, payload },
    ]);
  });

  test("messages answered together are done together, and stand in order before the answer", async () => {
    const texts = ["um", "dois", "três"];
    const [first] = await arrive(
      db,
      texts.map((text, index) => textMessage(`wamid.m${index}`, text)),
    );
    const claimed = await claimOne(db);
    const [one, two, three] = claimed.inbox;
    if (one === undefined || two === undefined || three === undefined) throw new Error("no burst");
    const merged = [one, two].map(({ id, messageId }) => ({ inboxId: id, messageId }));
    const turn = turnOf({ ...claimed, inbox: [three] }, [
      { ...outgoing("resposta"), status: "sent" },
    ]);
    await commitTurns(db, [{ ...turn, merged }]);
    const waiting = "select count(*)::int as n from inbox where done_at is null";
    expect(await db.query(waiting)).toEqual([{ n: 0 }]);
    const lines = await listHistory(db, first?.conversationId ?? "", "2000-01-01T00:00:00Z", 10);
    expect(lines.map(({ role, text }) => `${role} ${text}`)).toEqual([
      "user um",
      "user dois",
      "user três",
      "assistant resposta",
    ]);
    expect(await db.query("select merged_into::text as into from inbox order by id")).toEqual([
      { into: three.messageId },
      { into: three.messageId },
      { into: null },
    ]);
  });

  test("history is the last lines of the session, without what could not be sent", async () => {
    const seen = await afterTurn({}, "a", "b");
    await db.query("update messages set status = 'failed' where text = 'a'");
    const history = await listHistory(db, seen.id, "2000-01-01T00:00:00Z", 2);
    expect(history.map(({ text }) => text)).toEqual(["b", "depois"]);
    expect(await listHistory(db, seen.id, "2100-01-01T00:00:00Z", 9)).toEqual([]);
  });
});
