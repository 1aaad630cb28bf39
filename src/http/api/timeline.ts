import type { MessageFilter, MessageRow } from "../../db/messages-read.ts";
import { findMessage, listMessages } from "../../db/messages-read.ts";
import type { Order, Position } from "../../db/page.ts";
import { listStart } from "../../db/page.ts";
import { BridgeError } from "../../errors.ts";
import { readCursor, writeCursor } from "./paging.ts";
import type { ApiContext } from "./route.ts";

interface TimelineQuery extends Pick<MessageFilter, "since" | "until"> {
  readonly limit: number;
  readonly cursor?: string | undefined;
  readonly order: Order;
  /** A message that stands in the middle of the first page. */
  readonly around?: string | undefined;
}

const OTHER = { asc: "desc", desc: "asc" } as const;

const positionOf = (row: MessageRow): Position => ({ at: row.created_at, id: row.id });

/**
 * Reads one page of what was said in a conversation, in either order. The page around a message goes on like any other: with
 * what comes after it in the order asked for. Throws `request_*` and `store_*`.
 */
export async function readTimeline(
  db: ApiContext["db"],
  conversationId: string,
  query: TimelineQuery,
): Promise<{ data: MessageRow[]; next_cursor: string | null }> {
  const { limit, cursor, order, around } = query;
  const filter = { conversation_id: conversationId, since: query.since, until: query.until };
  const route = `conversations/${conversationId}/messages${order === "asc" ? "/asc" : ""}`;
  const middle =
    cursor === undefined && around !== undefined
      ? await mustFind(db, conversationId, around)
      : undefined;
  const before =
    middle === undefined
      ? []
      : await listMessages(
          db,
          filter,
          { after: positionOf(middle), limit: Math.floor(limit / 2) },
          OTHER[order],
        );
  const head = middle === undefined ? [] : [...before.toReversed(), middle];
  const start = cursor === undefined ? listStart(order) : readCursor(route, cursor);
  const after = middle === undefined ? start : positionOf(middle);
  const rest = limit - head.length;
  // One more than the page holds tells that there is a next page.
  const rows = await listMessages(db, filter, { after, limit: rest + 1 }, order);
  const data = [...head, ...rows.slice(0, rest)];
  const last = rows.length > rest ? data.at(-1) : undefined;
  return { data, next_cursor: last === undefined ? null : writeCursor(route, positionOf(last)) };
}

async function mustFind(
  db: ApiContext["db"],
  conversationId: string,
  id: string,
): Promise<MessageRow> {
  const row = await findMessage(db, id);
  if (row?.conversation_id === conversationId) return row;
  throw new BridgeError("request_not_found", "there is no message with this id in it");
}
