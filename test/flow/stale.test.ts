import { expect, test } from "@jest/globals";
import { isStale } from "../../src/flow/stale.ts";
import { textMessage } from "../db/scene.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

test.each([
  { label: "a message on time is fresh", lateMs: 2_000, want: false },
  { label: "one that is exactly as late as allowed is fresh", lateMs: DAY_MS, want: false },
  { label: "one that is later is stale", lateMs: DAY_MS + 1, want: true },
  { label: "a provider's last repetition is stale", lateMs: 7 * DAY_MS, want: true },
  {
    label: "a time no provider would still deliver is no evidence",
    lateMs: 31 * DAY_MS,
    want: false,
  },
  { label: "a clock that is ahead is no evidence", lateMs: -2 * DAY_MS, want: false },
  { label: "zero switches it off", lateMs: 2 * DAY_MS, staleAfterMs: 0, want: false },
  {
    label: "what an operator replays is answered",
    lateMs: 2 * DAY_MS,
    replayed: true,
    want: false,
  },
])("$label", ({ lateMs, staleAfterMs = DAY_MS, replayed = false, want }) => {
  const message = textMessage("wamid.1", "oi");
  const receivedAt = new Date(Date.parse(message.sentAt) + lateMs).toISOString();
  expect(isStale({ message, receivedAt, replayed }, staleAfterMs)).toBe(want);
});

test.each(["", "some day", "0001-01-01T00:00:00.000Z", "1970-01-01T00:00:00.000Z"])(
  "a provider's time of %j makes nothing stale",
  (sentAt) => {
    const message = { ...textMessage("wamid.1", "oi"), sentAt };
    const receivedAt = "2026-11-21T10:00:00.000Z";
    expect(isStale({ message, receivedAt, replayed: false }, DAY_MS)).toBe(false);
  },
);
