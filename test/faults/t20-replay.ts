import { z } from "zod";
import { deleteExpired } from "../../src/db/retention.ts";
import { hasServer } from "../database.ts";
import { ACCOUNT, eventually } from "../e2e/world.ts";
import { statusWebhook, textWebhook } from "../standins/graph-webhooks.ts";
import type { Fault, FaultFigures, Size } from "./fault.ts";
import { openScene, type Scene } from "./scene.ts";

const DAY_S = 86_400;

/** How long after the first delivery a webhook comes again, and how many days of the inbox are kept. */
const AGES = [
  { label: "a minute", seconds: 60, inboxDays: 35 },
  { label: "a day", seconds: DAY_S, inboxDays: 35 },
  { label: "eight days", seconds: 8 * DAY_S, inboxDays: 35 },
  // The row that would recognise it is gone: it is too old to be answered.
  { label: "nine days, where the inbox is kept for eight", seconds: 9 * DAY_S, inboxDays: 8 },
] as const;

const KEEP = { rawWebhooksDays: 3_650, parkedDays: 3_650, historyDays: 3_650 } as const;

const hasDatabase = await hasServer();

const counted = z.tuple([z.object({ count: z.number() })]);

async function count(scene: Scene, text: string): Promise<number> {
  const [{ count: found }] = counted.parse(await scene.db.query(text));
  return found;
}

/** Rows that a second effect would add to. The stored bodies are no effect: what came is kept, as often as it comes. */
const EFFECTS = [
  "select count(*)::int as count from messages where direction = 'out'",
  "select count(*)::int as count from message_statuses",
  "select count(*)::int as count from conversations",
  "select count(*)::int as count from contacts",
  "select count(*)::int as count from inbox where done_at is null",
] as const;

const effectsOf = (scene: Scene): Promise<readonly number[]> =>
  Promise.all(EFFECTS.map((text) => count(scene, text)));

/** Lets time pass for what is known of a webhook: everything happened so much earlier. */
async function age(scene: Scene, seconds: number): Promise<void> {
  const back = `- interval '${String(seconds)} seconds'`;
  await scene.db.script(
    `update inbox set received_at = received_at ${back}, sent_at = sent_at ${back}, done_at = done_at ${back};
     update conversations set last_inbound_at = last_inbound_at ${back};
     update messages set created_at = created_at ${back}`,
  );
}

interface Recording {
  readonly person: string;
  readonly id: string;
  /** Unix seconds. */
  readonly timestamp: number;
}

const message = ({ person, id, timestamp }: Recording) =>
  textWebhook({ account: ACCOUNT, from: person, id, text: `oi ${id}`, timestamp });

interface Outcome {
  readonly acknowledged: number;
  readonly refused: number;
  readonly doubled: number;
}

async function postAll(scene: Scene, webhooks: readonly object[]): Promise<number> {
  let taken = 0;
  for (const webhook of webhooks) if ((await scene.world.post(webhook)) === 200) taken += 1;
  return taken;
}

async function replay(
  scene: Scene,
  { seconds, inboxDays }: (typeof AGES)[number],
  round: number,
  people: number,
): Promise<Outcome> {
  const { graph, rasa } = scene.world;
  const timestamp = Math.floor(Date.now() / 1_000);
  const recorded = Array.from({ length: people }, (_, n): Recording => {
    const person = `55619${String(round)}${String(n).padStart(7, "0")}`;
    return { person, id: `wamid.replay-${String(round)}-${String(n)}`, timestamp };
  });
  const before = graph.sent.length;
  const first = await postAll(scene, recorded.map(message));
  await eventually(() => graph.sent.length >= before + people);
  await scene.rest();
  await graph.settled();
  const answers = graph.sent.slice(before);
  const statuses = answers.map(({ wamid, to }) =>
    statusWebhook({
      account: ACCOUNT,
      id: wamid,
      status: "read",
      recipient: to.slice(1),
      timestamp,
    }),
  );
  const reported = await postAll(scene, statuses);
  await age(scene, seconds);
  await deleteExpired(scene.db, { ...KEEP, inboxDays });

  const effects = await effectsOf(scene);
  const said = { sent: graph.sent.length, asked: rasa.turns.length };
  // The clock did not move but what is known of the webhook: so what is repeated was recorded so much earlier.
  const older = recorded.map((one) => ({ ...one, timestamp: timestamp - seconds }));
  const again = await postAll(scene, [...older.map(message), ...statuses]);
  await scene.rest();
  await graph.settled();
  const after = await effectsOf(scene);
  const more = after.map((now, place) => Math.max(0, now - (effects[place] ?? 0)));
  const doubled =
    graph.sent.length -
    said.sent +
    (rasa.turns.length - said.asked) +
    more.reduce((sum, one) => sum + one, 0);
  const calls = 4 * people;
  return {
    acknowledged: first + reported + again,
    refused: calls - first - reported - again,
    doubled,
  };
}

/** Delivers recorded webhooks, genuine in every way, once more. */
async function run(size: Size): Promise<FaultFigures> {
  const scene = await openScene();
  try {
    const people = size.of(250, 5);
    const outcomes: { readonly label: string; readonly outcome: Outcome }[] = [];
    for (const [round, one] of AGES.entries())
      outcomes.push({ label: one.label, outcome: await replay(scene, one, round, people) });
    const sum = (of: (outcome: Outcome) => number): number =>
      outcomes.reduce((total, { outcome }) => total + of(outcome), 0);
    return {
      rounds: outcomes.length,
      acknowledged: sum(({ acknowledged }) => acknowledged),
      lost: 0,
      duplicated: sum(({ doubled }) => doubled),
      outOfOrder: 0,
      marks: outcomes.map(({ label, outcome }) => ({
        text: `after ${label}: 200, and no second effect`,
        isMet: outcome.refused === 0 && outcome.doubled === 0,
      })),
      notes: [
        `${people} messages and ${people} statuses each, all repeated once the rows of the first time were made as old as that`,
      ],
    };
  } finally {
    await scene.close();
  }
}

export const REPLAY: Fault = {
  id: "T20",
  title: "recorded webhooks once more, up to nine days later",
  missing: () => (hasDatabase ? undefined : "there is no PostgreSQL server"),
  run,
};
