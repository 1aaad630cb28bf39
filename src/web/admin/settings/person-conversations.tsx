import { people } from "../../i18n/people.ts";
import { get, type PageOf } from "../../shared/api.ts";
import type { Conversation } from "../../shared/api-types.ts";
import { useResource } from "../../shared/resource.ts";
import { may } from "../../shared/session.ts";
import { Icon } from "../../shared/ui/icon.tsx";
import { SafeText } from "../../shared/ui/safe-text.tsx";
import { Loaded } from "../../shared/ui/states.tsx";
import { Tag } from "../../shared/ui/tag.tsx";
import { Ago } from "../../shared/ui/time.tsx";

/** A person has one conversation for each account written to. */
const MOST = 50;

/** The way to a person's conversations. */
export function PersonConversations({ contactId }: { readonly contactId: string }) {
  if (!may("conversations:read")) return null;
  return (
    <section class="card stack">
      <h2>{people("conversations")}</h2>
      <Conversations contactId={contactId} />
    </section>
  );
}

function Conversations({ contactId }: { readonly contactId: string }) {
  const read = useResource(`conversations of ${contactId}`, (signal) =>
    get<PageOf<Conversation>>("/conversations", { contact_id: contactId, limit: MOST }, signal),
  );
  return (
    <Loaded from={read}>
      {({ data }) =>
        data.length === 0 ? (
          <p class="hint">{people("conversations_none")}</p>
        ) : (
          <ul class="person-conversations">
            {data.map((one) => (
              <li key={one.id}>
                <a href={`/admin/conversations/${one.id}`}>
                  <Icon name="conversations" size={18} />
                  <Tag>{one.channel}</Tag>
                  <span class="set-numbers">
                    <SafeText text={one.last_message?.text ?? one.account} max={80} />
                  </span>
                  <span class="hint">
                    <Ago at={one.updated_at} />
                  </span>
                </a>
              </li>
            ))}
          </ul>
        )
      }
    </Loaded>
  );
}
