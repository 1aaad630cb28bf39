import type { Claimed } from "../db/mailbox.ts";
import type { ConversationPatch } from "../db/turns.ts";
import { describeTurn, type TurnRecord } from "./interaction.ts";
import type { Emission } from "./emission.ts";
import type { Plan } from "./plan.ts";
import {
  deliverRows,
  languageOf,
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
  const rows = await renderAndKeep(turn, outcome.replies);
  const said = [...(emission?.sent() ?? []), ...rows];
  const record: TurnRecord = { plan, rows: said, ...outcome, ms: deps.now() - turn.startedAt };
  const patch = patchOf(turn, plan, outcome);
  const interaction = describeTurn(row, record, languageOf(turn));
  const dead = outcome.isDead
    ? {
        reason: outcome.failure?.code ?? "answer_unreachable",
        detail: outcome.failure?.detail ?? "",
      }
    : null;
  const written = await deps.commit(turnRow(turn, rows, { done: true, interaction, dead, patch }));
  if (!written) return LOST;
  if (dead !== null) deps.observer.dead(turn.conversation.channel, dead.reason);
  deps.announce(row.messageId);
  const conversation = advance(turn.conversation, plan, patch);
  const earlier = emission?.delivery() ?? { kind: "done" };
  if (earlier.kind !== "done") return { kind: "answered", conversation, delivery: earlier };
  return { kind: "answered", conversation, delivery: await deliverRows(turn, rows) };
}

function patchOf({ conversation, row }: Turn, plan: Plan, outcome: Outcome): ConversationPatch {
  const { contactName, username } = row.message;
  const reference = plan.kind === "ask" ? plan.command?.reference : undefined;
  const isNewName = contactName !== undefined && contactName !== conversation.contactName;
  const isNewUsername = username !== undefined && username !== conversation.username;
  const { apologised } = outcome;
  const isNewApology = apologised !== undefined && apologised !== conversation.apologised;
  return {
    ...(isNewName && { contactName }),
    ...(isNewUsername && { username }),
    ...(reference !== undefined && { startReference: reference }),
    ...(plan.kind === "say" && plan.why === "opted_out_hint" && { hinted: true }),
    ...(isNewApology && { apologised }),
  };
}

/** What the next turn of this claim must know of this one. */
function advance(conversation: Claimed, plan: Plan, patch: ConversationPatch): Claimed {
  const consent = plan.kind === "silent" ? undefined : plan.consent;
  return {
    ...conversation,
    optedOut: consent === undefined ? conversation.optedOut : consent === "out",
    hinted: conversation.hinted || patch.hinted === true,
    apologised: patch.apologised ?? conversation.apologised,
    contactName: patch.contactName ?? conversation.contactName,
    startReference: patch.startReference ?? conversation.startReference,
    quietMs: 0,
    windowClosed: false,
  };
}
