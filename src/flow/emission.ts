import type { OutgoingRow } from "../db/turns.ts";
import { BridgeError } from "../errors.ts";
import type { Reply } from "../messages.ts";
import type { Delivery } from "./deliver.ts";
import { deliverRows, renderAndKeep, type Turn, turnRow } from "./turn.ts";

/** Replies that a backend emits ahead are committed and sent one lot after the other; the first obstacle stops sending. */
export interface Emission {
  readonly emit: (replies: readonly Reply[]) => Promise<void>;
  readonly delivery: () => Delivery;
  readonly sent: () => readonly OutgoingRow[];
}

export function openEmission(turn: Turn): Emission {
  let delivery: Delivery = { kind: "done" };
  const sent: OutgoingRow[] = [];
  return {
    delivery: () => delivery,
    sent: () => sent,
    emit: async (replies) => {
      const rows = await renderAndKeep(turn, replies);
      if (!(await turn.deps.commit(turnRow(turn, rows, { done: false }))))
        throw new BridgeError("store_fenced", "the conversation is no longer ours");
      sent.push(...rows);
      turn.deps.announce(turn.row.messageId);
      if (delivery.kind === "done") delivery = await deliverRows(turn, rows);
    },
  };
}
