import { simulator } from "../../i18n/simulator.ts";
import { liveState } from "../../shared/live.ts";
import { Icon } from "../../shared/ui/icon.tsx";
import { transcript } from "../state/transcript.ts";
import type { Line } from "../state/wire.ts";

/** Who one talks with, and what they are doing. */
export function PhoneHead({ line }: { readonly line: Line }) {
  const { conversation, problem } = transcript.value;
  return (
    <header class="phone-head">
      <span class="phone-face" aria-hidden="true">
        <Icon name="robot" size={22} />
      </span>
      <div class="phone-who">
        <h2>{simulator("bot_name")}</h2>
        <p role="status">{stateOf(conversation, problem !== undefined)}</p>
      </div>
      <span class="phone-line">{line.title}</span>
    </header>
  );
}

type Conversation = (typeof transcript.value)["conversation"];

function stateOf(conversation: Conversation, isBroken: boolean): string {
  if (isBroken || liveState.value === "lost") return simulator("state_waiting");
  if (conversation?.paused === true) return simulator("state_paused");
  if ((conversation?.pending.inbound ?? 0) > 0) return simulator("state_typing");
  return simulator("state_online");
}
