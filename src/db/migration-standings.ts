import { z } from "zod";
import type { Queryable } from "./driver.ts";
import { listMigrations } from "./migrate.ts";
import { utcText } from "./utc.ts";

/** `newer`: applied by a later version of the program; `changed`: applied in another form than this program has. */
export type MigrationState = "applied" | "pending" | "newer" | "changed";

export interface MigrationStanding {
  readonly version: number;
  readonly name: string;
  readonly state: MigrationState;
  readonly appliedAt: string | null;
}

const appliedRows = z.array(
  z.object({
    version: z.number(),
    name: z.string(),
    checksum: z.string(),
    applied_at: z.string(),
  }),
);

const hasTable = async (db: Queryable): Promise<boolean> => {
  const rows = await db.query("select to_regclass('schema_migrations') is not null as found");
  return rows[0]?.["found"] === true;
};

async function listApplied(db: Queryable) {
  if (!(await hasTable(db))) return [];
  return appliedRows.parse(
    await db.query(
      `select version, name, checksum, ${utcText("applied_at")} as applied_at from schema_migrations order by version`,
    ),
  );
}

/** Every migration of a database that is new: none is applied. */
export const listPending = (): readonly MigrationStanding[] =>
  listMigrations().map(({ version, name }) => ({
    version,
    name,
    state: "pending",
    appliedAt: null,
  }));

/** Compares the migrations of this program with those of a database, which it only reads. Throws `store_*`. */
export async function listStandings(db: Queryable): Promise<readonly MigrationStanding[]> {
  const applied = new Map((await listApplied(db)).map((row) => [row.version, row]));
  const known = listMigrations();
  const own = known.map(({ version, name, checksum }): MigrationStanding => {
    const row = applied.get(version);
    if (row === undefined) return { version, name, state: "pending", appliedAt: null };
    const state = row.checksum === checksum ? "applied" : "changed";
    return { version, name, state, appliedAt: row.applied_at };
  });
  const later = [...applied.values()]
    .filter(({ version }) => !known.some((one) => one.version === version))
    .map((row): MigrationStanding => ({
      version: row.version,
      name: row.name,
      state: "newer",
      appliedAt: row.applied_at,
    }));
  return [...own, ...later];
}
