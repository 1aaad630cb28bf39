import type { ComponentChildren } from "preact";
import { common } from "../../i18n/common.ts";
import { operations } from "../../i18n/operations.ts";
import type { PagedList } from "../../shared/pages-of.ts";
import type { IconName } from "../../shared/ui/icon.tsx";
import { Empty, Failure, Loading, Stale } from "../../shared/ui/states.tsx";
import { VirtualList } from "../../shared/ui/virtual-list.tsx";

interface RowListProps<Row> {
  readonly list: PagedList<Row>;
  readonly label: string;
  /** What a row is likely to measure, pixels. */
  readonly estimate: number;
  /** What is said where there is nothing, and nothing was filtered. */
  readonly empty: { readonly title: string; readonly detail: string; readonly icon: IconName };
  readonly isNarrowed: boolean;
  readonly children: (row: Row) => ComponentChildren;
}

/** A list of the API in all its states: being read, empty, failed, old, long. */
export function RowList<Row extends { readonly id: string }>(props: RowListProps<Row>) {
  const { list, label, estimate, empty, isNarrowed, children } = props;
  const { rows, problem, isLoading, hasMore, more, reset, refresh } = list;
  if (rows.length === 0) {
    if (problem !== undefined) return <Failure problem={problem} onRetry={reset} />;
    if (isLoading) return <Loading />;
    if (isNarrowed) return <Empty title={common("nothing_found")} />;
    return <Empty {...empty} />;
  }
  return (
    <div class="op-list">
      {problem !== undefined && <Stale problem={problem} onRetry={refresh} />}
      <VirtualList
        label={label}
        rows={rows}
        keyOf={({ id }) => id}
        estimate={estimate}
        {...(hasMore && problem === undefined && { onEnd: more })}
      >
        {children}
      </VirtualList>
      <p class="hint op-list-foot" role="status">
        {isLoading && hasMore ? operations("reading_more") : ""}
      </p>
    </div>
  );
}
