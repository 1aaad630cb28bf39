import { details } from "../../../i18n/conversation-details.ts";
import { get, post } from "../../../shared/api.ts";
import type { ConversationDetail } from "../../../shared/api-types.ts";
import { formatDateTime } from "../../../shared/format.ts";
import { useResource } from "../../../shared/resource.ts";
import { may } from "../../../shared/session.ts";
import { Json } from "../../../shared/ui/json.tsx";
import { Loaded } from "../../../shared/ui/states.tsx";
import { say } from "../../../shared/ui/toast.tsx";
import type { Slots } from "../types.ts";
import { ConfirmButton } from "./confirm-button.tsx";

interface SessionPartProps {
  readonly id: string;
  readonly onChange: () => void;
}

/** What the bot remembers in this conversation, and the way to make it forget. */
export function SessionPart({ id, onChange }: SessionPartProps) {
  const slots = useResource(`slots:${id}`, (signal) =>
    get<Slots>(`/conversations/${id}/slots`, undefined, signal),
  );
  const reset = async () => {
    await post<ConversationDetail>(`/conversations/${id}/reset`);
    say(details("reset_done"));
    slots.reload();
    onChange();
  };
  return (
    <section class="panel-part">
      <h3>{details("slots")}</h3>
      <Loaded from={slots}>
        {({ slots: known, session_started_at: since }) => (
          <>
            {since !== null && (
              <p class="hint">{details("session_since", { time: formatDateTime(since) })}</p>
            )}
            {Object.keys(known).length === 0 ? (
              <p class="hint">{details("slots_none")}</p>
            ) : (
              <Json value={known} label={details("slots")} />
            )}
          </>
        )}
      </Loaded>
      {may("conversations:write") && (
        <ConfirmButton label={details("reset")} detail={details("reset_detail")} run={reset} />
      )}
    </section>
  );
}
