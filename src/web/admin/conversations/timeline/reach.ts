import type { Query } from "../../../shared/address.ts";
import { ApiProblem, get, type PageOf } from "../../../shared/api.ts";
import type { Message } from "../../../shared/api-types.ts";
import { startOfDay } from "./merge.ts";

/** Where somebody wants to begin to read. */
export type Start =
  | { readonly kind: "end" }
  | { readonly kind: "message"; readonly id: string }
  | { readonly kind: "day"; readonly day: string };

/** A stretch of a conversation, oldest first, and how to ask for what lies on either side; null where nothing does. */
export interface Stretch {
  readonly rows: readonly Message[];
  readonly older: Query | null;
  readonly newer: Query | null;
}

/** Messages that are read first, and of each page that somebody scrolls to. */
const FIRST_PAGE = 60;
const PAGE = 150;

export function readPage(
  conversation: string,
  query: Query,
  signal: AbortSignal,
): Promise<PageOf<Message>> {
  const path = `/conversations/${encodeURIComponent(conversation)}/messages`;
  const limit = "cursor" in query || "until" in query ? PAGE : FIRST_PAGE;
  return get(path, { ...query, limit }, signal);
}

/** How to ask for what follows a page in its own order. */
export function after(order: "asc" | "desc", { next_cursor: cursor }: PageOf<Message>) {
  return cursor === null ? null : { order, cursor };
}

/** Reads the end of a conversation. */
export async function readEnd(conversation: string, signal: AbortSignal): Promise<Stretch> {
  const page = await readPage(conversation, { order: "desc" }, signal);
  return { rows: page.data.toReversed(), older: after("desc", page), newer: null };
}

/** The page around a message; undefined where the conversation does not have it (any more). */
async function findAround(conversation: string, id: string, signal: AbortSignal) {
  try {
    return await readPage(conversation, { order: "desc", around: id }, signal);
  } catch (thrown) {
    if (thrown instanceof ApiProblem && (thrown.status === 404 || thrown.status === 400))
      return undefined;
    throw thrown;
  }
}

/** Reads the stretch that somebody wants to begin with; the end where there is no such place. */
export async function readStretch(
  conversation: string,
  start: Start,
  signal: AbortSignal,
): Promise<Stretch> {
  switch (start.kind) {
    case "end":
      return readEnd(conversation, signal);
    case "message": {
      const page = await findAround(conversation, start.id, signal);
      if (page === undefined) return readEnd(conversation, signal);
      const since = page.data[0]?.created_at;
      return {
        rows: page.data.toReversed(),
        older: after("desc", page),
        newer: since === undefined ? null : { order: "asc", since },
      };
    }
    case "day": {
      const since = startOfDay(start.day);
      if (since === undefined) return readEnd(conversation, signal);
      const page = await readPage(conversation, { order: "asc", since }, signal);
      if (page.data.length === 0) return readEnd(conversation, signal);
      return { rows: page.data, older: { order: "desc", until: since }, newer: after("asc", page) };
    }
  }
}
