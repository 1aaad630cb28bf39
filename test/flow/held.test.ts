import { randomUUIDv7 } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { z } from "zod";
import type { Database } from "../../src/db/driver.ts";
import { cancelMessage } from "../../src/db/held-messages.ts";
import { enqueue, type SendFacts } from "../../src/db/outbound.ts";
import { markSending } from "../../src/db/outbox.ts";
import { createHeld } from "../../src/flow/held.ts";
import type { SendFailure } from "../../src/send-failure.ts";
import { arriveOn } from "../campaigns/arrive-on.ts";
import { listQuickest } from "../database.ts";
import {
  arrive,
  CHANNEL,
  claimAll,
  claimOne,
  leaseOf,
  outgoing,
  textMessage,
} from "../db/scene.ts";
import { until } from "../until.ts";
import { emptyDatabase } from "../db/empty.ts";
import { plainChannel, recordingObserver } from "./scene.ts";

const HOUR_MS = 3_600_000;
const PHONE = "5561991112222";
const inMs = (ms: number): string => new Date(Date.now() + ms).toISOString();

const rows = z.array(
  z.object({
    text: z.string(),
    status: z.string(),
    held: z.string().nullable(),
    reason: z.string().nullable(),
    released: z.boolean(),
  }),
);

describe.each(await listQuickest())("held messages on $label", ({ open }) => {
  let db: Database;
  beforeAll(async () => {
    db = await open();
  });
  afterAll(() => db.close());
  beforeEach(() => emptyDatabase(db));

  /** Somebody who wrote some time ago and has been answered. */
  async function talk(agoMs = HOUR_MS, phone = PHONE) {
    const account = textMessage("", "").account;
    const { conversationId, contactId } = await arriveOn(db, CHANNEL, { account, phone, agoMs });
    await db.query("update inbox set done_at = now()");
    await db.query("update conversations set due = null");
    const address = { account, identities: [{ kind: "phone", value: phone }] } as const;
    return { conversationId, contactId, channel: CHANNEL, address };
  }

  type Target = Awaited<ReturnType<typeof talk>>;

  const put = async (target: Target, texts: readonly string[], facts: SendFacts = {}) => {
    const lot = texts.map(outgoing);
    await enqueue(db, [{ target, rows: lot, origin: "api", facts }]);
    return lot.map(({ id }) => id);
  };

  const held = (time: string, reason: "schedule" | "window" = "schedule"): SendFacts => ({
    held: { for: reason, until: time },
  });

  const state = async () =>
    rows.parse(
      await db.query(
        `select text, status, held_for as held, error ->> 'reason' as reason, released_at is not null as released
         from messages where direction = 'out' order by seq`,
      ),
    );

  function setUp() {
    const observer = recordingObserver();
    const failures: [string, SendFailure][] = [];
    const woken: string[] = [];
    const sweep = createHeld({
      db,
      channels: new Map([[CHANNEL, { channel: plainChannel({ windowMs: 24 * HOUR_MS }) }]]),
      fallBack: async (id, failure) => void failures.push([id, failure]),
      observer,
      onWork: () => woken.push("woken"),
    });
    return { ...sweep, observer, failures, woken };
  }

  test("what is planned for later stays where it is, and is claimed by nobody", async () => {
    await put(await talk(), ["amanhã"], held(inMs(HOUR_MS)));
    const { release, woken } = setUp();
    await release();
    expect(await state()).toMatchObject([{ status: "queued", held: "schedule" }]);
    expect(await claimAll(db)).toEqual([]);
    expect(woken).toEqual([]);
  });

  test("what is due is let go once, however many look", async () => {
    const first = await talk();
    const second = await talk(HOUR_MS, "5561991113333");
    for (const target of [first, second]) await put(target, ["um", "dois"], held(inMs(-1)));
    const sweeps = [setUp(), setUp(), setUp()];
    await Promise.all(sweeps.map(({ release }) => release()));
    expect(sweeps.flatMap(({ woken }) => woken).length).toBeGreaterThan(0);
    expect(await state()).toMatchObject(
      ["um", "dois", "um", "dois"].map((text) => ({ text, held: null, released: true })),
    );
    const claimed = await claimAll(db);
    expect(claimed.map(({ outbox }) => outbox.length)).toEqual([2, 2]);
    const wakes = await db.query("select wake::int as wake from conversations");
    await setUp().release();
    expect(await db.query("select wake::int as wake from conversations")).toEqual(wakes);
  });

  test("what another process lets go in the same moment is let go once", async () => {
    const target = await talk();
    const [id = ""] = await put(target, ["um"], held(inMs(-1)));
    const { release, woken } = setUp();
    const sweep = await db.transaction(async (tx) => {
      await tx.query("select id from conversations for update");
      const running = release();
      if (db.kind === "postgres")
        await until(async () => {
          const waiting = await tx.query(
            "select 1 from pg_locks l where not granted and pg_backend_pid() = any(pg_blocking_pids(l.pid))",
          );
          return waiting.length > 0;
        });
      await tx.query(
        "update messages set held_for = null, held_until = null, released_at = now() where id = $1::text::uuid",
        [id],
      );
      return { running };
    });
    await sweep.running;
    expect(woken).toEqual([]);
    const [row] = await db.query("select due is null as idle from conversations");
    expect(row).toEqual({ idle: true });
  });

  test("a message that is let go is as young as that", async () => {
    await put(await talk(), ["atrasada"], held(inMs(-1)));
    await db.query(
      "update messages set created_at = now() - interval '90 days' where direction = 'out'",
    );
    await setUp().release();
    const { outbox } = await claimOne(db);
    expect(outbox[0]?.ageMs).toBeLessThan(HOUR_MS);
  });

  test("a conversation that somebody works on is looked at again", async () => {
    const target = await talk();
    await put(target, ["agora"]);
    const claimed = await claimOne(db);
    await put(target, ["depois"], held(inMs(-1)));
    await setUp().release();
    const [row] = await db.query("select wake::text, due > now() as leased from conversations");
    expect(row).toEqual({ wake: String(Number(claimed.wake) + 1), leased: true });
  });

  test("bulk messages stay behind everybody else's when they are let go", async () => {
    const target = await talk();
    const lot = { target, rows: [outgoing("massa")], origin: "api", isBulk: true } as const;
    await enqueue(db, [{ ...lot, facts: held(inMs(-1)) }]);
    await db.query("update conversations set bulk = false");
    await setUp().release();
    expect(await db.query("select bulk from conversations")).toEqual([{ bulk: true }]);
  });

  test("its choices count from when it is let go", async () => {
    const target = await talk();
    const menu = [{ title: "Sim", payload: "/sim" }];
    const row = { ...outgoing("Você vem?"), menu };
    await enqueue(db, [{ target, rows: [row], origin: "api", facts: held(inMs(-1)) }]);
    expect(await db.query("select menu, menu_at from conversations")).toEqual([
      { menu: null, menu_at: null },
    ]);
    await setUp().release();
    expect(await db.query("select menu, menu_at is not null as fresh from conversations")).toEqual([
      { menu, fresh: true },
    ]);
  });

  test("what waits for the person is let go by their next message, in the same statement", async () => {
    const target = await talk(30 * HOUR_MS);
    await put(target, ["quando puder"], held(inMs(HOUR_MS), "window"));
    const { release, releaseAnswered } = setUp();
    await release();
    await releaseAnswered();
    expect(await state()).toMatchObject([{ held: "window" }]);
    await arrive(db, [textMessage("wamid.new", "oi", PHONE)]);
    expect(await state()).toMatchObject([{ held: null, released: true }]);
    expect((await claimOne(db)).outbox).toHaveLength(1);
  });

  test("another person's message lets nothing go", async () => {
    await put(await talk(30 * HOUR_MS), ["quando puder"], held(inMs(HOUR_MS), "window"));
    await arrive(db, [textMessage("wamid.new", "oi", "5561990000000")]);
    expect(await state()).toMatchObject([{ held: "window" }]);
  });

  test("what was held in the moment in which the person wrote is let go by the sweep", async () => {
    await put(await talk(1_000), ["quando puder"], held(inMs(HOUR_MS), "window"));
    const { releaseAnswered, woken } = setUp();
    await releaseAnswered();
    expect(await state()).toMatchObject([{ held: null, released: true }]);
    expect(woken).toEqual(["woken"]);
  });

  test("but not while the provider says that the window is closed", async () => {
    await put(await talk(1_000), ["quando puder"], held(inMs(HOUR_MS), "window"));
    await db.query("update conversations set window_closed_at = now()");
    await setUp().releaseAnswered();
    expect(await state()).toMatchObject([{ held: "window" }]);
  });

  test("what has waited long enough is given up, and the next channel is asked", async () => {
    const [id = ""] = await put(await talk(), ["tarde demais"], held(inMs(-1), "window"));
    const { release, failures, observer } = setUp();
    await release();
    await release();
    expect(await state()).toMatchObject([
      { status: "failed", held: null, reason: "channel_window_closed" },
    ]);
    expect(failures).toEqual([[id, { class: "drop", windowClosed: true }]]);
    expect(observer.lines).toEqual(["dead channel_window_closed"]);
  });

  describe("taken back", () => {
    const failed = { status: "failed", reason: "request_cancelled", held: null };

    test.each([
      { label: "a message in the outbox", facts: {} },
      { label: "a message that is planned", facts: held(inMs(HOUR_MS)) },
      { label: "a message that waits for the person", facts: held(inMs(HOUR_MS), "window") },
    ])("$label goes with all its parts, and is sent by nobody", async ({ facts }) => {
      const [first = ""] = await put(await talk(), ["um", "dois"], facts);
      expect(await cancelMessage(db, first)).toBe(true);
      expect(await state()).toMatchObject([failed, failed]);
      expect((await claimAll(db)).flatMap(({ outbox }) => outbox)).toEqual([]);
      expect(await cancelMessage(db, first)).toBe(false);
    });

    test("a part goes alone", async () => {
      const [, second = ""] = await put(await talk(), ["um", "dois"]);
      expect(await cancelMessage(db, second)).toBe(true);
      expect(await state()).toMatchObject([{ status: "queued" }, failed]);
    });

    test("a message that is being sent stays, and so do its parts", async () => {
      const [first = ""] = await put(await talk(), ["um", "dois"]);
      const claimed = await claimOne(db);
      await markSending(db, [{ ...leaseOf(claimed), messageId: first }]);
      expect(await cancelMessage(db, first)).toBe(false);
      expect(await state()).toMatchObject([{ status: "sending" }, { status: "queued" }]);
    });

    test("a message that was claimed already is not sent", async () => {
      const [first = ""] = await put(await talk(), ["um"]);
      const claimed = await claimOne(db);
      expect(await cancelMessage(db, first)).toBe(true);
      expect(await markSending(db, [{ ...leaseOf(claimed), messageId: first }])).toEqual([false]);
    });

    test("what a person wrote cannot be, nor what is none", async () => {
      await arrive(db, [textMessage("wamid.1", "oi")]);
      expect(await cancelMessage(db, randomUUIDv7())).toBe(false);
    });
  });
});
