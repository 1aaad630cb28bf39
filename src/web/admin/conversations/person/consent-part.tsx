import { details } from "../../../i18n/conversation-details.ts";
import { post } from "../../../shared/api.ts";
import type { ConversationDetail } from "../../../shared/api-types.ts";
import { may } from "../../../shared/session.ts";
import { Tag } from "../../../shared/ui/tag.tsx";
import { say } from "../../../shared/ui/toast.tsx";
import type { Contact } from "../types.ts";
import { ConfirmButton } from "./confirm-button.tsx";

interface ConsentPartProps {
  readonly conversation: ConversationDetail;
  readonly onChange: () => void;
}

/** What the person wants to receive, and the switch for those who say it by another way. */
export function ConsentPart({ conversation, onChange }: ConsentPartProps) {
  const { contact_id: id, channel, account, opt_outs: scopes } = conversation;
  const change = (what: "opt-in" | "opt-out") => async () => {
    await post<Contact>(`/contacts/${id}/${what}`, { channel, account, scope: "all" });
    say(details(what === "opt-in" ? "opted_in_now" : "opted_out_now"));
    onChange();
  };
  return (
    <section class="panel-part">
      <h3>{details("consent")}</h3>
      <p class="row">
        {scopes.length === 0 && <Tag tone="good">{details("consent_open")}</Tag>}
        {scopes.map((scope) => (
          <Tag key={scope} tone="warning" icon="stop">
            {details(`consent_${scope}`)}
          </Tag>
        ))}
      </p>
      {may("contacts:write") &&
        (scopes.includes("all") ? (
          <ConfirmButton
            label={details("opt_in")}
            detail={details("opt_in_detail")}
            run={change("opt-in")}
          />
        ) : (
          <ConfirmButton
            label={details("opt_out")}
            detail={details("opt_out_detail")}
            run={change("opt-out")}
          />
        ))}
    </section>
  );
}
