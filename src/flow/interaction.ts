import { randomUUIDv7 } from "node:crypto";
import type { Usage } from "../answers/backend.ts";
import type { ChainAnswer } from "../answers/chain.ts";
import type { InboxRow } from "../db/mailbox.ts";
import type { InteractionRow, OutgoingRow } from "../db/turns.ts";
import type { BridgeError } from "../errors.ts";
import type { Reply } from "../messages.ts";
import { keepReplies } from "./kept-replies.ts";
import type { Plan } from "./plan.ts";
import { storableRecord } from "../storable.ts";

export interface TurnRecord {
  readonly plan: Plan;
  readonly rows: readonly OutgoingRow[];
  /** What the bot said, before any channel changed it; absent where it was not asked. */
  readonly said?: readonly Reply[];
  readonly answer?: ChainAnswer;
  readonly failure?: BridgeError;
  readonly isDead: boolean;
  readonly ms: number;
}

function contextOf({ plan }: TurnRecord, row: InboxRow): Readonly<Record<string, unknown>> {
  const command = plan.kind === "silent" ? undefined : plan.command;
  return {
    content_type: row.message.content.type,
    ...(plan.kind === "ask" ? {} : { plan: plan.why }),
    ...(command !== undefined && { command: command.name }),
    ...(command?.reference !== undefined && { start_reference: command.reference }),
    ...(row.message.referral !== undefined && { referral: row.message.referral }),
    ...(row.earlier !== undefined && { merged: row.earlier.map(({ messageId }) => messageId) }),
  };
}

/** What all backends of the turn used up together, and the model of the one that answered. */
function costOf(answer: ChainAnswer | undefined) {
  const used = (answer?.steps ?? []).flatMap(({ backend, usage }) =>
    usage === undefined ? [] : [{ backend, ...usage }],
  );
  const last = used.findLast(({ backend }) => backend === answer?.backend) ?? used.at(-1);
  const sum = (value: (usage: Usage) => number): number | null =>
    used.length === 0 ? null : used.reduce((total, usage) => total + value(usage), 0);
  return {
    model: last?.model ?? null,
    tokensIn: sum(({ tokensIn }) => tokensIn),
    tokensOut: sum(({ tokensOut }) => tokensOut),
    cost: used.some(({ cost }) => cost !== undefined) ? sum(({ cost = 0 }) => cost) : null,
    requestId: last?.requestId ?? null,
  };
}

/** Describes a turn for the interaction log. Pure but for the id of the row. */
export function describeTurn(row: InboxRow, turn: TurnRecord, language: string): InteractionRow {
  const { answer, rows, failure } = turn;
  const kept = turn.said === undefined ? { replies: null } : keepReplies(turn.said);
  const said = rows.map(({ text }) => text).filter((text) => text !== "");
  const isSuccess =
    !turn.isDead && (answer === undefined || answer.backend !== null || failure === undefined);
  const wasInterrupted = turn.plan.kind === "silent" && turn.plan.why === "interrupted";
  return {
    id: randomUUIDv7(),
    messageText: answer?.heard ?? row.message.text,
    intent: answer?.intent ?? null,
    confidence: answer?.confidence ?? null,
    template: answer?.template ?? null,
    responseText: said.length === 0 ? null : said.join("\n\n"),
    responseId: rows[0]?.id ?? null,
    parameters: answer?.parameters === undefined ? null : storableRecord(answer.parameters),
    fallbackUsed: answer?.fallbackUsed ?? false,
    backend: answer?.backend ?? null,
    chain: answer?.steps ?? [],
    language,
    processingMs: Math.round(turn.ms),
    success: isSuccess && !wasInterrupted,
    error: failure === undefined ? null : `${failure.code}: ${failure.detail}`,
    context: { ...contextOf(turn, row), ...kept.note },
    ...costOf(answer),
    shadow: answer?.shadow ?? null,
    replies: kept.replies,
  };
}
