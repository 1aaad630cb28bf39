import { z } from "zod";
import { BridgeError } from "../errors.ts";
import type { Queryable } from "./driver.ts";
import { utcText } from "./utc.ts";

/** How far a copy from another database into this one has come. */
export interface CopyMark {
  /** Which database is being copied; see `sourceId`. */
  readonly source: string;
  readonly startedAt: string;
  readonly finishedAt: string | null;
}

const markRows = z.array(
  z.object({ source: z.string(), started_at: z.string(), finished_at: z.string().nullable() }),
);

/** Reads the copy that was made, or begun, into this database. Throws `store_*`. */
export async function readCopyMark(db: Queryable): Promise<CopyMark | undefined> {
  const rows = await db.query(
    `select source, ${utcText("started_at")} as started_at, ${utcText("finished_at")} as finished_at from database_copies`,
  );
  const [row] = markRows.parse(rows);
  return row && { source: row.source, startedAt: row.started_at, finishedAt: row.finished_at };
}

/** Notes that a copy begins; once it is begun, nothing changes. Throws `store_*`. */
export async function beginCopy(db: Queryable, source: string): Promise<void> {
  await db.query(
    "insert into database_copies (single, source) values (true, $1::text) on conflict do nothing",
    [source],
  );
}

/** Notes that everything is there and was compared. Throws `store_*`. */
export async function finishCopy(db: Queryable): Promise<void> {
  await db.query("update database_copies set finished_at = now(), places = '{}'");
}

const placeRows = z.array(z.object({ place: z.string().nullable() }));

/** Up to which row a table was copied: its place (`ctid`) in the source. */
export async function readPlace(db: Queryable, table: string): Promise<string | undefined> {
  const rows = await db.query("select places ->> $1::text as place from database_copies", [table]);
  return placeRows.parse(rows)[0]?.place ?? undefined;
}

/** Keeps up to which row a table was copied, together with the rows; undefined begins it anew. Throws `store_*`. */
export async function keepPlace(
  db: Queryable,
  table: string,
  place: string | undefined,
): Promise<void> {
  await db.query(
    `update database_copies set places = case when $2::text is null then places - $1::text
       else places || jsonb_build_object($1::text, $2::text) end`,
    [table, place ?? null],
  );
}

/** Throws `store_unavailable` on a database into which another one was not copied to the end: half of it is not there. */
export async function refuseUnfinishedCopy(db: Queryable): Promise<void> {
  const mark = await readCopyMark(db);
  if (mark === undefined || mark.finishedAt !== null) return;
  throw new BridgeError(
    "store_unavailable",
    `a copy into this database was begun at ${mark.startedAt} and has not ended: run \`ponte migrate-to-postgres\` again, which goes on where it stopped`,
  );
}
