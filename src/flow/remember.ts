import type { Session } from "../answers/backend.ts";
import type { ChainAnswer } from "../answers/chain.ts";
import type { Claimed } from "../db/mailbox.ts";
import type { Changes, ConversationPatch, UsageRow } from "../db/turns.ts";
import { storableData } from "../storable.ts";
import type { Outcome, Turn } from "./turn.ts";

/** What a turn changes in what the bot remembers: the session, its slots, what backends keep, who hears the next message. */
export function rememberedPatch({ conversation, deps }: Turn, outcome: Outcome): ConversationPatch {
  const { answer, session } = outcome;
  const patch = session?.isNew === true ? { sessionStarted: session.startedAt } : {};
  if (answer === undefined) return patch;
  const { holdMs, handoffMs } = deps.settings.answers;
  const { slots, memory, language } = answer;
  const isNewLanguage = language !== undefined && language !== conversation.language;
  return {
    ...patch,
    ...(answer.endSession === true && { sessionEnded: true }),
    ...(slots !== undefined && hasKeys(slots) && { slots: changesOf(slots) }),
    ...(hasKeys(memory) && { memory: changesOf(memory) }),
    ...(isNewLanguage && { language }),
    ...heldPatch(answer, conversation, holdMs),
    ...(answer.handoff === true && { paused: { reason: "handoff", forMs: handoffMs } }),
  };
}

function heldPatch(answer: ChainAnswer, { heldBy }: Claimed, holdMs: number): ConversationPatch {
  if (answer.hold === true && answer.backend !== null)
    return { held: { backend: answer.backend, forMs: answer.holdMs ?? holdMs } };
  return heldBy === null ? {} : { held: null };
}

function hasKeys(values: Readonly<Record<string, unknown>>): boolean {
  return Object.keys(values).length > 0;
}

/** A value of null forgets its name. */
function changesOf(values: Readonly<Record<string, unknown>>): Changes {
  const entries = Object.entries(values).filter(([, value]) => value !== undefined);
  const kept = entries.filter(([, value]) => value !== null);
  return {
    set: Object.fromEntries(kept.map(([name, value]) => [name, storableData(value)])),
    remove: entries.filter(([, value]) => value === null).map(([name]) => name),
  };
}

/** What every backend that was asked has used, whether it answered or not. */
export function usageOf(answer: ChainAnswer | undefined): readonly UsageRow[] {
  return [...(answer?.steps ?? []), ...(answer?.shadow ?? [])].flatMap(({ backend, usage }) =>
    usage === undefined
      ? []
      : [{ backend, tokens: usage.tokensIn + usage.tokensOut, cost: usage.cost ?? 0 }],
  );
}

/** The same changes for the next turn of a claim, which does not read the conversation again. */
export function advanceMemory(
  conversation: Claimed,
  patch: ConversationPatch,
  session: Session | undefined,
): Pick<Claimed, "slots" | "memory" | "heldBy" | "sessionStartedAt" | "properties" | "paused"> {
  const forgets = patch.sessionStarted !== undefined || patch.sessionEnded === true;
  const startedAt = session?.startedAt ?? conversation.sessionStartedAt;
  return {
    slots: changed(forgets ? {} : conversation.slots, patch.slots),
    memory: changed(forgets ? {} : conversation.memory, patch.memory),
    properties: changed(conversation.properties, patch.properties),
    sessionStartedAt: patch.sessionEnded === true ? null : startedAt,
    heldBy:
      patch.held === undefined
        ? forgets
          ? null
          : conversation.heldBy
        : (patch.held?.backend ?? null),
    paused: patch.paused === undefined ? conversation.paused : patch.paused !== null,
  };
}

function changed(
  values: Readonly<Record<string, unknown>>,
  changes: Changes | undefined,
): Record<string, unknown> {
  const all = { ...values, ...changes?.set };
  return Object.fromEntries(
    Object.entries(all).filter(([name]) => changes?.remove.includes(name) !== true),
  );
}
