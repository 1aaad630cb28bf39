import { inside } from "../../i18n/simulator-inside.ts";
import { Icon } from "../../shared/ui/icon.tsx";
import { Empty, Loaded } from "../../shared/ui/states.tsx";
import { chooseMessage, chosenMessage } from "../state/place.ts";
import { transcript } from "../state/transcript.ts";
import type { Line } from "../state/wire.ts";
import { BackendCard } from "./backend-card.tsx";
import { messageInView, useExplanation } from "./explained.ts";
import { PayloadCard } from "./payload-card.tsx";
import { UnderstoodCard } from "./understood-card.tsx";
import { WebhookCard } from "./webhook-card.tsx";

/** The way of one message: webhook in, what was understood, the backend's reply, payloads out. */
export function MessageSide({ line }: { readonly line: Line }) {
  const message = messageInView();
  if (message === undefined)
    return <Empty icon="search" title={inside("way_none")} detail={inside("way_none_detail")} />;
  return (
    <>
      <div class="row spread way-head">
        <span class="hint">
          {inside(chosenMessage.value === message.id ? "way_chosen" : "way_last")}
        </span>
        <span class="row">
          {chosenMessage.value !== undefined && (
            <button type="button" class="link-button" onClick={() => chooseMessage(undefined)}>
              {inside("follow_last")}
            </button>
          )}
          <DashboardLink />
        </span>
      </div>
      <Way id={message.id} line={line} />
    </>
  );
}

/** Where an operator sees this conversation. */
function DashboardLink() {
  const { conversation } = transcript.value;
  if (conversation === undefined) return null;
  return (
    <a href={`/admin/conversations/${conversation.id}`} target="_blank" rel="noopener">
      <Icon name="link" size={14} /> {inside("in_dashboard")}
    </a>
  );
}

function Way({ id, line }: { readonly id: string; readonly line: Line }) {
  const read = useExplanation(id);
  return (
    <Loaded from={read}>
      {({ webhook, parsed, interaction, replies }) => (
        <div class="way">
          {webhook !== null && <WebhookCard webhook={webhook} />}
          {parsed !== null && <UnderstoodCard parsed={parsed} />}
          {(interaction !== null || webhook !== null) && <BackendCard interaction={interaction} />}
          {replies.map((reply, index) => (
            <PayloadCard
              key={reply.id}
              reply={reply}
              line={line}
              number={replies.length > 1 ? index + 1 : undefined}
            />
          ))}
        </div>
      )}
    </Loaded>
  );
}
