import { copyDatabase, type CopyResult } from "../../db/copy-database.ts";
import type { Database } from "../../db/driver.ts";
import { openEmbedded } from "../../db/embedded.ts";
import { migrate } from "../../db/migrate.ts";
import { explainOpening, nameDatabase, openDatabase } from "../../db/open.ts";
import { preparePartitions } from "../../db/partitions.ts";
import { BridgeError } from "../../errors.ts";
import type { CommandModule } from "../command.ts";
import type { CliContext } from "../context.ts";
import { CliError, EXIT } from "../failure.ts";
import { isMade, LONG_MS } from "../migrate/standing.ts";
import { tableText } from "../terminal.ts";

const POOL = 2;

/** Opens the embedded database, which must be nobody else's meanwhile: what came in during the copy would be left behind. */
async function openSource(dataDir: string): Promise<Database> {
  if (!isMade({ url: undefined, dataDir, poolSize: POOL }))
    throw new CliError(`there is no embedded database in ${dataDir}`, {
      advice:
        "run this in the bridge's own folder or set PONTE_DATA_DIR; a new bridge needs no copy: set DATABASE_URL and start it",
    });
  try {
    return await openEmbedded(dataDir);
  } catch (error) {
    if (!(error instanceof BridgeError) || error.code !== "store_locked") throw error;
    throw new CliError(error.detail.replace(/; stop it.*/s, ""), {
      advice:
        "stop the bridge first (Ctrl-C, or `kill` with that number): nothing is lost meanwhile, providers send again what finds nobody",
      cause: error,
    });
  }
}

async function openTarget(url: string): Promise<Database> {
  const place = { url, dataDir: "", poolSize: POOL };
  const db = await openDatabase(place, { queryTimeoutMs: LONG_MS });
  try {
    await migrate(db);
    await preparePartitions(db);
    return db;
  } catch (error) {
    await db.close();
    throw explainOpening(error, place);
  }
}

function readTarget(given: string | undefined, configured: string | undefined): string {
  const url = given ?? configured;
  if (url === undefined)
    throw new CliError("where to? Neither --to nor DATABASE_URL names a PostgreSQL database", {
      code: EXIT.usage,
      advice: "give --to postgres://user:password@host:5432/database",
    });
  if (!/^postgres(ql)?:\/\/[^/]+\/[^/]+$/.test(url) || !URL.canParse(url))
    throw new CliError("the target is not the URL of a PostgreSQL database", {
      code: EXIT.usage,
      advice: "it looks like postgres://user:password@host:5432/database",
    });
  return url;
}

async function copy(
  { progress, signal, output }: CliContext,
  source: Database,
  target: Database,
): Promise<CopyResult> {
  const bar = progress("Copying", "rows");
  try {
    return await copyDatabase({ source, target, signal, onProgress: bar.update });
  } catch (error) {
    bar.stop();
    if (signal.aborted)
      output.note("What was copied stays. The same command goes on where it stopped.");
    throw error;
  } finally {
    bar.stop();
  }
}

async function copyInto(url: string, source: Database, context: CliContext) {
  const target = await openTarget(url);
  try {
    return await copy(context, source, target);
  } finally {
    await target.close();
  }
}

/** `ponte migrate-to-postgres`: from the embedded database to a server, with everything. */
export const migrateToPostgresCommand: CommandModule = (command, context) => {
  command
    .option("--to <url>", "the new, empty PostgreSQL database (DATABASE_URL)")
    .action(async ({ to }) => {
      const { output, readConfig } = context;
      const { dataDir, url: configured } = readConfig().config.database;
      const url = readTarget(to, configured);
      const source = await openSource(dataDir);
      try {
        await migrate(source);
        const { kind, tables } = await copyInto(url, source, context);
        const rows = tables.reduce((sum, table) => sum + table.rows, 0);
        output.result({ kind, rows, tables, target: nameDatabase({ url, dataDir }) }, () =>
          tableText(
            ["table", "rows", "checksum"],
            tables.map((table) => [table.table, String(table.rows), table.checksum]),
          ),
        );
        output.note(
          kind === "again"
            ? "The copy had been finished before; nothing was changed."
            : `${rows} rows are in ${nameDatabase({ url, dataDir })}, and every table is as in ${dataDir}, which is unchanged.`,
        );
        output.note(
          to === undefined || to === configured
            ? "DATABASE_URL is set already: start the bridge."
            : `Put this line into .env and start the bridge:\nDATABASE_URL=${url}`,
        );
        output.note(`Keep ${dataDir}: files that people sent and the admin key stay there.`);
      } finally {
        await source.close();
      }
    });
};
