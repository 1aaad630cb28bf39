import { conversations } from "../../../i18n/conversations.ts";
import { post } from "../../../shared/api.ts";
import { may } from "../../../shared/session.ts";
import { Action } from "../../../shared/ui/action.tsx";
import { say } from "../../../shared/ui/toast.tsx";
import type { Replay } from "../types.ts";

interface SendAgainProps {
  /** A message that was given up: one of ours that did not leave, or one of the person's that was not answered. */
  readonly id: string;
  readonly direction: "in" | "out";
  readonly onDone: () => void;
}

/** Takes a dead letter back to life, for whoever may. */
export function SendAgain({ id, direction, onDone }: SendAgainProps) {
  if (!may("events:write")) return null;
  const again = async () => {
    const { replayed } = await post<Replay>("/dead-letters/replay", { ids: [id] });
    say(conversations(replayed > 0 ? `again_${direction}` : "not_again"));
    onDone();
  };
  return (
    <Action small icon="reload" run={again}>
      {conversations(direction === "out" ? "send_again" : "answer_again")}
    </Action>
  );
}
