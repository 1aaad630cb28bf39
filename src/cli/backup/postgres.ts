import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { nameDatabase } from "../../db/open.ts";
import type { Database } from "../../db/driver.ts";
import { putBack, setAside } from "../../db/aside.ts";
import { anyoneElse, exportSnapshot } from "../../db/snapshot.ts";
import { listFilled, listTables } from "../../db/tables.ts";
import { CliError } from "../failure.ts";
import type { Environment } from "../bridge-access.ts";
import { withDatabase } from "../migrate/standing.ts";
import { describeDatabase, type Manifest, readManifest, verifyRows } from "./manifest.ts";
import type { OutFile } from "./out-file.ts";
import { runProgram } from "./run-program.ts";

/** A server and what its programs are run with. */
export interface Server {
  readonly url: string;
  readonly env: Environment;
  readonly signal: AbortSignal;
}

const INSTALL =
  "install PostgreSQL's client programs, of the server's version or later (Debian: `apt-get install postgresql-client`)";

/** The password goes by the environment: words of a command are seen by every user of the machine. */
function connection({ url, env }: Server): { target: string; env: Environment } {
  const address = new URL(url);
  const password = decodeURIComponent(address.password);
  address.password = "";
  return {
    target: address.href,
    env: { ...env, ...(password !== "" && { PGPASSWORD: password }) },
  };
}

const withServer = <Result>(url: string, work: (db: Database) => Promise<Result>) =>
  withDatabase({ url, dataDir: "", poolSize: 1 }, work);

const manifestFile = (file: string): string => `${file}.json`;

/** Dumps a server's database while bridges go on working: the rows are counted and dumped as of one moment. */
export async function dumpServer(server: Server, out: OutFile): Promise<Manifest> {
  const { target, env } = connection(server);
  try {
    return await withServer(server.url, (db) =>
      db.transaction(async (tx) => {
        const snapshot = await exportSnapshot(tx);
        const manifest = await describeDatabase(tx, "postgres");
        const args = [
          "-Fc",
          "--no-owner",
          "--exclude-schema=public_2*",
          `--snapshot=${snapshot}`,
          "-f",
          out.draft,
          "-d",
          target,
        ];
        writeFileSync(out.draft, "", { mode: 0o600 });
        await runProgram({ name: "pg_dump", args, install: INSTALL, env, signal: server.signal })
          .ended;
        writeFileSync(manifestFile(out.file), JSON.stringify(manifest, null, 2), { mode: 0o600 });
        out.finish();
        return manifest;
      }),
    );
  } catch (error) {
    out.discard();
    throw error;
  }
}

/** Refuses a database in which there is something, or which a bridge has open. Returns whether it has tables. */
async function checkTarget(url: string, force: boolean): Promise<boolean> {
  return withServer(url, async (db) => {
    const others = await anyoneElse(db);
    if (others > 0)
      throw new CliError(`${others} connections of bridges are open to the database`, {
        advice:
          "stop every bridge that uses it, then restore: they would go on with rows that are gone",
      });
    const tables = await listTables(db);
    const filled = await listFilled(db, tables);
    if (filled.length > 0 && !force)
      throw new CliError(
        `${nameDatabase({ url, dataDir: "" })} is not empty: there are rows in ${filled.join(", ")}`,
        {
          advice: "give --force to replace what is there, or name a new database in DATABASE_URL",
        },
      );
    return tables.length > 0;
  });
}

interface RestoredServer {
  /** Undefined where the file beside the dump is missing: then the rows could not be compared. */
  readonly manifest: Manifest | undefined;
  readonly rows: number;
  /** The schema in which what was there before is now. */
  readonly replaced: string | undefined;
}

async function load(server: Server, file: string): Promise<void> {
  const { target, env } = connection(server);
  const args = ["--no-owner", "--single-transaction", "--exit-on-error", "-d", target, file];
  await runProgram({ name: "pg_restore", args, install: INSTALL, env, signal: server.signal })
    .ended;
}

async function compare(url: string, manifest: Manifest | undefined): Promise<number> {
  return withServer(url, async (db) =>
    verifyRows(db, manifest ?? (await describeDatabase(db, "postgres"))),
  );
}

/**
 * Restores a dump in one transaction and compares it with what it says of itself. What was there is kept in a schema of its
 * own, and is back in its place where anything fails.
 */
export async function restoreServer(
  server: Server,
  { file, force }: { file: string; force: boolean },
): Promise<RestoredServer> {
  const { url } = server;
  const beside = manifestFile(file);
  const manifest = existsSync(beside)
    ? readManifest(readFileSync(beside, "utf8"), beside)
    : undefined;
  const hasTables = await checkTarget(url, force);
  const replaced = hasTables ? await withServer(url, setAside) : undefined;
  try {
    await load(server, file);
    return { manifest, rows: await compare(url, manifest), replaced };
  } catch (error) {
    if (replaced !== undefined) await withServer(url, (db) => putBack(db, replaced));
    throw error;
  }
}
