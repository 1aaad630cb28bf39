import { existsSync } from "node:fs";
import path from "node:path";
import type { Database } from "../../db/driver.ts";
import { listStandings, type MigrationStanding } from "../../db/migration-standings.ts";
import { migrate } from "../../db/migrate.ts";
import { explainOpening, nameDatabase, openDatabase } from "../../db/open.ts";
import { readServerFacts, type ServerFacts } from "../../db/server-facts.ts";
import { BridgeError } from "../../errors.ts";
import type { Examination, Found } from "./check.ts";
import { askReadiness, type RunningBridge } from "./running.ts";
import type { Scene } from "./scene.ts";

type Place = Scene["config"]["database"];

/** The oldest PostgreSQL the bridge is tested on. */
const OLDEST_SERVER = 150_000;

/** From here on what is due and what is over differs between the bridge and its database. */
const FAR_APART_MS = 5_000;

/** Looks whether the database can be used, and whether its tables are those of this program. */
export function database(place: Place, running: RunningBridge): Examination {
  return {
    area: "database",
    name: place.url === undefined ? "embedded" : "PostgreSQL",
    ifSilent: "does the server answer `psql`? is a firewall in between?",
    look: () =>
      place.url === undefined ? lookAtEmbedded(place, running) : withDatabase(place, lookAtServer),
  };
}

async function lookAtEmbedded(place: Place, running: RunningBridge): Promise<readonly Found[]> {
  if (!existsSync(path.join(place.dataDir, "pgdata")))
    return [{ level: "ok", detail: `is made in ${place.dataDir} by the first start` }];
  try {
    return await withDatabase(place, async (db) => [
      { level: "ok", detail: nameDatabase(place) },
      judgeStandings(await listStandings(db), place),
    ]);
  } catch (error) {
    if (!(error instanceof BridgeError) || error.code !== "store_locked") throw error;
    return [await askTheHolder(place, running)];
  }
}

/** The embedded database belongs to one process: a running bridge is asked instead. */
async function askTheHolder({ dataDir }: Place, running: RunningBridge): Promise<Found> {
  const ready = await askReadiness(running);
  if (ready === undefined)
    return {
      level: "fail",
      detail: `${dataDir} is in use by a process that does not answer at ${running.url}`,
      fix: "name the bridge with --url, or stop the other process; two on one data folder would destroy it",
    };
  if (ready.failed.length === 0)
    return { level: "ok", detail: `in use by the bridge at ${running.url}, which is ready` };
  return {
    level: "fail",
    detail: `the bridge at ${running.url} is not ready: ${ready.failed.join(", ")}`,
    fix: "its log says more",
  };
}

async function withDatabase<Result>(
  place: Place,
  work: (db: Database, place: Place) => Promise<Result>,
): Promise<Result> {
  const db = await openDatabase({ ...place, poolSize: 2 });
  try {
    return await work(db, place);
  } catch (error) {
    throw explainOpening(error, place);
  } finally {
    await db.close();
  }
}

async function lookAtServer(db: Database, place: Place): Promise<readonly Found[]> {
  const before = Date.now();
  const facts = await readServerFacts(db);
  const skewMs = facts.nowMs - (before + Date.now()) / 2;
  const standings = await listStandings(db);
  return [
    judgeServer(facts, place),
    ...judgeRights(facts, standings),
    judgeDatabaseClock(skewMs),
    judgeStandings(standings, place),
  ];
}

function judgeServer({ version, versionNumber, isStandby }: ServerFacts, place: Place): Found {
  const detail = `${nameDatabase(place)}, version ${version}`;
  if (isStandby)
    return {
      level: "fail",
      detail: `${detail}, takes no writes: it is a standby`,
      fix: "name the primary in DATABASE_URL",
    };
  if (versionNumber >= OLDEST_SERVER) return { level: "ok", detail };
  return { level: "warn", detail, fix: "version 15 or later is what the bridge is tested on" };
}

function judgeRights(
  { mayCreate }: ServerFacts,
  standings: readonly MigrationStanding[],
): readonly Found[] {
  if (mayCreate) return [];
  const isNeeded = standings.some(({ state }) => state === "pending");
  return [
    {
      name: "rights",
      level: isNeeded ? "fail" : "warn",
      detail: "this user may not make tables, which every new version needs",
      fix: "grant create, usage on schema public to <user>, or make it the owner of the database",
    },
  ];
}

/** Judges how far the database's clock is from ours, which decides what is due. */
export function judgeDatabaseClock(skewMs: number): Found {
  const name = "clock of the database";
  const apart = `${(Math.abs(skewMs) / 1_000).toFixed(1)} s ${skewMs < 0 ? "behind" : "ahead of"} this machine`;
  if (Math.abs(skewMs) < FAR_APART_MS)
    return { name, level: "ok", detail: "agrees with this machine" };
  return { name, level: "warn", detail: apart, fix: "set both clocks by NTP (`timedatectl`)" };
}

/** Judges which migrations a database has. */
function judgeStandings(standings: readonly MigrationStanding[], place: Place): Found {
  const name = "migrations";
  const of = (state: MigrationStanding["state"]) => standings.filter((one) => one.state === state);
  const newest = of("newer").at(-1);
  if (newest !== undefined)
    return {
      name,
      level: "fail",
      detail: `the database is at version ${newest.version}, this program knows ${standings.length - of("newer").length}`,
      fix: "run the newer program again: an older one would not understand what is stored",
    };
  const [changed] = of("changed");
  if (changed !== undefined)
    return {
      name,
      level: "fail",
      detail: `${changed.name} was applied in another form than this program has`,
      fix: "install the released program again; a migration is never edited once applied",
    };
  const pending = of("pending");
  if (pending.length === 0) return { name, level: "ok", detail: `all ${standings.length} applied` };
  const isNew = pending.length === standings.length;
  return {
    name,
    level: "warn",
    detail: isNew
      ? "the database is empty"
      : `${pending.length} of ${standings.length} not applied`,
    fix: "the next start applies them, or `ponte migrate up` now",
    repair: {
      what: `applies ${pending.length} migrations to ${nameDatabase(place)}`,
      question: `Apply ${pending.length} migrations to ${nameDatabase(place)}?`,
      run: () => withDatabase(place, (db) => migrate(db)),
    },
  };
}
