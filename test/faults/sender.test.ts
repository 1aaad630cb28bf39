import { createServer, type RequestListener, type Server } from "node:http";
import { afterEach, describe, expect, test } from "@jest/globals";
import { listen, stopListening } from "../standins/listen.ts";
import { evolutionHabits, gridHabits, type Habits, metaHabits } from "./providers.ts";
import { createSender, type Sender, type SenderOptions } from "./sender.ts";

const META = metaHabits({ account: "810000000000001", appSecret: "secret" });
const GRID = gridHabits({ channelId: "2b1f", path: "/webhooks/acs/webhook" });
const EVOLUTION = evolutionHabits({ instance: "loja", path: "/webhooks/evolution/webhook" });

const open: { server?: Server; sender?: Sender } = {};
afterEach(async () => {
  open.sender?.close();
  if (open.server !== undefined) await stopListening(open.server);
});

async function start(
  answer: RequestListener,
  habits: Habits,
  more: Partial<SenderOptions> = {},
): Promise<Sender> {
  open.server = createServer((request, response) => {
    request.resume();
    answer(request, response);
  });
  const url = `http://127.0.0.1:${String(await listen(open.server))}`;
  open.sender = createSender({ habits, targets: () => [url], people: 2, timeScale: 0, ...more });
  return open.sender;
}

/** Answers with these, one after the other, and with the last of them from then on. */
function inTurn(...statuses: readonly number[]): RequestListener {
  let calls = 0;
  return (_request, response) => {
    response.writeHead(statuses[Math.min(calls, statuses.length - 1)] ?? 500).end();
    calls += 1;
  };
}

describe("a provider's habits", () => {
  test.each([
    {
      label: "Meta goes on after any refusal",
      habits: META,
      answers: [400, 404, 503, 200],
      tries: 4,
    },
    { label: "Meta takes nothing but 200 as taken", habits: META, answers: [204, 200], tries: 2 },
    { label: "Event Grid takes 202", habits: GRID, answers: [503, 202], tries: 2 },
    { label: "Evolution takes 201", habits: EVOLUTION, answers: [500, 201], tries: 2 },
  ])("$label", async ({ habits, answers, tries }) => {
    const sender = await start(inTurn(...answers), habits);
    await sender.say(1);
    expect(sender.sent).toMatchObject([{ tries, isGivenUp: false }]);
    expect(sender.taken()).toBe(1);
  });

  test.each([
    { label: "Event Grid gives up on 401", habits: GRID, answers: [401], tries: 1 },
    { label: "Evolution gives up on 404", habits: EVOLUTION, answers: [404], tries: 1 },
    { label: "Evolution gives up after ten tries", habits: EVOLUTION, answers: [503], tries: 10 },
    { label: "Event Grid gives up after thirty", habits: GRID, answers: [503], tries: 30 },
  ])("$label", async ({ habits, answers, tries }) => {
    const sender = await start(inTurn(...answers), habits);
    await sender.say(1);
    expect(sender.sent).toMatchObject([{ tries, isGivenUp: true, takenAt: undefined }]);
  });

  test("pauses grow as the provider's do", () => {
    expect([1, 2, 3, 20].map(META.pauseMs)).toEqual([1_000, 2_000, 4_000, 3_600_000]);
    expect([1, 2, 3, 9].map(GRID.pauseMs)).toEqual([10_000, 30_000, 60_000, 3_600_000]);
    expect([1, 2, 3, 9].map(EVOLUTION.pauseMs)).toEqual([5_000, 10_000, 20_000, 300_000]);
  });
});

test("people say so many messages in all, each theirs in order, with ids of their own", async () => {
  const sender = await start(inTurn(200), META, { people: 3 });
  await sender.say(10);
  expect(new Set(sender.sent.map(({ id }) => id)).size).toBe(10);
  for (const person of new Set(sender.sent.map((one) => one.person))) {
    const turns = sender.sent.filter((one) => one.person === person).map(({ turn }) => turn);
    expect(turns).toEqual(turns.map((_turn, index) => index));
  }
});

test("a taken webhook is delivered again where copies are wanted", async () => {
  const sender = await start(inTurn(200), META, { copies: () => 3 });
  await sender.say(4);
  expect(sender.answers).toEqual(new Map([[200, 12]]));
});

test("nobody there is no answer, and a probe ends with the first that is taken", async () => {
  const sender = await start(inTurn(503, 503, 200), META);
  const since = performance.now();
  expect(await sender.probe()).toBeGreaterThan(since);
  await sender.stop();
  expect(sender.taken()).toBe(sender.sent.length);
  const nowhere = createSender({ habits: EVOLUTION, targets: () => [], people: 1, timeScale: 0 });
  await nowhere.say(1);
  expect(nowhere.answers).toEqual(new Map([[0, 10]]));
});
