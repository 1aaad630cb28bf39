import type { Session } from "../answers/backend.ts";
import type { Claimed } from "../db/mailbox.ts";
import type { ConversationPatch, Menu, OutgoingRow } from "../db/turns.ts";
import { describeTurn, type TurnRecord } from "./interaction.ts";
import { advanceMemory, rememberedPatch, usageOf } from "./remember.ts";
import { startReferenceOf } from "./start-reference.ts";
import { eventsOf } from "./turn-events.ts";
import type { Emission } from "./emission.ts";
import type { Plan } from "./plan.ts";
import {
  deliverRows,
  languageOf,
  markFirst,
  type Outcome,
  renderAndKeep,
  type Turn,
  type TurnEnd,
  turnRow,
} from "./turn.ts";

const LOST = { kind: "lost" } as const;

/** Writes the turn and sends what it said. */
export async function finish(
  turn: Turn,
  plan: Plan,
  outcome: Outcome,
  emission?: Emission,
): Promise<TurnEnd> {
  const { deps, row } = turn;
  const earlier = emission?.delivery() ?? { kind: "done" };
  const rendered = await renderAndKeep(turn, outcome.replies);
  const rows = earlier.kind === "done" ? await markFirst(turn, rendered) : rendered;
  const said = [...(emission?.sent() ?? []), ...rows];
  const { answer, failure, isDead } = outcome;
  const record: TurnRecord = {
    plan,
    rows: said,
    isDead,
    ms: deps.now() - turn.startedAt,
    ...(answer !== undefined && {
      answer,
      said: [...(emission?.replies() ?? []), ...outcome.replies],
    }),
    ...(failure !== undefined && { failure }),
  };
  const patch = {
    ...patchOf(turn, plan, outcome),
    ...menuPatch(turn, plan, said),
    ...rememberedPatch(turn, outcome),
    ...pausePatch(turn, plan),
  };
  const interaction = describeTurn(row, record, languageOf(turn));
  const dead = outcome.isDead
    ? {
        reason: outcome.failure?.code ?? "answer_unreachable",
        detail: outcome.failure?.detail ?? "",
      }
    : null;
  const heard = outcome.answer?.heard;
  const written = await deps.commit(
    turnRow(turn, rows, {
      done: true,
      interaction,
      dead,
      patch,
      usage: usageOf(outcome.answer),
      events: eventsOf(turn, outcome, patch),
      ...(heard !== undefined && { heard }),
    }),
  );
  if (!written) return LOST;
  if (dead !== null) deps.observer.dead(turn.conversation.channel, dead.reason);
  for (const { backend, usage } of [...(answer?.steps ?? []), ...(answer?.shadow ?? [])])
    if (usage !== undefined) deps.observer.used(backend, usage);
  deps.announce(row.messageId);
  const conversation = advance(turn, plan, patch, outcome.session);
  if (earlier.kind !== "done") return { kind: "answered", conversation, delivery: earlier };
  return { kind: "answered", conversation, delivery: await deliverRows(turn, rows) };
}

function patchOf({ conversation, row }: Turn, plan: Plan, outcome: Outcome): ConversationPatch {
  const { contactName, username } = row.message;
  const reference = startReferenceOf(plan, row.message, conversation);
  const isNewName = contactName !== undefined && contactName !== conversation.contactName;
  const isNewUsername = username !== undefined && username !== conversation.username;
  const { apologised } = outcome;
  const session = outcome.answer?.session;
  const isNewSession = session !== (conversation.session ?? conversation.id);
  const isNewApology = apologised !== undefined && apologised !== conversation.apologised;
  return {
    ...(isNewName && { contactName }),
    ...(isNewUsername && { username }),
    ...(reference !== undefined && { startReference: reference }),
    ...(plan.kind === "say" && plan.why === "opted_out_hint" && { hinted: true }),
    ...(plan.kind === "silent" && plan.quiet !== undefined && { paused: plan.quiet }),
    ...(isNewApology && { apologised }),
    ...(session !== undefined && isNewSession && { session }),
  };
}

/** The person asked for one of ours, or for the bot again. */
function pausePatch({ deps }: Turn, plan: Plan): ConversationPatch {
  if (plan.kind !== "say" || plan.pause === undefined) return {};
  const { handoffMs } = deps.settings.answers;
  return { paused: plan.pause === "end" ? null : { reason: "person_asked", forMs: handoffMs } };
}

/** An answer ends the choices of the one before: a number typed later is an answer to what was asked last. */
function menuPatch(
  { channel, conversation }: Turn,
  plan: Plan,
  said: readonly OutgoingRow[],
): ConversationPatch {
  if (channel.typedChoices !== true) return {};
  const menu = said.findLast((row) => row.menu !== undefined)?.menu;
  if (menu !== undefined) return { menu };
  return plan.kind === "ask" && conversation.menu !== null ? { menu: null } : {};
}

/** What the next turn of this claim must know of this one. */
function advance(
  { conversation, row }: Turn,
  plan: Plan,
  patch: ConversationPatch,
  session: Session | undefined,
): Claimed {
  const consent = plan.kind === "silent" ? undefined : plan.consent;
  return {
    ...conversation,
    optedOut: consent === "out" || (consent !== "in" && conversation.optedOut),
    hinted: conversation.hinted || patch.hinted === true,
    apologised: patch.apologised ?? conversation.apologised,
    contactName: patch.contactName ?? conversation.contactName,
    startReference: patch.startReference ?? conversation.startReference,
    menu: patch.menu === undefined ? conversation.menu : copyOf(patch.menu),
    session: patch.session ?? conversation.session,
    language: patch.language ?? conversation.language,
    quietMs: 0,
    windowClosed: false,
    lastSaidAt: row.receivedAt,
    ...advanceMemory(conversation, patch, session),
  };
}

function copyOf(menu: Menu | null) {
  return menu === null ? null : [...menu];
}
