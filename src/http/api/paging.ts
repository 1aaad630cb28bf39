import { z } from "zod";
import type { Page, Position } from "../../db/page.ts";
import { LIST_START } from "../../db/page.ts";
import { BridgeError } from "../../errors.ts";
import { isStorableTime } from "./parameters.ts";

/** A page of a list; `next_cursor` is null on the last one. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.strictObject({
    data: z.array(item),
    next_cursor: z
      .string()
      .nullable()
      .meta({ description: "Give it as `cursor` to read on; null at the end." }),
  });
}

const time = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);

/** Whether there is such a day: JavaScript writes February 30 back as another one. */
function exists(text: string): boolean {
  return isStorableTime(text) && new Date(text).toISOString().slice(0, 23) === text.slice(0, 23);
}

const cursorParts = (id: z.ZodType<string>) => z.tuple([z.string(), time.refine(exists), id]);

/** Writes the cursor that continues the list of `route` after a row. */
export function writeCursor(route: string, { at, id }: Position): string {
  return Buffer.from(JSON.stringify([route, at, id])).toString("base64url");
}

/** Reads what a cursor holds; undefined for what is no cursor. */
export function decodeCursor(cursor: string): unknown {
  try {
    const decoded: unknown = JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"));
    return decoded;
  } catch {
    return undefined;
  }
}

/** Reads a cursor of `route`; throws `request_malformed` for a broken one and for that of another route. */
export function readCursor(
  route: string,
  cursor: string,
  id: z.ZodType<string> = z.guid(),
): Position {
  const parts = cursorParts(id).safeParse(decodeCursor(cursor));
  const [, at, row] = parts.data ?? ["", "", ""];
  const position = { at, id: row };
  // Decoding skips what is not base64url: only the text that this list would write is its cursor.
  if (writeCursor(route, position) !== cursor)
    throw new BridgeError("request_malformed", "the cursor is not one of this list");
  return position;
}

/**
 * Reads one page of the list of `route`. `read` is asked for one row more than the page holds, whose presence tells
 * that there is a next page; `position` names a row's place in the order of the list, and `id` says what ids look like
 * where they are not UUIDs.
 */
export async function readPage<Row>(
  route: string,
  query: { readonly limit: number; readonly cursor?: string | undefined },
  read: (page: Page) => Promise<readonly Row[]>,
  position: (row: Row) => Position,
  id?: z.ZodType<string>,
): Promise<{ data: Row[]; next_cursor: string | null }> {
  const after = query.cursor === undefined ? LIST_START : readCursor(route, query.cursor, id);
  const rows = await read({ after, limit: query.limit + 1 });
  const data = rows.slice(0, query.limit);
  const last = rows.length > query.limit ? data.at(-1) : undefined;
  return { data, next_cursor: last === undefined ? null : writeCursor(route, position(last)) };
}
