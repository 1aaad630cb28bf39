import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { z } from "zod";
import type { Database } from "../../src/db/driver.ts";
import { commitTurns } from "../../src/db/turns.ts";
import { createAsk } from "../../src/flow/ask.ts";
import { createTurnSignals } from "../../src/flow/turns.ts";
import { arrive, CHANNEL, claimOne, outgoing, textMessage, turnOf } from "../db/scene.ts";
import { emptyDatabase } from "../db/empty.ts";
import { until } from "../until.ts";
import { openDatabase, pause } from "./scene.ts";

let db: Database;
beforeAll(async () => {
  db = await openDatabase();
});
afterAll(() => db.close());
beforeEach(() => emptyDatabase(db));

const message = textMessage("web.1", "oi");
const LONG_MS = 60_000;

const sent = z.object({ text: z.object({ body: z.string() }) });
const textOf = (payload: unknown) => sent.parse(payload).text.body;

function setUp(times: { readonly limitMs?: number; readonly pollMs?: number } = {}) {
  const signals = createTurnSignals();
  const caller = new AbortController();
  const ask = createAsk({
    db,
    accept: async () => (await arrive(db, [message])).map(({ messageId }) => messageId),
    signals,
    limitMs: LONG_MS,
    pollMs: LONG_MS,
    ...times,
  });
  const told: string[] = [];
  const end = (async () => {
    for await (const payload of ask(message, Buffer.from(""), caller.signal, CHANNEL))
      told.push(textOf(payload));
    caller.abort();
  })();
  return { signals, caller, told, end };
}

async function isDue(): Promise<boolean> {
  return (await db.query("select 1 from conversations where due <= now()")).length > 0;
}

/** Commits `texts` as part of the waiting turn. */
async function answer(texts: readonly string[], done: boolean, announce?: (id: string) => void) {
  await until(isDue);
  const conversation = await claimOne(db, { leaseMs: 1_000 });
  const turn = turnOf(conversation, texts.map(outgoing));
  await commitTurns(db, [{ ...turn, done }]);
  announce?.(turn.messageId);
  await db.script("update conversations set due = now(), lease_until = null");
}

test("a caller gets each reply as it is committed here, and is let go at the end of the turn", async () => {
  const { signals, told, end } = setUp();
  await answer(["um"], false, signals.announce);
  await pause(40);
  expect(told).toEqual(["um"]);
  await answer(["dois", "três"], true, signals.announce);
  await end;
  expect(told).toEqual(["um", "dois", "três"]);
});

test("a turn that another process runs is found by looking", async () => {
  const { told, end } = setUp({ pollMs: 20 });
  await answer(["um"], true);
  await end;
  expect(told).toEqual(["um"]);
});

test("a caller that goes away is not waited for", async () => {
  const { caller, told, end } = setUp();
  await pause(40);
  caller.abort();
  await end;
  expect(told).toEqual([]);
});

test("a caller does not wait beyond the limit", async () => {
  const { told, end } = setUp({ limitMs: 60, pollMs: 20 });
  await end;
  expect(told).toEqual([]);
});

test("a message that came before has no answer of its own", async () => {
  await arrive(db, [message]);
  const { told, end } = setUp();
  await end;
  expect(told).toEqual([]);
});
