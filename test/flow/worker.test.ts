import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "@jest/globals";
import type { Database } from "../../src/db/driver.ts";
import { type Claimed, type InboxRow, type Release, release } from "../../src/db/mailbox.ts";
import { commitTurns } from "../../src/db/turns.ts";
import { createBursts } from "../../src/flow/burst.ts";
import type { TurnEnd } from "../../src/flow/turn.ts";
import { createWorker, type Worker, type WorkerDependencies } from "../../src/flow/worker.ts";
import type { InboundMessage } from "../../src/messages.ts";
import { arrive, CHANNEL, claimAll, claimOne, textMessage, turnOf } from "../db/scene.ts";
import { emptyDatabase } from "../db/empty.ts";
import { defaultSettings, openDatabase, pause, plainChannel, recordingObserver } from "./scene.ts";
import { until } from "../until.ts";

let db: Database;
const workers: Worker[] = [];
beforeAll(async () => {
  db = await openDatabase();
});
afterAll(() => db.close());
beforeEach(() => emptyDatabase(db));
afterEach(() => Promise.all(workers.splice(0).map((worker) => worker.stop(0))));

interface Asked {
  readonly text: string;
  readonly fails: number;
  readonly signal: AbortSignal;
  readonly conversation: Claimed;
}
type Answer = (asked: Asked) => Promise<TurnEnd | undefined>;

interface Setup extends Partial<Omit<WorkerDependencies, "settings" | "answer">> {
  readonly settings?: Partial<WorkerDependencies["settings"]>;
  /** What happens to a message instead of being answered; undefined answers it. */
  readonly answer?: Answer;
}

const answeredBy = async (conversation: Claimed, row: InboxRow): Promise<TurnEnd> => {
  await commitTurns(db, [turnOf({ ...conversation, inbox: [row] }, [])]);
  return { kind: "answered", conversation, delivery: { kind: "done" } };
};

const CHANNELS = new Map([[CHANNEL, { channel: plainChannel() }]]);

/** A worker on the real mailbox whose answers and sends are only noted. */
function setUp({ settings, answer, ...overrides }: Setup = {}) {
  const told: string[] = [];
  const buried: string[] = [];
  const releases: Release[] = [];
  const observer = recordingObserver();
  const worker = createWorker({
    db,
    settings: { ...defaultSettings().engine, pollMs: 5, ...settings },
    channels: [CHANNEL],
    hintEveryMs: 86_400_000,
    retryBaseMs: 1,
    maxAttempts: 3,
    bursts: createBursts(defaultSettings(), CHANNELS),
    answer: async (conversation, row, fails, signal) => {
      const { text } = row.message;
      told.push(fails === 0 ? text : `${text} (${fails})`);
      return (
        (await answer?.({ text, fails, signal, conversation })) ?? answeredBy(conversation, row)
      );
    },
    deliver: async () => ({ kind: "done" }),
    release: async (end) => {
      releases.push(end);
      await release(db, [end]);
    },
    bury: async (conversation, error) => {
      const [row] = conversation.inbox;
      buried.push(`${row?.message.text}: ${error.message}`);
      if (row !== undefined) await answeredBy(conversation, row);
    },
    observer,
    ...overrides,
  });
  workers.push(worker);
  const ends = () => releases.map(({ kind, fails }) => `${kind} ${fails}`);
  return { worker, told, buried, releases, ends, observer };
}

/** Messages of one person, each a second later than the one before unless it says otherwise. */
const messages = (...texts: readonly string[]): InboundMessage[] =>
  texts.map((text, index) => ({
    ...textMessage(`wamid.${text}`, text),
    sentAt: new Date(Date.UTC(2026, 10, 21, 10, 0, index)).toISOString(),
  }));

const boom = () => Promise.reject(new TypeError("boom"));
const pending = async () =>
  (
    await db.query("select message ->> 'text' as text from inbox where done_at is null order by id")
  ).map(({ text }) => text);
const untilAborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(new Error("aborted")));
  });

test("messages claimed together are answered in the order of the provider's time, equals by arrival", async () => {
  const [one, two, three, four] = messages("1", "2", "3", "4");
  if (!one || !two || !three || !four) throw new Error("four were asked for");
  await arrive(db, [four, { ...three, sentAt: two.sentAt }, two, one]);
  const { worker, told, ends } = setUp();
  worker.start();
  await until(() => ends().length === 1);
  expect(told).toEqual(["1", "3", "2", "4"]);
  expect(ends()).toEqual(["done 0"]);
});

test("what a turn learned is known to the next one of the same claim", async () => {
  await arrive(db, messages("1", "2"));
  const names: unknown[] = [];
  const { worker, ends } = setUp({
    answer: async ({ text, conversation }) => {
      names.push(conversation.contactName);
      const learned = { ...conversation, contactName: `name of ${text}` };
      return { kind: "answered", conversation: learned, delivery: { kind: "done" } };
    },
  });
  worker.start();
  await until(() => ends().length === 1);
  expect(names).toEqual([null, "name of 1"]);
});

test("bulk never takes all places: who writes meanwhile is answered at once", async () => {
  const people = Array.from({ length: 12 }, (_, n) => `55619911122${10 + n}`);
  await arrive(
    db,
    people.map((phone) => textMessage(`wamid.${phone}`, "campanha", phone)),
  );
  await db.query("update conversations set bulk = true");
  const gate = Promise.withResolvers<void>();
  const { worker, told } = setUp({
    settings: { concurrency: 8 },
    answer: async ({ text }) => {
      if (text === "campanha") await gate.promise;
      return undefined;
    },
  });
  worker.start();
  await until(() => worker.active() === 6);
  await arrive(db, [textMessage("wamid.reply", "oi", "5561990000000")]);
  worker.wake();
  await until(() => told.includes("oi"));
  expect(told).toEqual([...Array.from({ length: 6 }, () => "campanha"), "oi"]);
  gate.resolve();
  await until(() => told.length === 13);
});

test("a channel whose provider hangs never takes all places: the people of another are answered at once", async () => {
  const people = Array.from({ length: 12 }, (_, n) => `55619911122${10 + n}`);
  await arrive(
    db,
    people.map((phone) => textMessage(`wamid.${phone}`, "hangs", phone)),
  );
  const gate = Promise.withResolvers<void>();
  const { worker, told } = setUp({
    settings: { concurrency: 8 },
    channels: [CHANNEL, "second"],
    answer: async ({ text }) => {
      if (text === "hangs") await gate.promise;
      return undefined;
    },
  });
  worker.start();
  await until(() => worker.active() === 6);
  const [other] = await arrive(db, [textMessage("wamid.other", "oi", "5561990000000")]);
  const id = other?.conversationId ?? "";
  await db.query("update conversations set channel = 'second' where id = $1::uuid", [id]);
  worker.wake();
  await until(() => told.includes("oi"));
  expect(told).toEqual([...Array.from({ length: 6 }, () => "hangs"), "oi"]);
  gate.resolve();
  await until(() => told.length === 13);
});

/** A worker that never looks by itself, so many people to whom a campaign goes, and how often it asked for work. */
async function setUpBulk(count: number) {
  const people = Array.from({ length: count }, (_, n) => `55619911122${10 + n}`);
  await arrive(
    db,
    people.map((phone) => textMessage(`wamid.${phone}`, "campanha", phone)),
  );
  await db.query("update conversations set bulk = true");
  let claims = 0;
  const query: Database["query"] = (text, values) => {
    if (text.includes("urgent as materialized")) claims += 1;
    return db.query(text, values);
  };
  let begun = 0;
  const scene = setUp({
    db: { ...db, query },
    settings: { concurrency: 32, pollMs: 60_000 },
    answer: async () => {
      begun += 1;
      await pause(begun * 5);
      return undefined;
    },
  });
  scene.worker.start();
  await until(() => scene.told.length === count && scene.worker.active() === 0);
  return { claims };
}

test("bulk is claimed to the last message without looking at any other time", async () => {
  await setUpBulk(60);
  expect(await pending()).toEqual([]);
});

test("the end of a bulk message is no reason to look for more where none was left", async () => {
  // One look brings less than it could have: there is no more.
  expect(await setUpBulk(20)).toEqual({ claims: 1 });
});

test("the outbox is emptied before anything new is answered", async () => {
  await arrive(db, messages("1"));
  const steps: string[] = [];
  const { worker, ends } = setUp({
    deliver: async () => {
      steps.push("deliver");
      return { kind: "done" };
    },
    answer: async () => {
      steps.push("answer");
      return undefined;
    },
  });
  worker.start();
  await until(() => ends().length === 1);
  expect(steps).toEqual(["deliver", "answer"]);
});

test.each([
  { delivery: { kind: "retry", delayMs: 60_000 }, want: ["retry 2"] },
  { delivery: { kind: "wait", delayMs: 60_000 }, want: ["wait 2"] },
  { delivery: { kind: "lost" }, want: [] },
] as const)("an outbox that ends in $delivery.kind keeps new messages waiting", async (given) => {
  await arrive(db, messages("1"));
  await db.script("update conversations set fails = 2");
  let visits = 0;
  const { worker, told, ends, releases } = setUp({
    deliver: async () => {
      visits += 1;
      return given.delivery;
    },
  });
  worker.start();
  await until(() => visits === 1 && worker.active() === 0);
  await pause(50);
  expect({ told, visits }).toEqual({ told: [], visits: 1 });
  expect(ends()).toEqual(given.want);
  for (const { delayMs } of releases) expect(delayMs).toBe(60_000);
});

test("a message to be tried again holds back the later ones, and counts its tries", async () => {
  await arrive(db, messages("1", "2"));
  const { worker, told, ends } = setUp({
    answer: async ({ text, fails }) =>
      text === "1" && fails < 2 ? { kind: "retry", delayMs: 20 } : undefined,
  });
  worker.start();
  await until(() => ends().includes("done 0"));
  expect(told).toEqual(["1", "1 (1)", "1 (2)", "2"]);
  expect(ends()).toEqual(["retry 1", "retry 2", "done 0"]);
});

test("an answer that could not be sent yet keeps the later messages waiting", async () => {
  await arrive(db, messages("1", "2"));
  const { worker, told, ends } = setUp({
    answer: async ({ conversation }) => ({
      kind: "answered",
      conversation,
      delivery: { kind: "retry", delayMs: 60_000 },
    }),
  });
  worker.start();
  await until(() => ends().length === 1);
  expect({ told, ends: ends() }).toEqual({ told: ["1"], ends: ["retry 0"] });
});

test("a turn that found its conversation lost gives nothing back", async () => {
  await arrive(db, messages("1", "2"));
  const { worker, told, ends } = setUp({ answer: async () => ({ kind: "lost" }) });
  worker.start();
  await until(() => told.length === 1 && worker.active() === 0);
  expect({ told, ends: ends() }).toEqual({ told: ["1"], ends: [] });
});

test("a failure nobody foresaw is tried again, then buried, and the conversation goes on", async () => {
  await arrive(db, messages("1", "2", "3"));
  const { worker, told, buried, ends, observer } = setUp({
    answer: ({ text }) => (text === "2" ? boom() : Promise.resolve(undefined)),
  });
  worker.start();
  await until(() => ends().includes("done 0"));
  expect(told).toEqual(["1", "2", "2 (1)", "2 (2)", "3"]);
  expect(buried).toEqual(["2: boom"]);
  expect(ends()).toEqual(["retry 1", "retry 2", "more 0", "done 0"]);
  expect(observer.lines).toEqual(Array(3).fill("problem a turn failed unexpectedly"));
});

test("a failure of the outbox buries no message, however often it comes", async () => {
  await arrive(db, messages("1"));
  let visits = 0;
  const { worker, told, buried, ends } = setUp({
    deliver: async () => {
      visits += 1;
      return visits <= 5 ? boom() : { kind: "done" };
    },
    answer: async () => undefined,
  });
  worker.start();
  await until(() => ends().includes("done 0"));
  expect(ends()).toEqual(["retry 1", "retry 2", "retry 3", "retry 4", "retry 5", "done 0"]);
  expect({ told, buried }).toEqual({ told: ["1 (5)"], buried: [] });
});

test("more messages than one claim takes are taken by the next one", async () => {
  await arrive(db, messages("1", "2", "3"));
  const { worker, told, ends } = setUp({ settings: { claimPerConversation: 2 } });
  worker.start();
  await until(() => ends().includes("done 0"));
  expect(told).toEqual(["1", "2", "3"]);
  expect(ends()).toEqual(["more 0", "done 0"]);
});

test("no more conversations are worked on than there are places", async () => {
  const people = ["5561991110001", "5561991110002", "5561991110003"];
  await arrive(
    db,
    people.map((phone) => textMessage(`wamid.${phone}`, phone, phone)),
  );
  let running = 0;
  let most = 0;
  const { worker, ends } = setUp({
    settings: { concurrency: 2 },
    answer: async () => {
      running += 1;
      most = Math.max(most, running);
      await pause(20);
      running -= 1;
      return undefined;
    },
  });
  worker.start();
  await until(() => ends().length === 3);
  expect(most).toBe(2);
});

test("a worker that is told of work does not wait for its next look", async () => {
  const { worker, ends } = setUp({ settings: { pollMs: 60_000 } });
  worker.start();
  await pause(30);
  await arrive(db, messages("1"));
  worker.wake();
  await until(() => ends().length === 1);
  expect(ends()).toEqual(["done 0"]);
});

test("work that nobody tells of is found by looking", async () => {
  const { worker, ends } = setUp();
  worker.start();
  await pause(30);
  await arrive(db, messages("1"));
  await until(() => ends().length === 1);
});

test("a database that is away is asked again", async () => {
  await arrive(db, messages("1"));
  let asked = 0;
  const query: Database["query"] = (text, values) => {
    asked += 1;
    return asked === 1 ? Promise.reject(new Error("away")) : db.query(text, values);
  };
  const { worker, observer, ends } = setUp({ db: { ...db, query } });
  worker.start();
  await until(() => ends().length === 1);
  expect(observer.lines).toEqual(["problem the database could not be asked for work"]);
});

test("leases are renewed while turns run, so that nobody else takes the conversation", async () => {
  await arrive(db, messages("1"));
  const { worker, ends } = setUp({
    settings: { leaseMs: 150 },
    answer: async () => {
      await pause(400);
      expect(await claimAll(db)).toEqual([]);
      return undefined;
    },
  });
  worker.start();
  await until(() => ends().length === 1);
  expect(ends()).toEqual(["done 0"]);
});

test("a lost lease aborts its turn, and leaves the conversation to its new holder", async () => {
  await arrive(db, messages("1"));
  const reasons: unknown[] = [];
  const { worker, told, buried, observer } = setUp({
    settings: { leaseMs: 300 },
    answer: async ({ signal }) => {
      await db.script("update conversations set lease = lease + 1");
      await untilAborted(signal).catch(() => reasons.push(signal.reason));
      throw new Error("aborted");
    },
  });
  worker.start();
  await until(() => told.length === 1 && worker.active() === 0);
  expect(reasons).toEqual([new Error("lease lost")]);
  expect({ buried, lines: observer.lines }).toEqual({ buried: [], lines: [] });
  const [row] = await db.query("select fails, lease_until > now() as held from conversations");
  expect(row).toEqual({ fails: 0, held: true });
});

test("stopping lets a running turn end, starts no other one and gives the lease back", async () => {
  await arrive(db, messages("1", "2"));
  const { worker, told, ends } = setUp({
    answer: async () => {
      await pause(60);
      return undefined;
    },
  });
  worker.start();
  await until(() => told.length === 1);
  await worker.stop(5_000);
  expect({ told, ends: ends() }).toEqual({ told: ["1"], ends: ["more 0"] });
  expect(await pending()).toEqual(["2"]);
  expect(await claimAll(db)).toHaveLength(1);
});

test("a stop takes no new work", async () => {
  const { worker, told } = setUp();
  worker.start();
  await worker.stop(1_000);
  await arrive(db, messages("1"));
  worker.wake();
  await pause(50);
  expect(told).toEqual([]);
});

test.each([
  { label: "the first message keeps its count", answer: undefined, want: "more 2" },
  { label: "the second one begins its own", answer: "2", want: "more 0" },
])(
  "a turn that does not end in time is aborted without counting as a try: $label",
  async (given) => {
    await arrive(db, messages("1", "2"));
    await db.script("update conversations set fails = 2");
    const hanging = given.answer ?? "1";
    const { worker, told, ends, observer } = setUp({
      answer: async ({ text, signal }) => (text === hanging ? untilAborted(signal) : undefined),
    });
    worker.start();
    await until(() => told.at(-1)?.startsWith(hanging) === true);
    await worker.stop(20);
    expect({ ends: ends(), lines: observer.lines }).toEqual({ ends: [given.want], lines: [] });
    expect(await claimAll(db)).toHaveLength(1);
  },
);

test("a claim that is under way when the worker stops is given back too, with its count", async () => {
  await arrive(db, messages("1"));
  await db.script("update conversations set fails = 2");
  let isClaiming = false;
  const query: Database["query"] = async (text, values) => {
    isClaiming = true;
    const rows = await db.query(text, values);
    await pause(60);
    return rows;
  };
  const { worker, told, ends } = setUp({ db: { ...db, query } });
  worker.start();
  await until(() => isClaiming);
  await worker.stop(5_000);
  expect({ told, ends: ends() }).toEqual({ told: [], ends: ["more 2"] });
  expect((await claimOne(db)).fails).toBe(2);
});

test("a worker that was never started is not started by being told of work", async () => {
  await arrive(db, messages("1"));
  const { worker, told } = setUp();
  worker.wake();
  await pause(50);
  expect(told).toEqual([]);
});

test("a conversation that is claimed again while its release is acknowledged still counts as worked on", async () => {
  await arrive(db, messages("1", "2"));
  let visits = 0;
  const { worker } = setUp({
    settings: { claimPerConversation: 1 },
    release: async (end) => {
      await release(db, [end]);
      if (end.kind === "more") await pause(60);
    },
    answer: async ({ text, signal }) => {
      visits += 1;
      return text === "2" ? untilAborted(signal) : undefined;
    },
  });
  worker.start();
  await until(() => visits === 2);
  await pause(120);
  expect(worker.active()).toBe(1);
});
