import { z } from "zod";
import type { DeadLetterFilter, DeadLetterRow } from "../../db/dead-letters.ts";
import { DEAD_LETTER_KINDS, deadLetterRow, listDeadLetters } from "../../db/dead-letters.ts";
import type { Caller } from "./caller.ts";
import type { Language } from "./dependencies.ts";
import { findHint } from "./error-report.ts";
import { quarantineHint } from "./hints.ts";
import { pageOf, readPage } from "./paging.ts";
import { id, nothing, paging, period, textFilter } from "./parameters.ts";
import { discardMatching, planReplay, refuseDiscarded, replayMatching } from "./replay.ts";
import type { ApiContext } from "./route.ts";
import { defineRoute } from "./route.ts";

const tag = "dead letters";

/** Ids that one request may name; a filter has no such limit. */
const MAX_IDS = 500;

/** Something given up, with what can be done about it. */
export const deadLetter = deadLetterRow
  .extend({
    hint: z.string().nullable().meta({ description: "What an operator can do about it." }),
  })
  .meta({ id: "DeadLetter" });

const filters = {
  kind: z.enum(DEAD_LETTER_KINDS).optional(),
  channel: textFilter.optional(),
  reason: textFilter.optional(),
  code: textFilter.optional(),
  ...period,
};

/** Which dead letters are meant, by id or by filter. */
const letterChoice = z
  .strictObject({
    ids: z.array(id).min(1).max(MAX_IDS).optional(),
    filter: z
      .strictObject(filters)
      .optional()
      .meta({ description: "`{}` means all dead letters." }),
    dry_run: z.boolean().default(false).meta({ description: "Only count what is meant." }),
  })
  .refine(({ ids, filter }) => (ids === undefined) !== (filter === undefined), {
    error: "give either ids or filter",
  });

function filterOf(
  { ids, filter }: z.output<typeof letterChoice>,
  { channels }: Caller,
): DeadLetterFilter {
  return { ...(ids === undefined ? filter : { ids }), channels };
}

const counts = z.record(z.string(), z.int());

const planned = {
  dry_run: z.boolean(),
  matched: z.int(),
  by_kind: counts,
  by_reason: counts,
  by_code: counts,
  by_channel: counts,
};

/** What a replay does or would do. */
export const replayAnswer = z
  .strictObject({
    ...planned,
    replayed: z.int().meta({ description: "How many came back to life; 0 in a dry run." }),
  })
  .meta({ id: "Replay" });

/** What a discarding does or would do. */
const discardAnswer = z
  .strictObject({
    ...planned,
    discarded: z.int().meta({ description: "How many left the list; 0 in a dry run." }),
  })
  .meta({ id: "Discard" });

function hintFor(row: DeadLetterRow, language: Language, deps: ApiContext): string | null {
  if (row.kind === "webhook") return quarantineHint(language);
  return findHint(row, { channel: row.channel, language, deps });
}

/** What was given up, and how to try it again. */
export const deadLetterRoutes = [
  defineRoute({
    method: "get",
    path: "/dead-letters",
    scope: "events:read",
    summary: "Lists what was given up, the last first",
    tag,
    query: z.strictObject({ ...filters, ...paging }),
    body: nothing,
    answer: pageOf(deadLetter).meta({ id: "DeadLetterPage" }),
    handle: async ({ query, language }, deps) => {
      const page = await readPage(
        "dead-letters",
        query,
        (wanted) => listDeadLetters(deps.db, { ...query, channels: deps.caller.channels }, wanted),
        (row) => ({ at: row.died_at, id: row.id }),
      );
      const data = page.data.map((row) => ({ ...row, hint: hintFor(row, language, deps) }));
      return { ...page, data };
    },
  }),
  defineRoute({
    method: "post",
    path: "/dead-letters/replay",
    scope: "events:write",
    summary: "Replays dead letters, or plans to",
    tag,
    query: nothing,
    body: letterChoice.meta({ id: "ReplayRequest" }),
    answer: replayAnswer,
    handle: async ({ body }, deps) => {
      const filter = filterOf(body, deps.caller);
      await refuseDiscarded(deps.db, filter);
      const plan = await planReplay(deps.db, filter);
      const replayed = body.dry_run ? 0 : await replayMatching(deps, filter);
      return { dry_run: body.dry_run, ...plan, replayed };
    },
  }),
  defineRoute({
    method: "post",
    path: "/dead-letters/discard",
    scope: "events:write",
    summary: "Takes dead letters off the list for good, or plans to; they stay in the log",
    tag,
    query: nothing,
    body: letterChoice.meta({ id: "DiscardRequest" }),
    answer: discardAnswer,
    handle: async ({ body }, { db, caller }) => {
      const filter = filterOf(body, caller);
      const plan = await planReplay(db, filter);
      const discarded = body.dry_run ? 0 : await discardMatching(db, filter);
      return { dry_run: body.dry_run, ...plan, discarded };
    },
  }),
] as const;
