import type { ConversationPatch, OutgoingRow, TurnRow } from "../db/turns.ts";
import { BridgeError } from "../errors.ts";
import type { Reply } from "../messages.ts";
import type { Delivery } from "./delivery.ts";
import { deliverRows, markFirst, renderAndKeep, type Turn, turnRow } from "./turn.ts";

/** Replies that a backend emits ahead are committed and sent one lot after the other; the first obstacle stops sending. */
export interface Emission {
  readonly emit: (replies: readonly Reply[]) => Promise<void>;
  /** Says what is no part of the answer: the turn goes on as if nothing had been said, and after a crash begins anew. */
  readonly aside: (replies: readonly Reply[], patch: ConversationPatch) => Promise<void>;
  readonly delivery: () => Delivery;
  readonly sent: () => readonly OutgoingRow[];
  /** What was emitted, as the backend gave it. */
  readonly replies: () => readonly Reply[];
}

export function openEmission(turn: Turn): Emission {
  let delivery: Delivery = { kind: "done" };
  const sent: OutgoingRow[] = [];
  const emitted: Reply[] = [];
  const say = async (
    replies: readonly Reply[],
    change: Pick<TurnRow, "patch"> & Partial<Pick<TurnRow, "aside">>,
  ): Promise<readonly OutgoingRow[]> => {
    const rendered = await renderAndKeep(turn, replies);
    const sinceMs = sent.length > 0 ? 0 : null;
    const rows = delivery.kind === "done" ? await markFirst(turn, rendered, sinceMs) : rendered;
    if (!(await turn.deps.commit({ ...turnRow(turn, rows, { done: false }), ...change })))
      throw new BridgeError("store_fenced", "the conversation is no longer ours");
    turn.deps.announce(turn.row.messageId);
    if (delivery.kind === "done") delivery = await deliverRows(turn, rows, sinceMs);
    return rows;
  };
  return {
    delivery: () => delivery,
    sent: () => sent,
    aside: async (replies, patch) => void (await say(replies, { patch, aside: true })),
    replies: () => emitted,
    emit: async (replies) => {
      sent.push(...(await say(replies, { patch: {} })));
      emitted.push(...replies);
    },
  };
}
