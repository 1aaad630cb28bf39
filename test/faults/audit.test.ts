import { expect, test } from "@jest/globals";
import type { Queryable } from "../../src/db/driver.ts";
import { audit, listOutOfOrder } from "./audit.ts";
import type { SentWebhook } from "./sender.ts";

const webhook = (turn: number, more: Partial<SentWebhook> = {}): SentWebhook => ({
  id: `wamid.m-${turn}`,
  person: "5561991000000",
  turn,
  text: `m-${turn}`,
  firstTriedAt: turn * 10,
  tries: 1,
  takenAt: turn * 10 + 5,
  isGivenUp: false,
  ...more,
});

interface Stored {
  readonly turn: number;
  readonly copies?: number;
  readonly isDead?: boolean;
  readonly uncertain?: readonly number[];
}

const databaseOf = (rows: readonly Stored[]): Queryable => ({
  query: async () =>
    rows.map(({ turn, copies = 1, isDead = false, uncertain = [] }) => ({
      externalId: `wamid.m-${turn}`,
      copies,
      isDead,
      failed: 0,
      uncertain: [...uncertain],
    })),
});

const answer = (turn: number, at = 1_000 + turn) => ({
  payload: { type: "text", text: { body: `eco m-${turn}` } },
  at,
});

const BOTH: readonly Stored[] = [{ turn: 0 }, { turn: 1 }];

const ALL_WELL = {
  stored: BOTH,
  answers: [answer(0), answer(1)],
  want: { lost: 0, duplicated: 0, outOfOrder: 0, uncertain: 0 },
};

test.each([
  { label: "all is well", ...ALL_WELL },
  {
    label: "acknowledged and not stored is lost",
    ...ALL_WELL,
    stored: [{ turn: 0 }],
    answers: [answer(0)],
    want: { lost: 1, duplicated: 0, outOfOrder: 0, uncertain: 0 },
  },
  {
    label: "stored and never answered is lost",
    ...ALL_WELL,
    answers: [answer(0)],
    want: { lost: 1, duplicated: 0, outOfOrder: 0, uncertain: 0 },
  },
  {
    label: "what is shown as dead is not",
    ...ALL_WELL,
    stored: [{ turn: 0 }, { turn: 1, isDead: true }],
    answers: [answer(0)],
    want: { lost: 0, duplicated: 0, outOfOrder: 0, uncertain: 0, shown: 1 },
  },
  {
    label: "stored twice is duplicated",
    ...ALL_WELL,
    stored: [{ turn: 0, copies: 2 }, { turn: 1 }],
    want: { lost: 0, duplicated: 1, outOfOrder: 0, uncertain: 0 },
  },
  {
    label: "answered twice is duplicated",
    ...ALL_WELL,
    answers: [answer(0, 1_000), answer(0, 1_001), answer(1, 1_002)],
    want: { lost: 0, duplicated: 1, outOfOrder: 0, uncertain: 0 },
  },
  {
    label: "marked as uncertain before it was sent again, it is not",
    ...ALL_WELL,
    stored: [{ turn: 0, uncertain: [1_000] }, { turn: 1 }],
    answers: [answer(0, 999), answer(0, 1_001), answer(1, 1_002)],
    want: { lost: 0, duplicated: 0, outOfOrder: 0, uncertain: 1 },
  },
  {
    label: "marked only afterwards, it is",
    ...ALL_WELL,
    stored: [{ turn: 0, uncertain: [1_002] }, { turn: 1 }],
    answers: [answer(0, 999), answer(0, 1_001), answer(1, 1_003)],
    want: { lost: 0, duplicated: 1, outOfOrder: 0, uncertain: 0 },
  },
  {
    label: "stored after one that was sent later is out of order",
    ...ALL_WELL,
    stored: [{ turn: 1 }, { turn: 0 }],
    want: { lost: 0, duplicated: 0, outOfOrder: 1, uncertain: 0 },
  },
  {
    label: "so is answered after one",
    ...ALL_WELL,
    answers: [answer(1, 1_000), answer(0, 1_001)],
    want: { lost: 0, duplicated: 0, outOfOrder: 1, uncertain: 0 },
  },
])("$label", async ({ stored, answers, want }) => {
  const sent = [webhook(0), webhook(1)];
  expect(await audit({ db: databaseOf(stored), sent, answers })).toMatchObject({
    acknowledged: 2,
    ...want,
  });
});

test("what was never acknowledged is not owed, and what was under way together has no order", () => {
  const slow = webhook(0, { takenAt: 25 });
  expect(listOutOfOrder([webhook(1), slow])).toEqual([]);
  expect(listOutOfOrder([webhook(3), slow])).toEqual([slow]);
  expect(listOutOfOrder([webhook(3), webhook(0, { takenAt: undefined })])).toEqual([]);
});
