import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { common } from "../../i18n/common.ts";
import { onReturn } from "../../shared/live.ts";
import type { PagedList } from "../../shared/pages-of.ts";
import { Failure, Loading, Stale } from "../../shared/ui/states.tsx";
import { type Column, Table } from "../../shared/ui/table.tsx";

interface ListedProps<Row> {
  readonly list: PagedList<Row>;
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly keyOf: (row: Row) => string;
  /** Shown where there is no row at all. */
  readonly empty: ComponentChildren;
}

/** A list as a table: being read, empty, refused, old, and its further pages on demand. */
export function Listed<Row>({ list, caption, columns, keyOf, empty }: ListedProps<Row>) {
  const { rows, problem, isLoading, hasMore, more, refresh, reset } = list;
  useEffect(() => onReturn(refresh), [refresh]);
  if (rows.length === 0) {
    if (problem !== undefined) return <Failure problem={problem} onRetry={reset} />;
    return isLoading ? <Loading /> : <>{empty}</>;
  }
  return (
    <>
      {problem !== undefined && <Stale problem={problem} onRetry={refresh} />}
      <Table caption={caption} columns={columns} rows={rows} keyOf={keyOf} />
      {hasMore && (
        <p class="listed-more">
          <button type="button" class="button" disabled={isLoading} onClick={more}>
            {isLoading ? common("loading") : common("more")}
          </button>
        </p>
      )}
    </>
  );
}
