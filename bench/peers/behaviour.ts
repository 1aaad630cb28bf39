import { setTimeout as sleep } from "node:timers/promises";
import { batchWebhook } from "../../test/standins/graph-webhooks.ts";
import { startPrivatePostgres } from "../../test/standins/private-postgres.ts";
import type { Amount } from "./amount.ts";
import type { BehaviourFigures, CrashFigures, OrderFigures } from "./figures.ts";
import { sendInOrder } from "./in-order.ts";
import type { Peer } from "./peer.ts";
import { ACCOUNT } from "./place.ts";
import { messageOf } from "./provider.ts";
import {
  AFTER_CRASH,
  AFTER_THOUGHT,
  answersTo,
  BETWEEN_CRASHES,
  openTrial,
  postUntilTaken,
  type Trial,
} from "./trial.ts";

const ACKS_BEFORE_KILL = 100;
const KILL_CONNECTIONS = 20;
const PEOPLE = 20;
const EACH = 10;
const DUPLICATES = 20;
const WARM_UP = 100;
const THOUGHTS = 5;
const THOUGHT_TRIES = 3;

const isTaken = (status: number): boolean => status >= 200 && status < 300;
const sum = (counts: ReadonlyMap<string, number>): number =>
  [...counts.values()].reduce((total, count) => total + count, 0);
const doubledOf = (counts: ReadonlyMap<string, number>): number =>
  [...counts.values()].filter((count) => count > 1).length;

/** One webhook with three messages of three people: how many are answered. */
async function measureBatch(trial: Trial): Promise<number> {
  const text = (n: number) => `batch ${n}`;
  const inbound = (n: number) => ({
    account: ACCOUNT,
    from: `55619900000${n}0`,
    id: `wamid.batch.${n}`,
    text: text(n),
    timestamp: Math.floor(Date.now() / 1_000),
  });
  await postUntilTaken(trial, batchWebhook([inbound(1), inbound(2), inbound(3)]));
  return (await answersTo(trial, [1, 2, 3].map(text))).size;
}

/** Each of some webhooks delivered twice, the second time once the first was taken: how many answers come of it. */
async function measureDuplicates(trial: Trial) {
  const texts = Array.from({ length: DUPLICATES }, (_, n) => `twice ${n}`);
  for (const [n, text] of texts.entries()) {
    const body = messageOf(1_000 + n, `twice.${n}`, text);
    await postUntilTaken(trial, body);
    await postUntilTaken(trial, body);
  }
  return { messages: DUPLICATES, answers: sum(await answersTo(trial, texts)) };
}

/** A webhook that somebody else signed. */
async function measureForged(trial: Trial) {
  const status = await trial.provider.forge(messageOf(2_000, "forged", "forged"));
  return { status, answered: (await answersTo(trial, ["forged"])).size };
}

/** A bot that takes longer than the provider waits for the acknowledgement; what is not acknowledged is sent twice more. */
async function measureThought(trial: Trial) {
  const texts = Array.from({ length: THOUGHTS }, (_, n) => `thought ${n}`);
  let acknowledged = 0;
  const send = async (text: string, n: number): Promise<void> => {
    const body = messageOf(2_500 + n, text, text);
    for (let attempt = 1; attempt <= THOUGHT_TRIES; attempt += 1) {
      if (!isTaken(await trial.provider.post(body))) continue;
      acknowledged += 1;
      return;
    }
  };
  await Promise.all(texts.map(send));
  const counts = await answersTo(trial, texts, AFTER_THOUGHT);
  return { messages: THOUGHTS, acknowledged, answers: sum(counts) };
}

/** People write quickly to a bot that takes 0 to 50 ms: in how many conversations an answer overtakes another. */
async function measureOrder(trial: Trial, rounds: number): Promise<OrderFigures> {
  const people = Array.from({ length: rounds * PEOPLE }, (_, n) => n);
  const textsOf = (person: number) =>
    Array.from({ length: EACH }, (_, turn) => `jitter ${person} ${turn}`);
  const conversations = people.map((person) =>
    textsOf(person).map((text) => messageOf(3_000 + person, text, text)),
  );
  for (let first = 0; first < people.length; first += PEOPLE)
    await sendInOrder(trial.subject().port, conversations.slice(first, first + PEOPLE));
  const all = people.flatMap(textsOf);
  const counts = await answersTo(trial, all);
  const isDisordered = (person: number): boolean => {
    const turns = trial.provider.sent
      .filter((text) => text.startsWith(`jitter ${person} `))
      .map((text) => Number(text.split(" ").at(-1)));
    return turns.some((turn, n) => n > 0 && turn < (turns[n - 1] ?? 0));
  };
  return {
    conversations: people.length,
    disordered: people.filter(isDisordered).length,
    messages: all.length,
    unanswered: all.length - counts.size,
  };
}

/**
 * `kill -9` as soon as 100 webhooks were acknowledged, with a bot that takes 200 ms; then a restart, and the sender sends
 * again what was not acknowledged.
 */
async function killOnce(trial: Trial, round: number) {
  const acked = new Set<string>();
  const open = new Set<string>();
  let next = 0;
  let isKilled = false;
  const ended = Promise.withResolvers<undefined>();
  const bodyOf = (text: string): object =>
    messageOf(10_000 + round * 1_000 + Number(text.split(" ").at(-1)), text, text);
  const work = async (): Promise<void> => {
    while (!isKilled) {
      const text = `slow ${round} ${next++}`;
      open.add(text);
      if (!isTaken(await trial.provider.post(bodyOf(text)))) continue;
      open.delete(text);
      acked.add(text);
      if (acked.size < ACKS_BEFORE_KILL || isKilled) continue;
      isKilled = true;
      trial.kill().then(() => ended.resolve(undefined), ended.reject);
    }
  };
  await Promise.all(Array.from({ length: KILL_CONNECTIONS }, work));
  await ended.promise;
  await trial.restart();
  for (const text of open) await postUntilTaken(trial, bodyOf(text));
  await answersTo(trial, [...acked, ...open], BETWEEN_CRASHES);
  return { acked: [...acked], sentAgain: [...open] };
}

/** So many kills, and what became of all their messages in the end. */
async function measureKills(trial: Trial, rounds: number): Promise<CrashFigures> {
  const acked: string[] = [];
  const sentAgain: string[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const one = await killOnce(trial, round);
    acked.push(...one.acked);
    sentAgain.push(...one.sentAgain);
  }
  const counts = await answersTo(trial, [...acked, ...sentAgain], AFTER_CRASH);
  return {
    acknowledged: acked.length,
    lost: acked.filter((text) => !counts.has(text)).length,
    sentAgain: sentAgain.length,
    doubled: doubledOf(counts),
  };
}

/** A process that has just started is slower than any that serves. */
async function warmUp(trial: Trial): Promise<void> {
  for (let n = 0; n < WARM_UP; n += 1)
    await postUntilTaken(trial, messageOf(50_000 + n, `warm.${n}`, `warm ${n}`));
}

const MESSAGES_PER_SECOND = 100;
/** What of the messages has been sent when the database goes, and when it comes back. */
const DATABASE_GOES = 1 / 3;
const DATABASE_COMES = 2 / 3;

/** PostgreSQL stopped as by a crash during a steady load, then started again; what was not taken is sent again. */
async function measureDatabase(peer: Peer, messages: number): Promise<CrashFigures | undefined> {
  const server = await startPrivatePostgres();
  if (server === undefined) return undefined;
  const trial = await openTrial(peer, server.url);
  try {
    let acknowledged = 0;
    let sentAgain = 0;
    const texts = Array.from({ length: messages }, (_, n) => `stop ${n}`);
    const sending: Promise<void>[] = [];
    const send = async (body: object): Promise<void> => {
      if (!isTaken(await trial.provider.post(body))) {
        sentAgain += 1;
        await postUntilTaken(trial, body);
      }
      acknowledged += 1;
    };
    await warmUp(trial);
    const steps: Promise<void>[] = [];
    for (const [n, text] of texts.entries()) {
      if (n === Math.floor(messages * DATABASE_GOES)) steps.push(server.fail());
      if (n === Math.floor(messages * DATABASE_COMES)) steps.push(server.recover());
      sending.push(send(messageOf(20_000 + n, text, text)));
      await sleep(1_000 / MESSAGES_PER_SECOND);
    }
    await Promise.all(steps);
    await trial.revive();
    await Promise.all(sending);
    const counts = await answersTo(trial, texts, AFTER_CRASH);
    const lost = texts.length - counts.size;
    return { acknowledged, lost, sentAgain, doubled: doubledOf(counts) };
  } finally {
    await trial.close();
    server.close();
  }
}

/** What one program does with a batch, a repetition, quick people, a crash of its own and one of its database. */
export async function measureBehaviour(
  peer: Peer,
  amount: Amount,
  newDatabase: () => Promise<string>,
): Promise<BehaviourFigures> {
  const trial = await openTrial(peer, peer.usesPostgres ? await newDatabase() : undefined);
  try {
    await warmUp(trial);
    const [batchAnswered, duplicates, forged, thought] = await Promise.all([
      measureBatch(trial),
      measureDuplicates(trial),
      measureForged(trial),
      measureThought(trial),
    ]);
    const order = await measureOrder(trial, amount.orderRounds);
    const kill = await measureKills(trial, amount.killRounds);
    const database = peer.usesPostgres
      ? await measureDatabase(peer, amount.databaseMessages)
      : undefined;
    const crashed = { kill, ...(database !== undefined && { database }) };
    return { batchAnswered, duplicates, forged, thought, order, ...crashed };
  } finally {
    await trial.close();
  }
}
