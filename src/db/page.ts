/** A place in a list ordered by time and id, newest first. `at` is RFC 3339 UTC with microseconds. */
export interface Position {
  readonly at: string;
  readonly id: string;
}

/** Which rows of a list are wanted: at most `limit`, all of them after `after` in the order of the list. */
export interface Page {
  readonly after: Position;
  readonly limit: number;
}

/** Comes before every row, so that the first page needs no statement of its own. */
export const LIST_START: Position = {
  at: "infinity",
  id: "ffffffff-ffff-ffff-ffff-ffffffffffff",
};

/** How a list is ordered by time: `desc` is newest first. */
export type Order = "asc" | "desc";

/** Comes before every row of a list in this order. */
export function listStart(order: Order): Position {
  return order === "desc"
    ? LIST_START
    : { at: "-infinity", id: "00000000-0000-0000-0000-000000000000" };
}
