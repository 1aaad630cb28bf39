import { z } from "zod";
import { BridgeError } from "../../errors.ts";
import { decodeCursor } from "./paging.ts";

/** A list in an order of numbered places, as `paging.ts` is one in the order of time. */
interface Placed {
  readonly place: string;
}

/** Digits of the largest place. */
const place = z.string().regex(/^\d{1,18}$/);

function write(list: string, at: string): string {
  return Buffer.from(JSON.stringify([list, at])).toString("base64url");
}

function read(list: string, cursor: string): string {
  const [, at = ""] = z.tuple([z.string(), place]).safeParse(decodeCursor(cursor)).data ?? [];
  if (at === "" || write(list, at) !== cursor)
    throw new BridgeError("request_malformed", "the cursor is not one of this list");
  return at;
}

/** Reads one page; `list` names the list so that no other's cursor is taken. Throws `request_malformed`. */
export async function readPlacedPage<Row extends Placed>(
  list: string,
  query: { readonly limit: number; readonly cursor?: string | undefined },
  first: string,
  fetch: (page: { readonly after: string; readonly limit: number }) => Promise<readonly Row[]>,
): Promise<{ data: Row[]; next_cursor: string | null }> {
  const after = query.cursor === undefined ? first : read(list, query.cursor);
  const rows = await fetch({ after, limit: query.limit + 1 });
  const data = rows.slice(0, query.limit);
  const last = rows.length > query.limit ? data.at(-1) : undefined;
  return { data, next_cursor: last === undefined ? null : write(list, last.place) };
}
