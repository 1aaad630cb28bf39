import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { Database, Queryable } from "../../src/db/driver.ts";
import { openPostgres } from "../../src/db/postgres.ts";
import type { InboundMessage } from "../../src/messages.ts";
import {
  createServerDatabase,
  hasServer,
  listDatabases,
  type ServerDatabase,
} from "../database.ts";
import { arrive, claimAll, textMessage } from "./scene.ts";

const PEOPLE = 20;
const MESSAGES = 400;
const TIMES = 5;
const STORES = 4;
/** Messages in a webhook, at most: what one person sends, and a flood, in which stores meet in many rows. */
const SMALL = 12;
const LARGE = 120;

/** Numbers below 1 that are the same in every run. Source: Numerical Recipes, a quick linear congruential generator. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

function shuffle<Item>(items: readonly Item[], random: () => number): readonly Item[] {
  return items
    .map((item) => ({ item, key: random() }))
    .toSorted((a, b) => a.key - b.key)
    .map(({ item }) => item);
}

/** Every message `TIMES` times, shuffled, in webhooks of different sizes, dealt to the stores. */
function deal(seed: number, batch: number): readonly (readonly InboundMessage[])[][] {
  const random = createRandom(seed);
  const messages = Array.from({ length: MESSAGES }, (_, index) =>
    textMessage(`wamid.${index}`, `${index}`, `55619911122${10 + (index % PEOPLE)}`),
  );
  const deliveries = shuffle(Array.from({ length: TIMES }, () => messages).flat(), random);
  const dealt: (readonly InboundMessage[])[][] = Array.from({ length: STORES }, () => []);
  for (let at = 0, turn = 0; at < deliveries.length; turn += 1) {
    const size = 1 + Math.floor(random() * batch);
    dealt[turn % STORES]?.push(deliveries.slice(at, at + size));
    at += size;
  }
  return dealt;
}

/** Stores all deliveries, each store one webhook after the other; tells the arrival order of each webhook. */
async function deliver(stores: readonly Database[], seed: number, batch: number) {
  const dealt = deal(seed, batch);
  expect(dealt.flat(2)).toHaveLength(MESSAGES * TIMES);
  const arrivals = await Promise.all(
    dealt.map(async (webhooks, index) => {
      const store = stores[index % stores.length];
      const arrived = [];
      for (const webhook of webhooks) if (store) arrived.push(await arrive(store, webhook));
      return arrived;
    }),
  );
  return arrivals.flat();
}

async function expectOnceAndInOrder(
  db: Database,
  arrivals: Awaited<ReturnType<typeof deliver>>,
): Promise<void> {
  const rows = await db.query("select message_id::text, external_id from inbox order by id");
  expect(rows).toHaveLength(MESSAGES);
  expect(new Set(rows.map((row) => row["external_id"])).size).toBe(MESSAGES);
  const places = new Map(rows.map((row, index) => [row["message_id"], index]));
  for (const webhook of arrivals) {
    const numbered = webhook.flatMap(({ messageId }) => places.get(messageId) ?? []);
    expect(numbered).toEqual(numbered.toSorted((a, b) => a - b));
  }
  expect(await db.query("select count(*)::int as people from contacts")).toEqual([
    { people: PEOPLE },
  ]);
}

async function expectClaimedInOrder(db: Database): Promise<void> {
  const conversations = await claimAll(db, { perConversation: MESSAGES });
  expect(conversations).toHaveLength(PEOPLE);
  for (const { inbox } of conversations) {
    const ids = inbox.map(({ id }) => Number(id));
    expect(ids).toHaveLength(MESSAGES / PEOPLE);
    expect(ids).toEqual(ids.toSorted((a, b) => a - b));
  }
}

const LABEL = "2,000 deliveries of 400 messages give 400 rows, in order, to one claim each";

describe.each(await listDatabases())("deliveries of the same messages on $label", ({ open }) => {
  let db: Database;
  beforeAll(async () => {
    db = await open();
  });
  afterAll(() => db.close());

  test(LABEL, async () => {
    await expectOnceAndInOrder(db, await deliver([db], 1, SMALL));
    await expectClaimedInOrder(db);
  });
});

/** Several processes that are given the same webhooks by a provider that repeats itself. */
function testProcesses(): void {
  let server: ServerDatabase;
  let admin: Database;
  let stores: readonly Database[];
  beforeEach(async () => {
    server = await createServerDatabase();
    admin = openPostgres(server.url, { poolSize: 2 });
    stores = Array.from({ length: STORES }, () => openPostgres(server.url, { poolSize: 2 }));
  });
  afterEach(async () => {
    await admin.close();
    await server.drop();
  });

  /** Deadlocks are counted when a connection ends; the statement itself is run again and shows nothing. */
  const expectNoDeadlock = async () => {
    await Promise.all(stores.map((store) => store.close()));
    const text = "select deadlocks::int from pg_stat_database where datname = current_database()";
    expect(await admin.query(text)).toEqual([{ deadlocks: 0 }]);
  };

  const untilWaiting = async (count: number) => {
    const text = `select 1 from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'`;
    while ((await admin.query(text)).length < count) await sleep(10);
  };

  /** Lets two stores come to the middle of their webhooks, which `hold` keeps from them, and go on from there. */
  const meetInTheMiddle = async (
    hold: (tx: Queryable) => Promise<unknown>,
    webhooks: readonly (readonly InboundMessage[])[],
  ) => {
    const running: Promise<unknown>[] = [];
    const holding = admin.transaction(async (tx) => {
      await hold(tx);
      for (const [index, webhook] of webhooks.entries()) {
        const store = stores[index];
        if (store) running.push(arrive(store, webhook));
        await untilWaiting(running.length);
      }
      throw new Error("let go");
    });
    await expect(holding).rejects.toThrow("let go");
    await Promise.all(running);
  };

  test("four stores with large webhooks, which meet in many rows, never run into a deadlock", async () => {
    const arrivals = await deliver(stores, 2, LARGE);
    await expectOnceAndInOrder(admin, arrivals);
    await expectNoDeadlock();
  });

  test("two stores that are given the same messages in another order do not deadlock", async () => {
    const webhook = ["wamid.a", "wamid.b", "wamid.c"].map((id) => textMessage(id, "oi"));
    await arrive(admin, [textMessage("wamid.known", "oi")]);
    const hold = (tx: Queryable) =>
      tx.query(
        `insert into inbox (id, conversation_id, channel, account, external_id, message_id, message, sent_at)
         select 0, conversation_id, channel, account, 'wamid.b', message_id, message, sent_at from inbox`,
      );
    await meetInTheMiddle(hold, [webhook, webhook.toReversed()]);
    const stored = await admin.query("select external_id as id from inbox order by external_id");
    expect(stored.map(({ id }) => id)).toEqual(["wamid.a", "wamid.b", "wamid.c", "wamid.known"]);
    await expectNoDeadlock();
  });

  test("two stores that wake the same people in another order do not deadlock", async () => {
    const phones = ["5561991112201", "5561991112202", "5561991112203"];
    const known = await arrive(
      admin,
      phones.map((phone) => textMessage(`wamid.${phone}`, "oi", phone)),
    );
    const ids = known.map(({ conversationId }) => conversationId).toSorted();
    const people = ids.map((id) => phones[known.findIndex((one) => one.conversationId === id)]);
    const webhook = (prefix: string) =>
      people.map((phone) => textMessage(`${prefix}.${phone}`, "oi", phone));
    const hold = (tx: Queryable) =>
      tx.query("select 1 from conversations where id = $1::text::uuid for update", [ids[1] ?? ""]);
    await meetInTheMiddle(hold, [webhook("wamid.x"), webhook("wamid.y").toReversed()]);
    const woken = await admin.query("select wake::int from conversations");
    expect(woken).toEqual([{ wake: 3 }, { wake: 3 }, { wake: 3 }]);
    await expectNoDeadlock();
  });
}

if (await hasServer()) describe("deliveries to several processes", testProcesses);
