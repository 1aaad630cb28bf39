import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { TurnContext, Question } from "../../src/answers/backend.ts";
import type { ChainAnswer } from "../../src/answers/chain.ts";
import type { Channel } from "../../src/channels/channel.ts";
import { keepPayloads } from "../../src/db/button-payloads.ts";
import type { Database } from "../../src/db/driver.ts";
import type { Claimed, InboxRow, OutboxRow } from "../../src/db/mailbox.ts";
import { commitTurns } from "../../src/db/turns.ts";
import { BridgeError } from "../../src/errors.ts";
import { createAnswerTurn } from "../../src/flow/answer.ts";
import type { Delivery } from "../../src/flow/delivery.ts";
import type { AnswerDependencies } from "../../src/flow/turn.ts";
import type { InboundMessage } from "../../src/messages.ts";
import { arrive, CHANNEL, claimOne, textMessage } from "../db/scene.ts";
import { emptyDatabase } from "../db/empty.ts";
import { defaultSettings, openDatabase, plainChannel, recordingObserver } from "./scene.ts";

let db: Database;
beforeAll(async () => {
  db = await openDatabase();
});
afterAll(() => db.close());
beforeEach(() => emptyDatabase(db));

const done: Delivery = { kind: "done" };
const never = new AbortController().signal;
const STATIC = "Desculpe, não consegui responder agora. Tente de novo daqui a pouco.";
const unreachable = new BridgeError("answer_unreachable", "rasa is away");
const steps = [{ backend: "rasa", outcome: "answered", ms: 1 }] as const;
const answered = (...texts: readonly string[]): ChainAnswer => ({
  outcome: "answered",
  replies: texts.map((text) => ({ text })),
  backend: "rasa",
  fallbackUsed: false,
  memory: {},
  steps,
});
const failed: ChainAnswer = {
  outcome: "failed",
  replies: [],
  backend: null,
  fallbackUsed: false,
  memory: {},
  steps,
  failure: unreachable,
};

interface Setup {
  readonly ask?: (question: Question, context: TurnContext) => Promise<ChainAnswer>;
  readonly deliveries?: readonly Delivery[];
  readonly channel?: Partial<Channel>;
  readonly deps?: Partial<AnswerDependencies>;
}

function setUp({ ask, deliveries = [], channel = {}, deps = {} }: Setup = {}) {
  const questions: Question[] = [];
  /** What happened, in order. */
  const log: string[] = [];
  const left = [...deliveries];
  const observer = recordingObserver();
  const answerTurn = createAnswerTurn({
    db,
    chain: {
      ask: async (question, context) => {
        questions.push(question);
        return ask === undefined ? answered("olá") : ask(question, context);
      },
    },
    channels: new Map([[CHANNEL, { type: "cloud", channel: plainChannel(channel) }]]),
    settings: defaultSettings(),
    commit: async (turn) => {
      const texts = turn.replies.map(({ text, status }) => `${text}:${status}`).join(",");
      log.push(`commit ${turn.done ? "done" : "ahead"} ${texts}`);
      return (await commitTurns(db, [turn]))[0] === true;
    },
    deliver: async (_conversation, rows) => {
      log.push(`deliver ${rows.map(({ payload }) => JSON.stringify(payload)).join(",")}`);
      return left.shift() ?? done;
    },
    reserve: async () => false,
    announce: () => log.push("announce"),
    showTyping: () => {
      log.push("typing");
      return () => log.push("typing stopped");
    },
    announceConsent: async (_channel, { account, optedOut }) => {
      log.push(`consent ${account} ${optedOut ? "out" : "in"}`);
    },
    files: {
      fetch: async ({ row }) => ({ kind: "ready", row }),
      describe: () => undefined,
      read: async () => undefined,
    },
    isKeptId: (payload) => payload.startsWith("kept:"),
    restrain: async (_turn, plan) => plan,
    observer,
    now: () => 0,
    ...deps,
  });
  const run = (conversation: Claimed, row: InboxRow, fails = 0) =>
    answerTurn(conversation, row, fails, never);
  return { run, questions, log, observer };
}

async function claimed(...messages: readonly InboundMessage[]) {
  await arrive(db, messages);
  const conversation = await claimOne(db);
  const [row] = conversation.inbox;
  if (row === undefined) throw new Error("nothing came");
  return { conversation, row, rows: conversation.inbox };
}

const inbox = () =>
  db.query(
    "select done_at is not null as done, dead_reason as dead, attempts from inbox order by id",
  );
const interactions = () =>
  db.query(`select success, error_message as error, response_text as said,
    context_data ->> 'plan' as plan from interactions order by id`);
const said = async () =>
  (await db.query("select text from messages where direction = 'out' order by seq")).map(
    ({ text }) => text,
  );

describe("a turn", () => {
  test("is asked, committed, announced and only then sent", async () => {
    const { conversation, row } = await claimed(textMessage("wamid.1", "oi"));
    const { run, log, observer } = setUp({ ask: async () => answered("um", "dois") });
    const want = {
      ...conversation,
      quietMs: 0,
      windowClosed: false,
      lastSaidAt: row.receivedAt,
      sessionStartedAt: new Date(row.receivedAt).toISOString(),
    };
    expect(await run(conversation, row)).toEqual({
      kind: "answered",
      conversation: want,
      delivery: done,
    });
    expect(log).toEqual([
      "typing",
      "commit done um\n\ndois:queued",
      "announce",
      'deliver {"text":"um\\n\\ndois"}',
      "typing stopped",
    ]);
    expect(await inbox()).toEqual([{ done: true, dead: null, attempts: 0 }]);
    expect(observer.lines).toEqual(["turn rasa answered"]);
  });

  test("whose first message may go at once writes it as being sent", async () => {
    const { conversation, row } = await claimed(textMessage("wamid.1", "oi"));
    const replies = [{ text: "um" }, { image: "https://example.org/a.png" }];
    const given: OutboxRow[] = [];
    const { run, log } = setUp({
      ask: async () => ({ ...answered(), replies }),
      deps: {
        reserve: async (_conversation, { status, origin }) =>
          status === "queued" && origin === "reply",
        deliver: async (_conversation, rows) => {
          given.push(...rows);
          return done;
        },
      },
    });
    expect(await run(conversation, row)).toMatchObject({ kind: "answered" });
    expect(log[1]).toMatch(/^commit done um:sending,.*:queued$/);
    expect(given.map(({ isMarked }) => isMarked)).toEqual([true, false]);
    const rows = await db.query(
      "select status, attempts, sending_at is not null as since from messages where direction = 'out' order by seq",
    );
    expect(rows).toEqual([
      { status: "sending", attempts: 1, since: true },
      { status: "queued", attempts: 0, since: false },
    ]);
  });

  test("asks with all that is known of the person", async () => {
    const { conversation, row } = await claimed({
      ...textMessage("wamid.1", "oi"),
      contactName: "Ana",
      referral: { sourceId: "7" },
      metadata: { page: "/" },
    });
    const { run, questions } = setUp();
    await run({ ...conversation, startReference: "42", language: "en" }, row);
    const { identities, sentAt } = row.message;
    expect(questions).toEqual([
      {
        messageId: row.messageId,
        externalId: "wamid.1",
        conversationId: conversation.id,
        contactId: conversation.contactId,
        channel: CHANNEL,
        channelType: "cloud",
        account: conversation.account,
        identities,
        text: "oi",
        content: { type: "text" },
        sentAt,
        language: "en",
        trusted: false,
        slots: {},
        properties: {},
        session: { isNew: true, startedAt: new Date(row.receivedAt).toISOString() },
        contactName: "Ana",
        startReference: "42",
        referral: { sourceId: "7" },
        metadata: { page: "/" },
      },
    ]);
  });

  const picture: InboundMessage = {
    ...textMessage("wamid.1", "legenda"),
    content: { type: "media", media: "image", id: "9" },
  };
  const filesThat = (fetch: AnswerDependencies["files"]["fetch"]) => {
    const fetched: string[] = [];
    const files: AnswerDependencies["files"] = {
      fetch: async (turn, signal) => {
        fetched.push(turn.row.messageId);
        return fetch(turn, signal);
      },
      read: async () => undefined,
      describe: ({ type }) => (type === "media" ? { missing: "too_large" } : undefined),
    };
    return { files, fetched };
  };

  test("with a file asks once the file was looked for", async () => {
    const { conversation, row } = await claimed(picture);
    const content = { type: "media", media: "image", file: { missing: "too_large" } } as const;
    const message = { ...row.message, content };
    const { files } = filesThat(async () => ({ kind: "ready", row: { ...row, message } }));
    const { run, questions } = setUp({ deps: { files } });
    expect(await run(conversation, row)).toMatchObject({ kind: "answered" });
    expect(questions).toMatchObject([{ content, file: { missing: "too_large" } }]);
  });

  test.each([{ kind: "retry", delayMs: 7 } as const, { kind: "lost" } as const])(
    "whose file ends it with $kind asks nobody",
    async (end) => {
      const { conversation, row } = await claimed(picture);
      const { run, log } = setUp({ deps: { files: filesThat(async () => end).files } });
      expect(await run(conversation, row)).toEqual(end);
      expect(log).toEqual([]);
    },
  );

  test("that asks nobody looks for no file", async () => {
    const { conversation, row } = await claimed(picture);
    const { files, fetched } = filesThat(async () => ({ kind: "lost" }));
    const { run } = setUp({ deps: { files } });
    expect(await run({ ...conversation, paused: true }, row)).toMatchObject({ kind: "answered" });
    expect(await run({ ...conversation, optedOut: true }, row)).toBeDefined();
    expect(fetched).toEqual([]);
  });

  test("whose conversation was lost sends nothing", async () => {
    const { conversation, row } = await claimed(textMessage("wamid.1", "oi"));
    const { run, log } = setUp();
    expect(await run({ ...conversation, lease: "0" }, row)).toEqual({ kind: "lost" });
    expect(log).toEqual(["typing", "commit done olá:queued", "typing stopped"]);
    expect(await said()).toEqual([]);
  });

  test("hands on how its delivery ended", async () => {
    const { conversation, row } = await claimed(textMessage("wamid.1", "oi"));
    const delivery = { kind: "retry", delayMs: 5 } as const;
    const { run } = setUp({ deliveries: [delivery] });
    expect(await run(conversation, row)).toMatchObject({ kind: "answered", delivery });
  });

  test("of a web client is left to the caller who waits for it", async () => {
    const { conversation, row } = await claimed(textMessage("wamid.1", "oi"));
    const { run, log } = setUp({ channel: { delivery: "collect" } });
    await run(conversation, row);
    expect(log).toEqual(["typing", "commit done olá:sent", "announce", "typing stopped"]);
  });

  test("of a channel that is not configured waits", async () => {
    const { conversation, row } = await claimed(textMessage("wamid.1", "oi"));
    const { run, log } = setUp({ deps: { channels: new Map() } });
    expect(await run(conversation, row)).toEqual({ kind: "retry", delayMs: 60_000 });
    expect(log).toEqual([]);
  });

  test("that fails unexpectedly stops the sign of writing and is thrown on", async () => {
    const { conversation, row } = await claimed(textMessage("wamid.1", "oi"));
    const bug = new TypeError("boom");
    const { run, log } = setUp({ ask: () => Promise.reject(bug) });
    await expect(run(conversation, row)).rejects.toBe(bug);
    expect(log).toEqual(["typing", "typing stopped"]);
    expect(await inbox()).toEqual([{ done: false, dead: null, attempts: 0 }]);
  });

  test("that was interrupted after part of its answer ends without being asked again", async () => {
    const { conversation, row } = await claimed(textMessage("wamid.1", "oi"));
    const { run, questions, log } = setUp();
    const end = await run(conversation, { ...row, emitted: true });
    expect(end.kind).toBe("answered");
    expect(questions).toEqual([]);
    expect(log).toEqual(["commit done ", "announce", "deliver "]);
    const error = "answer_unreachable: the turn was interrupted after part of its answer";
    expect(await interactions()).toEqual([
      { success: false, error, said: null, plan: "interrupted" },
    ]);
    expect(await inbox()).toEqual([{ done: true, dead: null, attempts: 0 }]);
  });

  test("learns the person's name once", async () => {
    const named = { ...textMessage("wamid.1", "oi"), contactName: "Ana", username: "ana" };
    const { conversation, row } = await claimed(named);
    const end = await setUp().run(conversation, row);
    expect(end).toMatchObject({ conversation: { contactName: "Ana" } });
    expect(await db.query("select name, username from contacts")).toEqual([
      { name: "Ana", username: "ana" },
    ]);
  });
});

describe("when nobody can answer", () => {
  const ask = async () => failed;

  test("the turn is tried again while it has tries left", async () => {
    const { conversation, row } = await claimed(textMessage("wamid.1", "oi"));
    const { run, log } = setUp({ ask });
    const end = await run(conversation, row, 3);
    const delayMs = end.kind === "retry" ? end.delayMs : -1;
    expect(delayMs).toBeGreaterThanOrEqual(6_000);
    expect(delayMs).toBeLessThanOrEqual(8_000);
    expect(log).toEqual(["typing", "typing stopped"]);
  });

  test("after the last try the person is told, and the message is a dead letter", async () => {
    const { conversation, row } = await claimed(textMessage("wamid.1", "oi"));
    const { run, observer } = setUp({ ask });
    const end = await run(conversation, row, 4);
    expect(end).toMatchObject({ kind: "answered", conversation: { apologised: true } });
    expect(await said()).toEqual([STATIC]);
    expect(await inbox()).toEqual([{ done: true, dead: "answer_unreachable", attempts: 4 }]);
    expect(await interactions()).toEqual([
      { success: false, error: "answer_unreachable: rasa is away", said: STATIC, plan: null },
    ]);
    expect(observer.lines).toEqual(["turn static failed", "dead answer_unreachable"]);
    expect(await db.query("select apologised_at is not null as told from conversations")).toEqual([
      { told: true },
    ]);
  });

  test("the person is told once per outage, which ends with the next answer", async () => {
    const { conversation, rows } = await claimed(
      textMessage("wamid.1", "oi"),
      textMessage("wamid.2", "oi?"),
    );
    const [first, second] = rows;
    if (first === undefined || second === undefined) throw new Error("two were asked for");
    const told = { ...conversation, apologised: true };
    await setUp({ ask }).run(told, first, 4);
    expect(await said()).toEqual([]);
    const end = await setUp().run(told, second);
    expect(end).toMatchObject({ conversation: { apologised: false } });
    expect(await said()).toEqual(["olá"]);
  });

  test("a static reply that no failure caused is an answer", async () => {
    const { conversation, row } = await claimed(textMessage("wamid.1", "oi"));
    const answer = { ...answered(STATIC), backend: null };
    const { run } = setUp({ ask: async () => answer });
    const end = await run(conversation, row);
    expect(end).toMatchObject({ conversation: { apologised: false } });
    expect(await inbox()).toEqual([{ done: true, dead: null, attempts: 0 }]);
  });
});

describe("replies that are emitted ahead", () => {
  const emitting = async (_question: Question, { emit }: TurnContext) => {
    await emit([{ text: "um" }]);
    await emit([{ text: "dois" }]);
    return answered("três");
  };

  test("are committed and sent lot by lot, and the log knows them all", async () => {
    const { conversation, row } = await claimed(textMessage("wamid.1", "oi"));
    const { run, log } = setUp({ ask: emitting });
    expect(await run(conversation, row)).toMatchObject({ kind: "answered", delivery: done });
    expect(log).toEqual([
      "typing",
      "commit ahead um:queued",
      "announce",
      'deliver {"text":"um"}',
      "commit ahead dois:queued",
      "announce",
      'deliver {"text":"dois"}',
      "commit done três:queued",
      "announce",
      'deliver {"text":"três"}',
      "typing stopped",
    ]);
    expect(await interactions()).toMatchObject([{ said: "um\n\ndois\n\ntrês" }]);
  });

  test("are committed but not sent behind one that has to wait", async () => {
    const { conversation, row } = await claimed(textMessage("wamid.1", "oi"));
    const delivery = { kind: "wait", delayMs: 9 } as const;
    const reserved: string[] = [];
    const reserve: AnswerDependencies["reserve"] = async (_conversation, { payload }) => {
      reserved.push(JSON.stringify(payload));
      return false;
    };
    const { run, log } = setUp({ ask: emitting, deliveries: [delivery], deps: { reserve } });
    expect(await run(conversation, row)).toMatchObject({ kind: "answered", delivery });
    expect(log.filter((line) => line.startsWith("deliver"))).toEqual(['deliver {"text":"um"}']);
    expect(reserved).toEqual(['{"text":"um"}']);
    expect(await said()).toEqual(["um", "dois", "três"]);
  });

  test("end the turn where the conversation was lost", async () => {
    const { conversation, row } = await claimed(textMessage("wamid.1", "oi"));
    const { run, log } = setUp({ ask: emitting });
    expect(await run({ ...conversation, lease: "0" }, row)).toEqual({ kind: "lost" });
    expect(log).toEqual(["typing", "commit ahead um:queued", "typing stopped"]);
  });
});

describe("consent and commands", () => {
  const consent = () => db.query("select scope, method, revoked_at is null as open from opt_outs");

  test("leaving and coming back are recorded, and known to the next turn", async () => {
    const { conversation, rows } = await claimed(
      textMessage("wamid.1", "sair"),
      textMessage("wamid.2", "oi"),
      textMessage("wamid.3", "/start 42"),
    );
    const [stop, hello, start] = rows;
    if (!stop || !hello || !start) throw new Error("three were asked for");
    const { run, questions } = setUp();
    const left = await run(conversation, stop);
    if (left.kind !== "answered") throw new Error("the turn did not end");
    expect(left.conversation).toMatchObject({ optedOut: true, hinted: false });
    expect(await consent()).toEqual([{ scope: "all", method: "command", open: true }]);
    const hinted = await run(left.conversation, hello);
    if (hinted.kind !== "answered") throw new Error("the turn did not end");
    expect(hinted.conversation).toMatchObject({ optedOut: true, hinted: true });
    expect(questions).toEqual([]);
    const back = await run(hinted.conversation, start);
    expect(back).toMatchObject({ conversation: { optedOut: false, startReference: "42" } });
    expect(await consent()).toEqual([{ scope: "all", method: "command", open: false }]);
    expect(questions).toMatchObject([{ text: "/start 42", trusted: true, startReference: "42" }]);
    expect(await interactions()).toMatchObject([
      { plan: "stop" },
      { plan: "opted_out_hint" },
      { plan: null },
    ]);
    const [row] = await db.query(
      "select hinted_at is not null as hinted, start_reference as reference from conversations",
    );
    expect(row).toEqual({ hinted: true, reference: "42" });
  });

  test("a pause is silent, and on record", async () => {
    const { conversation, row } = await claimed(textMessage("wamid.1", "oi"));
    const { run, questions, log } = setUp();
    await run({ ...conversation, paused: true }, row);
    expect(questions).toEqual([]);
    expect(log).toEqual(["commit done ", "announce", "deliver "]);
    expect(await interactions()).toEqual([
      { success: true, error: null, said: null, plan: "paused" },
    ]);
  });
});

describe("payloads too long for a channel", () => {
  const tap = (payload: string): InboundMessage => ({
    ...textMessage("wamid.1", payload),
    content: { type: "choice", source: "button", payload, title: "Sim" },
  });

  test.each([
    { label: "a short id is the payload it stands for", payload: "kept:1", want: "/vote{long}" },
    { label: "an id nobody knows stays as it is", payload: "kept:2", want: "kept:2" },
    { label: "another payload is not looked up", payload: "/vote", want: "/vote" },
  ])("$label", async ({ payload, want }) => {
    await keepPayloads(db, [
      { id: "kept:1", payload: "/vote{long}" },
      { id: "/vote", payload: "wrong" },
    ]);
    const { conversation, row } = await claimed(tap(payload));
    const { run, questions } = setUp();
    await run(conversation, row);
    const content = { type: "choice", payload: want };
    expect(questions).toMatchObject([{ text: want, content, trusted: true }]);
  });

  test("a typed id is not looked up", async () => {
    await keepPayloads(db, [{ id: "kept:1", payload: "/vote{long}" }]);
    const { conversation, row } = await claimed(textMessage("wamid.1", "kept:1"));
    const { run, questions } = setUp();
    await run(conversation, row);
    expect(questions).toMatchObject([{ text: "kept:1", trusted: false }]);
  });

  test("are kept with the turn, and notes about what became no message are counted", async () => {
    const { conversation, row } = await claimed(textMessage("wamid.1", "oi"));
    const { run, observer } = setUp({
      channel: {
        render: () => ({
          messages: [],
          notes: [{ code: "custom_unknown", detail: "x" }],
          kept: [{ id: "kept:9", payload: "/long" }],
        }),
      },
    });
    await run(conversation, row);
    expect(await db.query("select id, payload from button_payloads")).toEqual([
      { id: "kept:9", payload: "/long" },
    ]);
    expect(observer.lines).toContain("event note_custom_unknown");
  });
});

describe("choices on a channel where nobody can tap", () => {
  const MENU = [
    { title: "Concordar", payload: "/sim" },
    { title: "Discordar", payload: "/nao" },
  ];
  const channel: Partial<Channel> = {
    typedChoices: true,
    render: ({ text = "", buttons = [] }) => {
      const menu = buttons.map(({ title, payload = title }) => ({ title, payload }));
      const message = { payload: { text }, text, notes: [], needsWindow: true };
      return { messages: [menu.length > 0 ? { ...message, menu } : message], notes: [], kept: [] };
    },
  };
  const offering = async (): Promise<ChainAnswer> => ({
    ...answered(),
    replies: [{ text: "Concorda?", buttons: MENU }, { text: "Escolha." }],
  });
  const next = async (id: string, text: string) => claimed(textMessage(id, text));
  const free = () => db.query("update conversations set lease_until = null, due = now()");

  test("a number typed in the next turn is the tap of the last choices", async () => {
    const first = await next("wamid.1", "oi");
    const { run, questions } = setUp({ channel, ask: offering });
    await run(first.conversation, first.row);
    await free();
    const second = await next("wamid.2", "2");
    expect(second.conversation.menu).toEqual(MENU);
    await run(second.conversation, second.row);
    const content = { type: "choice", payload: "/nao", title: "Discordar" };
    expect(questions[1]).toMatchObject({ text: "/nao", trusted: true, content });
  });

  test("the history shows what was typed, the interaction what was meant", async () => {
    const first = await next("wamid.1", "oi");
    const { run } = setUp({ channel, ask: offering });
    await run(first.conversation, first.row);
    await free();
    const second = await next("wamid.2", "2");
    await run(second.conversation, second.row);
    const rows = await db.query("select text from messages where direction = 'in' order by seq");
    expect(rows).toEqual([{ text: "oi" }, { text: "2" }]);
    const log = await db.query("select message_text as text from interactions order by id");
    expect(log).toEqual([{ text: "oi" }, { text: "/nao" }]);
  });

  test("within one claim as well", async () => {
    const { conversation, rows } = await claimed(
      textMessage("wamid.1", "oi"),
      textMessage("wamid.2", "concordar"),
    );
    const [first, second] = rows;
    if (first === undefined || second === undefined) throw new Error("two messages were sent");
    const { run, questions } = setUp({ channel, ask: offering });
    const end = await run(conversation, first);
    if (end.kind !== "answered") throw new Error("the first turn was not answered");
    await run(end.conversation, second);
    expect(questions.map(({ text }) => text)).toEqual(["oi", "/sim"]);
  });

  test("an answer without choices ends those of the one before", async () => {
    const first = await next("wamid.1", "oi");
    await setUp({ channel, ask: offering }).run(first.conversation, first.row);
    await free();
    const second = await next("wamid.2", "não entendi");
    const plain = setUp({ channel });
    await plain.run(second.conversation, second.row);
    await free();
    const third = await next("wamid.3", "2");
    await plain.run(third.conversation, third.row);
    expect(plain.questions.map(({ text }) => text)).toEqual(["não entendi", "2"]);
  });

  test("they are forgotten after a day", async () => {
    const first = await next("wamid.1", "oi");
    await setUp({ channel, ask: offering }).run(first.conversation, first.row);
    await db.query("update conversations set menu_at = now() - interval '25 hours'");
    await free();
    const { conversation } = await next("wamid.2", "2");
    expect(conversation.menu).toBeNull();
  });

  test("where people can tap, none are remembered", async () => {
    const first = await next("wamid.1", "oi");
    const tapping = { ...channel, typedChoices: false };
    await setUp({ channel: tapping, ask: offering }).run(first.conversation, first.row);
    expect(await db.query("select menu from conversations")).toEqual([{ menu: null }]);
  });
});

describe("something that happened outside", () => {
  const trigger: InboundMessage = {
    ...textMessage("trigger.1", ""),
    content: { type: "trigger", intent: "lembrete", entities: {} },
  };

  test("is answered as something nobody asked for", async () => {
    const { conversation, row } = await claimed(trigger);
    const { run, questions } = setUp();
    await run(conversation, row);
    expect(questions).toMatchObject([{ trusted: true, content: { intent: "lembrete" } }]);
    expect(await db.query("select origin from messages where direction = 'out'")).toEqual([
      { origin: "push" },
    ]);
  });

  test.each([
    { label: "who left", standing: { optedOut: true }, why: "opted_out" },
    { label: "whom a person of ours talks to", standing: { paused: true }, why: "paused" },
  ])("says nothing to somebody $label, not even a hint", async ({ standing, why }) => {
    const { conversation, row } = await claimed(trigger);
    const { run, questions } = setUp();
    await run({ ...conversation, ...standing }, row);
    expect(questions).toEqual([]);
    expect(await said()).toEqual([]);
    expect(await interactions()).toMatchObject([{ plan: why }]);
  });

  test("is no reason for an apology or a static reply", async () => {
    const { conversation, row } = await claimed(trigger);
    await setUp({ ask: async () => failed }).run(conversation, row, 7);
    expect(await said()).toEqual([]);
    expect(await inbox()).toMatchObject([{ dead: "answer_unreachable" }]);
    expect(await db.query("select apologised_at from conversations")).toEqual([
      { apologised_at: null },
    ]);
  });

  test("which no backend knows stays unsaid", async () => {
    const { conversation, row } = await claimed(trigger);
    const ask = async () => ({ ...answered(STATIC), backend: null });
    await setUp({ ask }).run(conversation, row);
    expect(await said()).toEqual([]);
  });
});

test("a provider that keeps a list is told who left and who came back", async () => {
  const { conversation, rows } = await claimed(
    textMessage("wamid.1", "SAIR"),
    textMessage("wamid.2", "VOLTAR"),
    textMessage("wamid.3", "oi"),
  );
  const { run, log } = setUp();
  let current = conversation;
  for (const row of rows) {
    const end = await run(current, row);
    if (end.kind === "answered") current = end.conversation;
  }
  const account = conversation.account;
  expect(log.filter((line) => /^(consent|deliver)/.test(line))).toEqual([
    expect.stringMatching(/^deliver .*VOLTAR/),
    `consent ${account} out`,
    `consent ${account} in`,
    expect.stringMatching(/^deliver .*SAIR/),
    expect.stringMatching(/^deliver .*olá/),
  ]);
});

test("the name under which the backend knows the conversation is kept, unless it is our own", async () => {
  const { conversation, row } = await claimed(textMessage("wamid.1", "oi"));
  const asIs = setUp({ ask: async () => ({ ...answered("olá"), session: conversation.id }) });
  await asIs.run(conversation, row);
  expect(await db.query("select session from conversations")).toEqual([{ session: null }]);
  await db.query("update conversations set lease_until = null, due = now()");
  const second = await claimed(textMessage("wamid.2", "oi"));
  const renamed = setUp({ ask: async () => ({ ...answered("olá"), session: "ana" }) });
  const end = await renamed.run(second.conversation, second.row);
  expect(end).toMatchObject({ conversation: { session: "ana" } });
  expect(await db.query("select session from conversations")).toEqual([{ session: "ana" }]);
});
