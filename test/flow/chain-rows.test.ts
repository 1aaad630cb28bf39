import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "@jest/globals";
import type { Answer, AnswerBackend, Question } from "../../src/answers/backend.ts";
import type { Database } from "../../src/db/driver.ts";
import type { Engine } from "../../src/flow/engine.ts";
import { commitTurns } from "../../src/db/turns.ts";
import { arrive, claimOne, outgoing, textMessage, turnOf } from "../db/scene.ts";
import { engineOf, sendText } from "./engine-scene.ts";
import { emptyDatabase } from "../db/empty.ts";
import { openDatabase } from "./scene.ts";
import { until } from "../until.ts";

/** What a turn of several backends leaves in the database. */

let db: Database;
const engines: Engine[] = [];
beforeAll(async () => {
  db = await openDatabase();
});
afterAll(() => db.close());
beforeEach(async () => {
  await emptyDatabase(db);
  await db.query("delete from token_usage");
});
afterEach(() => Promise.all(engines.splice(0).map(({ worker }) => worker.stop(0))));

function backend(answer: (question: Question) => Answer): AnswerBackend {
  return { answer: async (question) => answer(question), timeoutMs: 1_000, secrets: [] };
}

const usage = { tokensIn: 7, tokensOut: 3, model: "m" };

/** Lets texts arrive one after the other, each after the turn of the one before. */
async function converse(engine: Engine, ...texts: readonly string[]): Promise<void> {
  engines.push(engine);
  for (const text of texts) {
    await sendText(engine, text);
    await until(
      async () => (await db.query("select from inbox where done_at is null")).length === 0,
    );
  }
}

test("a shadow is kept beside the turn, and its tokens count", async () => {
  const rasa = backend(() => ({ outcome: "answered", replies: [{ text: "oi" }] }));
  const llm = backend(() => ({ outcome: "answered", replies: [{ text: "olá" }], usage }));
  const steps = [
    { name: "rasa", backend: rasa },
    { name: "llm", backend: llm, isSpare: true },
  ];
  const { start, observer } = engineOf(db, steps, { shadow: "llm", shadowWaitMs: 2_000 });
  await converse(start(), "1");
  expect(await db.query("select response_text, tokens_in, shadow from interactions")).toMatchObject(
    [
      {
        response_text: "oi",
        tokens_in: null,
        shadow: [{ backend: "llm", outcome: "answered", texts: ["olá"], usage }],
      },
    ],
  );
  expect(await db.query("select backend, tokens::int from token_usage")).toEqual([
    { backend: "llm", tokens: 10 },
  ]);
  expect(observer.lines).toContain("used llm 7 3");
});

test("what a bot says is kept as it said it, what it said ahead first; and who said it", async () => {
  const buttons = [{ title: "Sim", payload: "/sim" }];
  const rasa: AnswerBackend = {
    answer: async ({ text }, { emit }) => {
      if (text !== "oi") return { outcome: "no_answer", replies: [] };
      await emit([{ text: "um momento" }]);
      return { outcome: "answered", replies: [{ text: "quer?", buttons }] };
    },
    timeoutMs: 1_000,
    secrets: [],
  };
  const other = backend(({ text }) => ({
    outcome: text === "outro" ? "answered" : "no_answer",
    replies: [],
  }));
  const steps = [
    { name: "rasa", backend: rasa },
    { name: "other", backend: other },
  ];
  const { start } = engineOf(db, steps, {});
  const last = () => db.query("select last_backend from conversations");
  const engine = start();
  await converse(engine, "oi");
  expect(await last()).toEqual([{ last_backend: "rasa" }]);
  // Nothing else of the conversation changes with this turn.
  await converse(engine, "outro");
  expect(await last()).toEqual([{ last_backend: "other" }]);
  await converse(engine, "nada", "/stop");
  expect(await db.query("select replies from interactions order by id")).toEqual([
    { replies: [{ text: "um momento" }, { text: "quer?", buttons }] },
    { replies: [] },
    { replies: [{ text: expect.any(String) }] },
    { replies: null },
  ]);
  expect(await last()).toEqual([{ last_backend: "other" }]);
});

test("a backend that asked something hears the next message first, for as long as its route says", async () => {
  const rasa = backend(({ text }) => ({
    outcome: "answered",
    replies: [{ text: `rasa ${text}` }],
  }));
  const form = backend(({ text }) => ({
    outcome: "answered",
    replies: [{ text: `form ${text}` }],
    hold: text !== "fim",
  }));
  const steps = [
    { name: "rasa", backend: rasa },
    { name: "form", backend: form, isSpare: true },
  ];
  const match = { keyword: ["pedido"], startReference: undefined };
  const { start } = engineOf(db, steps, {
    routes: [
      {
        match,
        chain: ["form"],
        holdMs: 60_000,
        budgetMs: undefined,
        staticReplies: undefined,
        shadow: undefined,
      },
    ],
  });
  const engine = start();
  const heldFor = () =>
    db.query(
      "select held_by, extract(epoch from held_until - now()) > 60 as usual from conversations",
    );
  await converse(engine, "oi", "pedido");
  expect(await heldFor()).toEqual([{ held_by: "form", usual: false }]);
  await converse(engine, "um");
  expect(await heldFor()).toEqual([{ held_by: "form", usual: true }]);
  await converse(engine, "dois", "fim", "três");
  const said = await db.query(
    "select response_text as said from interactions order by created_at, id",
  );
  expect(said.map((row) => row["said"])).toEqual([
    "rasa oi",
    "form pedido",
    "form um",
    "form dois",
    "form fim",
    "rasa três",
  ]);
});

test("a handover without a word says a sentence of ours, and then the bot is quiet", async () => {
  const rasa = backend(() => ({ outcome: "silent", replies: [], handoff: true }));
  const { start } = engineOf(db, [{ name: "rasa", backend: rasa }], {});
  await converse(start(), "quero falar com alguém", "alô?");
  const said = await db.query(
    "select response_text as said, success from interactions order by created_at, id",
  );
  expect(said).toEqual([
    {
      said: "Vou chamar uma pessoa da nossa equipe para continuar com você. Aguarde, por favor.",
      success: true,
    },
    { said: null, success: true },
  ]);
});

test("a word aside leaves the turn to be run, and the words of a recording are still learned after it", async () => {
  await arrive(db, [textMessage("wamid.1", "")]);
  const conversation = await claimOne(db);
  const turn = turnOf(conversation, []);
  const aside = { ...turn, done: false, aside: true as const, replies: [outgoing("um momento")] };
  expect(await commitTurns(db, [aside])).toEqual([true]);
  expect(await db.query("select emitted, done_at from inbox")).toEqual([
    { emitted: false, done_at: null },
  ]);
  expect(await commitTurns(db, [{ ...turn, heard: "quero votar" }])).toEqual([true]);
  expect(await db.query("select text from messages order by seq")).toEqual([
    { text: "quero votar" },
    { text: "um momento" },
  ]);
});
