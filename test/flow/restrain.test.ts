import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { createMemoryCache } from "../../src/cache/memory.ts";
import type { Channel } from "../../src/channels/channel.ts";
import type { ConversationSettings } from "../../src/config/settings.ts";
import type { Database } from "../../src/db/driver.ts";
import { replayInbound } from "../../src/db/dead-letters.ts";
import { type InboxRow, release } from "../../src/db/mailbox.ts";
import { commitTurns } from "../../src/db/turns.ts";
import type { Plan } from "../../src/flow/plan.ts";
import { createRestrain } from "../../src/flow/restrain.ts";
import { arrive, claimOne, releaseOf, textMessage, turnOf } from "../db/scene.ts";

import { emptyDatabase } from "../db/empty.ts";
import { defaultSettings, openDatabase, plainChannel, recordingObserver } from "./scene.ts";

let db: Database;
beforeAll(async () => {
  db = await openDatabase();
});
afterAll(() => db.close());
beforeEach(() => emptyDatabase(db));

const web = {
  protocol: "http",
  allowedOrigins: ["*"],
  waitMs: 1_000,
  perMinute: { sender: 60, address: 600 },
} as const;
const ask: Plan = { kind: "ask", text: "oi", trusted: false };
const leave: Plan = { kind: "say", text: "tchau", why: "stop", consent: "out" };
const noAds: Plan = {
  kind: "say",
  text: "pronto",
  why: "stop_marketing",
  consent: "out_marketing",
};
const help: Plan = { kind: "say", text: "ajuda", why: "help", command: { name: "help" } };
const back: Plan = { kind: "say", text: "olá", why: "resume", consent: "in" };
const trigger = { type: "trigger", intent: "reminder", entities: {} } as const;

interface Given {
  readonly label: string;
  readonly plan: Plan;
  readonly late?: boolean;
  readonly content?: InboxRow["message"]["content"];
  readonly channel?: Partial<Channel>;
  readonly want: string;
}

/** A turn of a person who may send one message a day, and the step that decides over it. */
async function restrainedTurn(
  { late = false, content, channel = {} }: Omit<Given, "want" | "label" | "plan">,
  limits: Partial<ConversationSettings> = { floodMessages: 1, floodWindowMs: 86_400_000 },
) {
  const sentAt = new Date(Date.now() - (late ? 2 * 86_400_000 : 0)).toISOString();
  await arrive(db, [{ ...textMessage("wamid.1", "oi"), sentAt }]);
  const conversation = await claimOne(db);
  const [stored] = conversation.inbox;
  if (stored === undefined) throw new Error("nothing came");
  const row =
    content === undefined ? stored : { ...stored, message: { ...stored.message, content } };
  const { conversation: settings, answers } = defaultSettings();
  const restrain = createRestrain({
    db,
    settings: { ...settings, ...limits },
    answers,
    increment: createMemoryCache().increment,
    observer: recordingObserver(),
  });
  return { restrain, turn: { row, channel: plainChannel(channel), conversation, fails: 0 } };
}

/** What becomes of a plan once the person's limit is used up, or where the message came a day late. */
async function outcome({ plan, ...given }: Omit<Given, "want" | "label">) {
  const { restrain, turn } = await restrainedTurn(given);
  if (given.late !== true)
    for (const id of ["earlier-1", "earlier-2"])
      await restrain({ ...turn, row: { ...turn.row, id } }, ask);
  const end = await restrain(turn, plan);
  return end === plan ? "as planned" : `${end.kind} ${end.kind === "ask" ? "" : end.why}`;
}

test.each<Given>([
  { label: "a question beyond the limit is left", plan: ask, want: "silent flood" },
  { label: "a command beyond the limit is answered", plan: help, want: "as planned" },
  { label: "who comes back is greeted beyond the limit", plan: back, want: "as planned" },
  { label: "who leaves is heard beyond the limit", plan: leave, want: "as planned" },
  {
    label: "what is silent anyway keeps its reason",
    plan: { kind: "silent", why: "paused" },
    want: "as planned",
  },
  {
    label: "a web client has limits of its own",
    plan: ask,
    channel: { web },
    want: "as planned",
  },
  {
    label: "what nobody asked for is no message of a person",
    plan: ask,
    content: trigger,
    want: "as planned",
  },
  { label: "a late question is left", plan: ask, late: true, want: "silent stale" },
  { label: "a late command is left", plan: help, late: true, want: "silent stale" },
  { label: "a late return is left", plan: back, late: true, want: "silent stale" },
  { label: "who leaves is heard however late", plan: leave, late: true, want: "as planned" },
  { label: "so is who wants no advertising", plan: noAds, late: true, want: "as planned" },
  {
    label: "a web client's clock counts for nothing",
    plan: ask,
    late: true,
    channel: { web },
    want: "as planned",
  },
])("$label", async (given) => {
  expect(await outcome(given)).toBe(given.want);
});

test.each([
  { label: "that waited while we were away are no loop", minutes: 10, want: "ask" },
  { label: "that came at once are one", minutes: 0, want: "silent" },
])("many messages of one person $label", async ({ minutes, want }) => {
  const { restrain, turn } = await restrainedTurn({}, { loopAnswers: 4, loopRepeats: 1 });
  const kinds = [];
  const now = Date.now();
  for (const place of [1, 2, 3, 4, 5]) {
    const receivedAt = new Date(now - place * minutes * 60_000).toISOString();
    const row = { ...turn.row, id: `waiting-${place}`, receivedAt };
    kinds.push((await restrain({ ...turn, row }, ask)).kind);
  }
  expect(kinds).toEqual(["ask", "ask", "ask", "ask", want]);
});

test("a turn that begins anew after a crash does not count its message again", async () => {
  const { restrain, turn } = await restrainedTurn({});
  const tries = [await restrain(turn, ask), await restrain(turn, ask), await restrain(turn, ask)];
  expect(tries.map(({ kind }) => kind)).toEqual(["ask", "ask", "ask"]);
});

test("a burst that was given up comes back whole when it is replayed", async () => {
  await arrive(db, [textMessage("wamid.1", "um"), textMessage("wamid.2", "dois")]);
  const held = await claimOne(db);
  const [first, second] = held.inbox;
  if (first === undefined || second === undefined) throw new Error("two were sent");
  const merged = [{ inboxId: first.id, messageId: first.messageId }];
  const dead = { reason: "answer_refused", detail: "no" };
  await commitTurns(db, [{ ...turnOf({ ...held, inbox: [second] }, []), merged, dead }]);
  await release(db, [releaseOf(held)]);
  expect(await replayInbound(db, [second.messageId])).toBe(1);
  const again = await claimOne(db);
  expect(again.inbox.map(({ message, emitted }) => [message.text, emitted])).toEqual([
    ["um", false],
    ["dois", false],
  ]);
  expect(await db.query("select 1 from messages")).toEqual([]);
});
