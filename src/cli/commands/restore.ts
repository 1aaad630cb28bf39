import { closeSync, existsSync, openSync, readSync } from "node:fs";
import { nameDatabase } from "../../db/open.ts";
import { inMegabytes } from "../backup/megabytes.ts";
import { restoreServer } from "../backup/postgres.ts";
import { restoreFolder } from "../backup/restore-folder.ts";
import type { CommandModule } from "../command.ts";
import type { CliContext } from "../context.ts";
import { CliError, EXIT } from "../failure.ts";

/** Tells an archive of an embedded database from a dump of a server's. Sources: RFC 1952 (gzip), PostgreSQL's custom format. */
function kindOf(file: string): "embedded" | "postgres" {
  if (!existsSync(file)) throw new CliError(`there is no file ${file}`, { code: EXIT.usage });
  const start = Buffer.alloc(5);
  const descriptor = openSync(file, "r");
  readSync(descriptor, start);
  closeSync(descriptor);
  if (start.readUInt16BE() === 0x1f8b) return "embedded";
  if (start.toString("latin1") === "PGDMP") return "postgres";
  throw new CliError(`${file} is no backup: it begins like neither a .tar.gz nor a .dump`, {
    code: EXIT.usage,
    advice: "`ponte backup` makes one; a file ending in .unfinished is one that was not ended",
  });
}

async function unpackFolder(
  context: CliContext,
  what: { file: string; dataDir: string; force: boolean },
): Promise<void> {
  const { output, progress, signal } = context;
  const bar = progress("Unpacking", "MB");
  const restored = await restoreFolder(what, { signal, onBytes: inMegabytes(bar) }).finally(
    bar.stop,
  );
  const { manifest, rows, replaced } = restored;
  output.result({ ...manifest, restored_rows: rows, replaced: replaced ?? null }, () =>
    replaced === undefined
      ? `${rows} rows are back in ${what.dataDir}, as they were at ${manifest.made_at}.`
      : `${rows} rows are back in ${what.dataDir}, as they were at ${manifest.made_at}. What was there is in ${replaced}: delete it once you miss nothing.`,
  );
}

async function loadServer(
  { output, signal, terminal }: CliContext,
  { file, url, force }: { file: string; url: string; force: boolean },
): Promise<void> {
  const { manifest, rows, replaced } = await restoreServer(
    { url, env: terminal.env, signal },
    { file, force },
  );
  const database = nameDatabase({ url, dataDir: "" });
  const told = { ...manifest, database, restored_rows: rows, compared: manifest !== undefined };
  output.result({ ...told, replaced: replaced ?? null }, () =>
    manifest === undefined
      ? `${rows} rows are in ${database}. ${file}.json is missing, so they could not be compared with those that were backed up.`
      : `${rows} rows are in ${database}, as they were at ${manifest.made_at}.`,
  );
  if (replaced !== undefined)
    output.note(
      `What was there is in the schema ${replaced}: \`drop schema ${replaced} cascade\` once you miss nothing.`,
    );
}

/** `ponte restore`: puts a backup in the place of the configured database. */
export const restoreCommand: CommandModule = (command, context) => {
  command
    .argument("<file>", "what `ponte backup` wrote")
    .option("--force", "put it in the place of a database that is not empty")
    .action(async (file, { force = false }) => {
      const { url, dataDir } = context.readConfig().config.database;
      const kind = kindOf(file);
      if (kind === "embedded" && url !== undefined)
        throw new CliError(
          "this is a backup of an embedded database, and DATABASE_URL names a server",
          {
            code: EXIT.usage,
            advice:
              "restore it with DATABASE_URL empty, then move it with `ponte migrate-to-postgres --to <url>`",
          },
        );
      if (kind === "postgres" && url === undefined)
        throw new CliError("this is a dump of a PostgreSQL server, and DATABASE_URL names none", {
          code: EXIT.usage,
          advice: "set DATABASE_URL to the database that it is to be restored into",
        });
      await (url === undefined
        ? unpackFolder(context, { file, dataDir, force })
        : loadServer(context, { file, url, force }));
      context.output.note("Start the bridge: it brings the database up to its version by itself.");
    });
};
