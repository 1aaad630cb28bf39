import { expect, test } from "@jest/globals";
import { createMemoryCache } from "../../src/cache/memory.ts";
import { withFallback } from "../../src/cache/fallback.ts";
import { admit } from "../../src/flow/flood.ts";
import { defaultSettings } from "./scene.ts";

const START = Date.parse("2026-11-21T10:00:00.000Z");
const settings = { ...defaultSettings().conversation, floodMessages: 3, floodWindowMs: 60_000 };
const person = { channel: "whatsapp", contactId: "0194" };

/** The verdicts on messages that arrive at these seconds. */
async function verdicts(
  seconds: readonly number[],
  {
    increment = createMemoryCache({ now: () => START }).increment,
    ...changes
  }: Partial<typeof settings & Pick<ReturnType<typeof createMemoryCache>, "increment">> = {},
) {
  const found: string[] = [];
  for (const second of seconds) {
    const receivedAt = new Date(START + second * 1_000).toISOString();
    found.push(await admit({ ...person, receivedAt }, { ...settings, ...changes }, increment));
  }
  return found;
}

test.each([
  {
    label: "what is beyond the limit is told once and then left",
    seconds: [1, 2, 3, 4, 5, 6],
    want: ["answer", "answer", "answer", "notice", "silent", "silent"],
  },
  {
    label: "the next window begins anew, with a notice of its own",
    seconds: [1, 2, 3, 4, 61, 62, 63, 64, 65],
    want: [
      "answer",
      "answer",
      "answer",
      "notice",
      "answer",
      "answer",
      "answer",
      "notice",
      "silent",
    ],
  },
  {
    label: "what arrived slowly and is answered all at once is no flood",
    seconds: [0, 40, 80, 120, 160, 200],
    want: ["answer", "answer", "answer", "answer", "answer", "answer"],
  },
  {
    label: "zero answers all",
    seconds: [1, 1, 1, 1, 1],
    changes: { floodMessages: 0 },
    want: ["answer", "answer", "answer", "answer", "answer"],
  },
])("$label", async ({ seconds, changes, want }) => {
  expect(await verdicts(seconds, changes)).toEqual(want);
});

test("processes count together, people and channels apart", async () => {
  const { increment } = createMemoryCache({ now: () => START });
  await verdicts([1, 2, 3], { increment });
  expect(await verdicts([4], { increment })).toEqual(["notice"]);
  const receivedAt = new Date(START).toISOString();
  const others = [
    { ...person, contactId: "0195" },
    { ...person, channel: "sms" },
  ];
  for (const other of others)
    expect(await admit({ ...other, receivedAt }, settings, increment)).toBe("answer");
});

test("while Redis is away each process counts for itself", async () => {
  const memory = createMemoryCache({ now: () => START });
  const away = { ...memory, increment: () => Promise.reject(new Error("away")) };
  const { increment } = withFallback(away, memory);
  expect(await verdicts([1, 2, 3, 4], { increment })).toEqual([
    "answer",
    "answer",
    "answer",
    "notice",
  ]);
});
