import { z } from "zod";
import { listStandings } from "../../db/migration-standings.ts";
import { countTables, listTables } from "../../db/tables.ts";
import type { Queryable } from "../../db/driver.ts";
import { VERSION } from "../../program.ts";
import { CliError, EXIT } from "../failure.ts";
import { parseJson } from "../api-answer.ts";

const manifestSchema = z.object({
  format: z.literal(1),
  kind: z.enum(["embedded", "postgres"]),
  made_at: z.string(),
  version: z.string(),
  migration: z.number(),
  rows: z.record(z.string(), z.number()),
});

/** What a backup says of itself, so that what is restored can be compared with it. */
export type Manifest = z.infer<typeof manifestSchema>;

/** The manifest's name in the archive of an embedded database, and what its name ends with beside a dump. */
export const MANIFEST = "backup.json";

/** Describes a database as it is now. */
export async function describeDatabase(db: Queryable, kind: Manifest["kind"]): Promise<Manifest> {
  const applied = (await listStandings(db)).filter(({ state }) => state !== "pending");
  return {
    format: 1,
    kind,
    made_at: new Date().toISOString(),
    version: VERSION,
    migration: Math.max(0, ...applied.map(({ version }) => version)),
    rows: await countTables(db, await listTables(db)),
  };
}

/** Reads a manifest. Throws a `CliError` for what is none. */
export function readManifest(text: string, file: string): Manifest {
  const parsed = manifestSchema.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  throw new CliError(
    `${file} is no backup of this program, or of a version that writes another form`,
    {
      advice: "`ponte backup` makes one",
    },
  );
}

/** Compares what was restored with what the backup says of itself. */
export async function verifyRows(db: Queryable, manifest: Manifest): Promise<number> {
  const newer = (await listStandings(db)).filter(({ state }) => state === "newer");
  if (newer.length > 0)
    throw new CliError(
      `the backup was made by a newer version of Ponte (${manifest.version}), whose database this one does not know`,
      {
        code: EXIT.failure,
        advice: `install version ${manifest.version} or later and restore with it`,
      },
    );
  const { rows } = await describeDatabase(db, manifest.kind);
  const wrong = Object.entries(manifest.rows).filter(([table, count]) => rows[table] !== count);
  if (wrong.length > 0)
    throw new CliError(
      `what was restored is not what was backed up: ${wrong.map(([table, count]) => `${table} has ${rows[table] ?? "no"} rows instead of ${count}`).join(", ")}`,
      { code: EXIT.checkFailed, advice: "is the file damaged? Try another backup" },
    );
  return Object.values(manifest.rows).reduce((sum, count) => sum + count, 0);
}
