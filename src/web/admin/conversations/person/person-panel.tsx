import { details } from "../../../i18n/conversation-details.ts";
import { get } from "../../../shared/api.ts";
import type { ConversationDetail } from "../../../shared/api-types.ts";
import { formatDateTime } from "../../../shared/format.ts";
import { useResource } from "../../../shared/resource.ts";
import { setQuery } from "../../../shared/router.ts";
import { may } from "../../../shared/session.ts";
import { Dialog } from "../../../shared/ui/dialog.tsx";
import { Json } from "../../../shared/ui/json.tsx";
import { SafeText } from "../../../shared/ui/safe-text.tsx";
import { Loaded } from "../../../shared/ui/states.tsx";
import { Tag } from "../../../shared/ui/tag.tsx";
import { Ago } from "../../../shared/ui/time.tsx";
import type { Contact } from "../types.ts";
import { nameOf, showIdentity } from "../who.ts";
import { ConsentPart } from "./consent-part.tsx";
import { RecordPart } from "./record-part.tsx";
import { SessionPart } from "./session-part.tsx";

interface PersonPanelProps {
  readonly conversation: ConversationDetail;
  readonly onChange: () => void;
}

/** Who the person is, what is known of them, what they agreed to, and what can be done about all that. */
export function PersonPanel({ conversation, onChange }: PersonPanelProps) {
  const { id, contact_id: contactId } = conversation;
  return (
    <Dialog
      title={nameOf(conversation)}
      shape="side"
      onClose={() => setQuery({ panel: undefined })}
    >
      <Facts conversation={conversation} />
      <Identities conversation={conversation} />
      {may("contacts:read") && <Known id={contactId} />}
      <ConsentPart conversation={conversation} onChange={onChange} />
      <SessionPart id={id} onChange={onChange} />
      <RecordPart contactId={contactId} onErased={onChange} />
    </Dialog>
  );
}

function Facts({ conversation }: { readonly conversation: ConversationDetail }) {
  const { pending, language } = conversation;
  return (
    <section class="panel-part">
      <dl class="facts">
        <dt>{details("fact_channel")}</dt>
        <dd>
          <SafeText text={conversation.channel} max={80} /> ·{" "}
          <SafeText text={conversation.account} max={80} />
        </dd>
        <dt>{details("fact_language")}</dt>
        <dd>{language === null ? "–" : <SafeText text={language} max={40} />}</dd>
        <dt>{details("fact_since")}</dt>
        <dd>{formatDateTime(conversation.created_at)}</dd>
        <dt>{details("fact_last_inbound")}</dt>
        <dd>
          <Ago at={conversation.last_inbound_at} />
        </dd>
        <dt>{details("fact_pending")}</dt>
        <dd>
          {pending.inbound + pending.outbound === 0
            ? details("pending_none")
            : details("pending_counts", {
                inbound: pending.inbound,
                outbound: pending.outbound,
              })}
        </dd>
      </dl>
    </section>
  );
}

const KINDS = ["phone", "bsuid", "parent_bsuid", "lid", "sender"] as const;

function Identities({ conversation }: { readonly conversation: ConversationDetail }) {
  return (
    <section class="panel-part">
      <h3>{details("identities")}</h3>
      <ul class="panel-list">
        {conversation.identities.map(({ kind, value, last_seen_at: at }) => {
          const known = KINDS.find((one) => one === kind);
          return (
            <li key={`${kind} ${value}`} class="row spread">
              <span class="row">
                <Tag>{known === undefined ? kind : details(`kind_${known}`)}</Tag>
                <SafeText text={showIdentity(value) ?? ""} max={120} />
              </span>
              <span class="hint">
                <Ago at={at} />
              </span>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

/** What an operator or a bot noted of the person. */
function Known({ id }: { readonly id: string }) {
  const contact = useResource(`contact:${id}`, (signal) =>
    get<Contact>(`/contacts/${id}`, undefined, signal),
  );
  return (
    <section class="panel-part">
      <h3>{details("properties")}</h3>
      <Loaded from={contact}>
        {({ properties }) =>
          Object.keys(properties).length === 0 ? (
            <p class="hint">{details("properties_none")}</p>
          ) : (
            <Json value={properties} label={details("properties")} />
          )
        }
      </Loaded>
      <a href={`/admin/people/${id}`}>{details("to_person")}</a>
    </section>
  );
}
