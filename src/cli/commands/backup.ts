import { statSync } from "node:fs";
import { nameDatabase } from "../../db/open.ts";
import { BridgeError } from "../../errors.ts";
import { backUpFolder } from "../backup/embedded.ts";
import { inMegabytes } from "../backup/megabytes.ts";
import type { Manifest } from "../backup/manifest.ts";
import { openOut, type OutFile } from "../backup/out-file.ts";
import { dumpServer } from "../backup/postgres.ts";
import type { CommandModule } from "../command.ts";
import type { CliContext } from "../context.ts";
import { CliError } from "../failure.ts";
import { isMade } from "../migrate/standing.ts";

/** A running bridge writes into the folder all the time: a copy of half-written files would be none. */
function explainHeld(error: unknown): unknown {
  if (!(error instanceof BridgeError) || error.code !== "store_locked") return error;
  return new CliError(error.detail.replace(/; stop it.*/s, ""), {
    advice:
      "stop the bridge, back up, start it again: nothing is lost meanwhile, providers send again what finds nobody. A bridge on PostgreSQL is backed up while it runs",
    cause: error,
  });
}

async function packFolder(context: CliContext, dataDir: string, out: OutFile): Promise<Manifest> {
  const bar = context.progress("Packing", "MB");
  try {
    return await backUpFolder(dataDir, out, { signal: context.signal, onBytes: inMegabytes(bar) });
  } catch (error) {
    throw explainHeld(error);
  } finally {
    bar.stop();
  }
}

/** `ponte backup`: everything that would be missed, in one file. */
export const backupCommand: CommandModule = (command, context) => {
  command
    .option("--out <place>", "file, or folder in which the file is named by its time", ".")
    .action(async ({ out: place }) => {
      const { output, readConfig, signal, terminal } = context;
      const { database } = readConfig().config;
      const { url, dataDir } = database;
      if (!isMade(database))
        throw new CliError(`there is no database in ${dataDir} yet`, {
          advice: "run this in the bridge's own folder, or set PONTE_DATA_DIR or DATABASE_URL",
        });
      const out = openOut(place, url === undefined ? ".tar.gz" : ".dump", dataDir);
      const manifest =
        url === undefined
          ? await packFolder(context, dataDir, out)
          : await dumpServer({ url, env: terminal.env, signal }, out);
      const bytes = statSync(out.file).size;
      const rows = Object.values(manifest.rows).reduce((sum, count) => sum + count, 0);
      output.result({ file: out.file, bytes, ...manifest }, () => out.file);
      output.note(`${rows} rows of ${nameDatabase(database)} in ${bytes} bytes.`);
      if (url !== undefined)
        output.note(
          `Files that people sent and the admin key are not in the database: back up ${dataDir} too, as you back up files.`,
        );
      output.note("It holds messages and keys of people: keep it where only you can read it.");
    });
};
