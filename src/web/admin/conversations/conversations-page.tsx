import { useEffect } from "preact/hooks";
import { conversations } from "../../i18n/conversations.ts";
import { shell } from "../../i18n/shell.ts";
import { query } from "../../shared/router.ts";
import { Empty } from "../../shared/ui/states.tsx";
import { ConversationPane } from "./conversation-pane.tsx";
import { FilterBar } from "./filter-bar.tsx";
import { readFilters } from "./filters.ts";
import { ConversationList } from "./conversation-list.tsx";
import { startSeen } from "./seen.ts";
import { useChannels } from "./use-channels.ts";
import { useConversations } from "./use-conversations.ts";

/** Who the bot talks with: the list, and beside it, or in its place on a phone, one conversation. */
export function ConversationsPage({ id }: { readonly id?: string }) {
  const title = shell("conversations");
  useEffect(() => {
    document.title = `${title} · Ponte`;
  }, [title]);
  useEffect(startSeen, []);
  const filters = readFilters(query.value);
  const channels = useChannels();
  const list = useConversations(filters);
  return (
    <div class={`talks ${id === undefined ? "" : "talks-open"}`}>
      <h1 class="visually-hidden">{title}</h1>
      <section class="talks-side" aria-label={conversations("list_label")}>
        <FilterBar filters={filters} channels={channels} rows={list.rows} />
        <ConversationList list={list} filters={filters} channels={channels} chosen={id} />
      </section>
      <section class="talks-main" aria-label={conversations("pane_label")}>
        {id === undefined ? (
          <Empty
            icon="conversations"
            title={conversations("choose_title")}
            detail={conversations("choose_detail")}
          />
        ) : (
          <ConversationPane key={id} id={id} channels={channels} onChange={list.refresh} />
        )}
      </section>
    </div>
  );
}
