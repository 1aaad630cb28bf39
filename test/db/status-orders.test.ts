import { randomUUIDv7 } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { z } from "zod";
import { readCampaignFigures } from "../../src/db/campaign-figures.ts";
import type { Database } from "../../src/db/driver.ts";
import { recordOutcomes } from "../../src/db/outbox.ts";
import {
  applyStatuses,
  type ChannelStatus,
  listJoinable,
  removeParked,
} from "../../src/db/statuses.ts";
import type { ReportedStatus } from "../../src/messages.ts";
import { listDatabases } from "../database.ts";
import { addCampaigns, addRecipient, CAMPAIGN } from "./campaign-rows.ts";
import { emptyDatabase } from "./empty.ts";

const TIMES = {
  sent: "2026-11-21T10:00:01.000Z",
  delivered: "2026-11-21T10:00:02.000Z",
  read: "2026-11-21T10:00:03.000Z",
  failed: "2026-11-21T10:00:04.000Z",
} as const;

const WORDS = ["sent", "delivered", "read", "failed"] as const;

const parked = z.object({
  kind: z.literal("status"),
  account: z.string(),
  externalId: z.string(),
  status: z.enum(WORDS),
  at: z.string(),
});

function permutations<Item>(items: readonly Item[]): Item[][] {
  if (items.length <= 1) return [[...items]];
  return items.flatMap((item, index) =>
    permutations(items.toSpliced(index, 1)).map((rest) => [item, ...rest]),
  );
}

/** One message: how many of its statuses come before its send is recorded, and in which order they come. */
interface Case {
  readonly id: string;
  readonly externalId: string;
  readonly order: readonly ReportedStatus[];
  readonly early: number;
}

const statusOf = ({ externalId }: Case, status: ReportedStatus): ChannelStatus => ({
  channel: "whatsapp",
  update: { kind: "status", account: "111", externalId, status, at: TIMES[status], identities: [] },
});

describe.each(await listDatabases())("orders of statuses on $label", ({ open }) => {
  let db: Database;

  beforeAll(async () => {
    db = await open();
  });

  afterAll(() => db.close());

  beforeEach(async () => {
    await emptyDatabase(db);
    await addCampaigns(db);
  });

  /** A message of the campaign that was handed to the provider and of whose answer nothing is known yet. */
  const sending = async (order: readonly ReportedStatus[], early: number): Promise<Case> => {
    const id = randomUUIDv7();
    const recipient = await addRecipient(db, "released");
    await db.query(
      `insert into messages (id, seq, conversation_id, contact_id, channel, account, direction, status, origin, campaign_id,
         recipient_id, attempts, sending_at)
       values ($1::text::uuid, nextval('message_seq'), $1::text::uuid, $1::text::uuid, 'whatsapp', '111', 'out', 'sending',
         'campaign', $2::text::uuid, $3::text::uuid, 1, now())`,
      [id, CAMPAIGN, recipient],
    );
    return { id, externalId: `wamid.${id}`, order, early };
  };

  const apply = async (statuses: readonly ChannelStatus[], isBatch: boolean): Promise<void> => {
    if (isBatch) await applyStatuses(db, statuses);
    else for (const one of statuses) await applyStatuses(db, [one]);
  };

  const join = async (): Promise<void> => {
    const waiting = await listJoinable(db, 10_000);
    const updates = waiting.map(({ channel, update }) => ({
      channel,
      update: { ...parked.parse(update), identities: [] },
    }));
    await applyStatuses(db, updates);
    await removeParked(db, waiting);
  };

  const play = async (cases: readonly Case[], isBatch: boolean): Promise<void> => {
    const told = (from: (one: Case) => number, to: (one: Case) => number) =>
      cases.flatMap((one) =>
        one.order.slice(from(one), to(one)).map((word) => statusOf(one, word)),
      );
    await apply(
      told(
        () => 0,
        ({ early }) => early,
      ),
      isBatch,
    );
    const outcomes = cases.map(({ id, externalId }) => ({
      messageId: id,
      outcome: "sent" as const,
      externalId,
      error: null,
      startedAt: null,
    }));
    await recordOutcomes(db, outcomes);
    await join();
    await apply(
      told(
        ({ early }) => early,
        () => 4,
      ),
      isBatch,
    );
  };

  const rows = () =>
    db.query(
      `select status, sent_at is not null as sent, delivered_at, read_at, failed_at, count(*)::int as n
       from messages group by 1, 2, 3, 4, 5 order by 1, 2, 3, 4, 5`,
    );

  test.each([
    { label: "one by one", isBatch: false },
    { label: "in one webhook", isBatch: true },
  ])(
    "all 24, before and after the send is recorded, $label: the same row and exact counters",
    async ({ isBatch }) => {
      const cases = [];
      for (const order of permutations(WORDS))
        for (const early of [0, 2, 4]) cases.push(await sending(order, early));
      await play(cases, isBatch);
      expect(await rows()).toEqual([
        {
          status: "read",
          sent: true,
          delivered_at: new Date(TIMES.delivered),
          read_at: new Date(TIMES.read),
          failed_at: new Date(TIMES.failed),
          n: cases.length,
        },
      ]);
      const figures = (await readCampaignFigures(db, [CAMPAIGN])).get(CAMPAIGN);
      expect(figures).toMatchObject({
        audience: cases.length,
        read: cases.length,
        queued: 0,
        sent: 0,
        delivered: 0,
        failed: 0,
        uncertain: 0,
        reached_sent: cases.length,
        reached_read: cases.length,
      });
      expect(await db.query("select count(*)::int as n from message_statuses")).toEqual([
        { n: 4 * cases.length },
      ]);
      expect(await db.query("select 1 from parked_statuses")).toEqual([]);
    },
    120_000,
  );

  test.each([
    { words: ["sent", "delivered", "failed"], want: "delivered" },
    { words: ["sent", "failed"], want: "failed" },
    { words: ["delivered", "sent"], want: "delivered" },
    { words: ["read", "failed"], want: "read" },
  ] as const)(
    "of $words in whatever order the campaign counts one $want",
    async ({ words, want }) => {
      const cases = [];
      for (const order of permutations<ReportedStatus>(words))
        for (const early of [0, 1, words.length]) cases.push(await sending(order, early));
      await play(cases, false);
      const others = ["queued", "sent", "delivered", "read", "failed", "uncertain"].map((word) => [
        word,
        word === want ? cases.length : 0,
      ]);
      const figures = (await readCampaignFigures(db, [CAMPAIGN])).get(CAMPAIGN);
      expect(figures).toMatchObject({ ...Object.fromEntries(others), audience: cases.length });
    },
    60_000,
  );
});
