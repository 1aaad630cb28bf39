import { conversations } from "../../i18n/conversations.ts";
import { common } from "../../i18n/common.ts";
import type { Conversation } from "../../shared/api-types.ts";
import type { PagedList } from "../../shared/pages-of.ts";
import { session } from "../../shared/session.ts";
import { Empty, Failure, Loading, Stale } from "../../shared/ui/states.tsx";
import { VirtualList } from "../../shared/ui/virtual-list.tsx";
import { ConversationRow } from "./conversation-row.tsx";
import { type Filters, isFiltered } from "./filters.ts";
import type { Channel } from "./types.ts";

interface ConversationListProps {
  readonly list: PagedList<Conversation>;
  readonly filters: Filters;
  readonly channels: ReadonlyMap<string, Channel>;
  readonly chosen: string | undefined;
}

/** Height of a row before it was measured, pixels. */
const ROW_HEIGHT = 88;

/** The conversations, the last changed first. */
export function ConversationList({ list, filters, channels, chosen }: ConversationListProps) {
  const { rows, problem, isLoading, hasMore, more, refresh, reset } = list;
  if (rows.length === 0) {
    if (problem?.status === 403 && filters.q !== undefined)
      return (
        <Empty title={common("nothing_found")} detail={conversations("search_masked")} icon="key" />
      );
    if (problem !== undefined) return <Failure problem={problem} onRetry={reset} />;
    if (isLoading) return <Loading />;
    return isFiltered(filters) ? (
      <Empty title={common("nothing_found")} detail={conversations("nothing_found_detail")} />
    ) : (
      <NoConversations />
    );
  }
  return (
    <>
      {problem !== undefined && <Stale problem={problem} onRetry={refresh} />}
      <VirtualList<Conversation>
        rows={rows}
        keyOf={(row) => row.id}
        estimate={ROW_HEIGHT}
        label={conversations("list_label")}
        {...(hasMore && problem === undefined && { onEnd: more })}
      >
        {(row) => (
          <ConversationRow
            row={row}
            type={channels.get(row.channel)?.type}
            isChosen={row.id === chosen}
          />
        )}
      </VirtualList>
      {isLoading && hasMore && (
        <p class="talks-more hint" role="status">
          {common("loading")}
        </p>
      )}
    </>
  );
}

function NoConversations() {
  return (
    <Empty
      icon="conversations"
      title={conversations("none_title")}
      detail={conversations("none_detail")}
    >
      {session.value?.simulator !== null && (
        <a class="button" href="/simulator">
          {conversations("to_simulator")}
        </a>
      )}
    </Empty>
  );
}
