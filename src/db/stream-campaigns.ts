import { z } from "zod";
import type { Queryable } from "./driver.ts";

const watchedRow = z.object({
  id: z.guid(),
  channel: z.string(),
  state: z.string(),
  updated_at: z.string(),
});

/** A campaign in which something happens or may happen. */
export type WatchedCampaign = z.infer<typeof watchedRow>;

/** Lists campaigns that are under way, and those named. Throws `store_*`. */
export async function listWatched(
  db: Queryable,
  ids: readonly string[],
): Promise<readonly WatchedCampaign[]> {
  const rows = await db.query(
    `select id, channel, state, updated_at::text from campaigns
     where state in ('scheduled', 'running', 'paused') or id = any($1::text[]::uuid[]) order by id`,
    [ids],
  );
  return z.array(watchedRow).parse(rows);
}
