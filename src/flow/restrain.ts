import type { Cache } from "../cache/cache.ts";
import type { AnswerSettings, ConversationSettings } from "../config/settings.ts";
import type { Database } from "../db/driver.ts";
import { listHistory } from "../db/history.ts";
import { admit, countArrival } from "./flood.ts";
import { findLoop, linesNeeded } from "./loop.ts";
import type { Observer } from "./observer.ts";
import { type Plan, textFor } from "./plan.ts";
import { isStale } from "./stale.ts";
import type { Turn } from "./turn.ts";

export interface RestrainDependencies {
  readonly db: Database;
  readonly settings: ConversationSettings;
  readonly answers: Pick<AnswerSettings, "language">;
  readonly increment: Cache["increment"];
  readonly observer: Observer;
}

type Restrained = Pick<Turn, "row" | "channel" | "conversation" | "fails">;

/** How long a message is remembered as counted, milliseconds: longer than an interrupted turn waits for its next try. */
const COUNTED_FOR_MS = 600_000;

/** Decides whether a message is left unanswered after all: it came too late, there are too many, or nobody reads us. */
export type Restrain = (turn: Restrained, plan: Plan) => Promise<Plan>;

/**
 * Builds that step. Whoever wants to leave is always heard, and so are commands by the limit on messages. Web clients have
 * limits of their own, and what nobody asked for is no message of a person.
 */
export function createRestrain(deps: RestrainDependencies): Restrain {
  return async (turn, plan) => {
    const { row, channel, conversation } = turn;
    if (plan.kind === "silent" || row.message.content.type === "trigger") return plan;
    if (channel.web !== undefined || isLeaving(plan)) return plan;
    if (isStale(row, deps.settings.staleAfterMs)) {
      deps.observer.event(conversation.channel, "stale");
      return { kind: "silent", why: "stale" };
    }
    if (plan.consent !== undefined || (await wasCounted(deps, turn))) return plan;
    const flooded = plan.command === undefined ? await planFlood(deps, turn) : undefined;
    return flooded ?? (await planLoop(deps, turn)) ?? plan;
  };
}

function isLeaving(plan: Plan): boolean {
  return plan.kind === "say" && plan.consent !== undefined && plan.consent !== "in";
}

/**
 * A later try is not one more message: not after a failure, and not after a process or a database went away in the middle of
 * a turn, which leaves no trace but this one.
 */
async function wasCounted(
  { increment }: RestrainDependencies,
  { row, fails }: Restrained,
): Promise<boolean> {
  if (fails > 0) return true;
  const { hits } = await increment(`counted\n${row.id}`, COUNTED_FOR_MS);
  return hits > 1;
}

async function planFlood(deps: RestrainDependencies, turn: Restrained): Promise<Plan | undefined> {
  const { settings, observer, answers } = deps;
  const { channel, contactId, language } = turn.conversation;
  const { receivedAt } = turn.row;
  const verdict = await admit({ channel, contactId, receivedAt }, settings, deps.increment);
  if (verdict === "answer") return undefined;
  observer.event(channel, "flood");
  const text =
    verdict === "notice"
      ? textFor(settings.floodTexts, language ?? answers.language, answers.language)
      : undefined;
  const why = "flood";
  return text === undefined ? { kind: "silent", why } : { kind: "say", why, text };
}

/** Reads the history only of who writes much: everybody else costs one count. */
async function planLoop(deps: RestrainDependencies, turn: Restrained): Promise<Plan | undefined> {
  const { settings, observer } = deps;
  const { loopRepeats, loopAnswers, loopWindowMs, loopPauseMs } = settings;
  if (loopRepeats === 0) return undefined;
  const { id, channel } = turn.conversation;
  const { receivedAt } = turn.row;
  const hits = await countArrival(deps.increment, `turns\n${id}`, receivedAt, loopWindowMs);
  if (hits <= loopRepeats) return undefined;
  const sign = hits > loopAnswers ? "answers" : await findSign(deps, turn);
  if (sign === undefined) return undefined;
  observer.event(channel, "loop");
  const error = new Error(`another program seems to write to us: ${sign}`);
  const fields = { channel, conversation: id, pauseMs: loopPauseMs };
  observer.problem("the bot is quiet in a conversation that seems to be a loop", error, fields);
  return { kind: "silent", why: "loop", quiet: { reason: "loop", forMs: loopPauseMs } };
}

async function findSign({ db, settings }: RestrainDependencies, { conversation, row }: Restrained) {
  const { loopRepeats, loopWindowMs } = settings;
  if (row.message.content.type !== "text") return undefined;
  const since = new Date(Date.parse(row.receivedAt) - loopWindowMs).toISOString();
  const lines = await listHistory(db, conversation.id, since, linesNeeded(loopRepeats));
  return findLoop(row.message.text, lines, loopRepeats);
}
