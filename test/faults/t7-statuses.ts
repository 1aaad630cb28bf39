import { z } from "zod";
import { ACCOUNT, eventually } from "../e2e/world.ts";
import type { SentMessage } from "../standins/graph-desk.ts";
import { statusWebhook, textWebhook } from "../standins/graph-webhooks.ts";
import type { Fault, FaultFigures, Mark, Size } from "./fault.ts";
import { openScene, type Scene } from "./scene.ts";

const WORDS = ["sent", "delivered", "read", "failed"] as const;
type Word = (typeof WORDS)[number];

/** A code after which nothing is tried again: the person cannot be reached. */
const UNREACHABLE = 131026;

/** When the statuses come: while the send is still to be answered, or after it was recorded. */
type Moment = "before" | "after";

interface Case {
  readonly order: readonly Word[];
  readonly moment: Moment;
  /** Whether the provider repeats our own id: without it, an early status can only be parked. */
  readonly echoes: boolean;
}

function orders<Item>(items: readonly Item[]): readonly (readonly Item[])[] {
  if (items.length <= 1) return [items];
  return items.flatMap((item, index) =>
    orders(items.toSpliced(index, 1)).map((rest) => [item, ...rest]),
  );
}

function listCases(size: Size): readonly Case[] {
  const all = orders(WORDS).filter((_order, index) => index % size.of(1, 4) === 0);
  return all.flatMap((order) =>
    (["before", "after"] as const).flatMap((moment) =>
      [true, false].map((echoes) => ({ order, moment, echoes })),
    ),
  );
}

/** How long the provider keeps a send whose statuses come first. */
const HELD_MS = 700;

const rowsOf = z.array(
  z.object({
    id: z.string(),
    status: z.string(),
    external_id: z.string().nullable(),
    known: z.number(),
  }),
);

const ROWS = `
  select m.id::text, m.status, m.external_id,
    (select count(*)::int from message_statuses s where s.message_id = m.id) as known
  from messages m where m.direction = 'out'`;

/** Posts the statuses of a message in an order, each twice, as a provider does that has not heard our answer. */
async function report(
  scene: Scene,
  message: SentMessage,
  { order, echoes }: Case,
): Promise<number> {
  let refused = 0;
  for (const status of order) {
    const body = statusWebhook({
      account: ACCOUNT,
      id: message.wamid,
      status,
      recipient: message.to.slice(1),
      timestamp: Math.floor(Date.now() / 1_000),
      ...(echoes && message.opaque !== undefined && { opaque: message.opaque }),
      ...(status === "failed" && { code: UNREACHABLE }),
    });
    for (let copy = 0; copy < 2; copy += 1)
      if ((await scene.world.post(body)) !== 200) refused += 1;
  }
  return refused;
}

/** One person is answered, and the statuses of the answer come in the case's order and moment. */
async function play(scene: Scene, one: Case, index: number): Promise<number> {
  const { graph, post } = scene.world;
  const person = `5561993${String(index).padStart(6, "0")}`;
  const before = graph.sent.length;
  if (one.moment === "before") graph.script([{ kind: "slow", ms: HELD_MS }]);
  await post(textWebhook({ account: ACCOUNT, from: person, id: `wamid.s${index}`, text: "oi" }));
  const find = () => graph.sent.slice(before).find(({ to }) => to === `+${person}`);
  await eventually(() => find() !== undefined);
  const message = find();
  if (message === undefined) throw new Error("nothing was sent");
  if (one.moment === "after") {
    const isRecorded = async () =>
      (await scene.db.query(`${ROWS} and m.external_id = $1::text`, [message.wamid])).length > 0;
    await eventually(isRecorded);
  }
  return report(scene, message, one);
}

async function playAll(size: Size, scene: Scene): Promise<FaultFigures> {
  const cases = listCases(size);
  let refused = 0;
  // One after the other where the provider holds a send: the fault is for the next send, whoever's it is.
  for (const [index, one] of cases.entries()) refused += await play(scene, one, index);
  const stranger = statusWebhook({
    account: ACCOUNT,
    id: "wamid.unknown",
    status: "read",
    recipient: "5561993999999",
  });
  refused += (await scene.world.post(stranger)) === 200 ? 0 : 1;
  const read = async () => rowsOf.parse(await scene.db.query(ROWS));
  const isSettled = async () =>
    (await read()).every(({ status, known }) => status === "read" && known >= WORDS.length);
  await eventually(isSettled).catch(() => undefined);
  const rows = await read();
  const parked = await scene.db.query("select external_id from parked_statuses");
  const wrong = rows.filter(({ status }) => status !== "read").length;
  const unread = rows.reduce((sum, { known }) => sum + Math.max(0, WORDS.length - known), 0);
  const extra = rows.reduce((sum, { known }) => sum + Math.max(0, known - WORDS.length), 0);
  const marks: readonly Mark[] = [
    { text: "every status was taken", isMet: refused === 0 },
    { text: "each message ends as read, the highest of its statuses", isMet: wrong === 0 },
    { text: "all four are counted for each message, once", isMet: unread + extra === 0 },
    {
      text: "only the status of an unknown message is left parked",
      isMet: parked.length === 1 && parked[0]?.["external_id"] === "wamid.unknown",
    },
  ];
  return {
    rounds: cases.length,
    acknowledged: cases.length * WORDS.length * 2 + 1,
    lost: wrong + unread,
    duplicated: extra + scene.world.graph.sent.length - cases.length,
    outOfOrder: 0,
    marks,
    notes: [
      `${cases.length / 4} orders of sent, delivered, read and failed, before and after the send is recorded, with and without our own id, each status twice`,
    ],
  };
}

async function run(size: Size): Promise<FaultFigures> {
  const scene = await openScene({ graph: { statuses: [] } });
  try {
    return await playAll(size, scene);
  } finally {
    await scene.close();
  }
}

export const STATUS_ORDERS: Fault = {
  id: "T7",
  title: "statuses come out of order, early, twice and for strangers",
  run,
};
