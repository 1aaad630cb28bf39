import { listStandings } from "../../db/migration-standings.ts";
import { migrate } from "../../db/migrate.ts";
import { preparePartitions } from "../../db/partitions.ts";
import { nameDatabase } from "../../db/open.ts";
import type { CommandModule } from "../command.ts";
import {
  isMade,
  readStanding,
  requireCurrent,
  type Standing,
  withDatabase,
} from "../migrate/standing.ts";
import { tableText } from "../terminal.ts";

function describe({ database, migrations, bridge }: Standing): string {
  if (bridge !== null) {
    const says = bridge.ready ? "says that every migration is applied" : "is not ready";
    return `${database} is open in the bridge at ${bridge.url}, which ${says}.`;
  }
  const rows = migrations.map(({ name, state, appliedAt }) => [name, state, appliedAt ?? ""]);
  return `${database}\n${tableText(["migration", "state", "applied at"], rows)}`;
}

const asJson = ({ database, migrations, bridge }: Standing) => ({
  database,
  bridge,
  migrations: migrations.map(({ version, name, state, appliedAt }) => ({
    version,
    name,
    state,
    applied_at: appliedAt,
  })),
});

/** `ponte migrate`: whether the database is as this version needs it, and makes it so. */
export const migrateCommand: CommandModule = (command, context) => {
  const { output, readConfig } = context;
  const show = (standing: Standing): void => {
    output.result(asJson(standing), () => describe(standing));
    requireCurrent(standing);
  };

  command
    .command("status")
    .description("say which migrations are applied; ends with 3 where one is missing")
    .action(async () => show(await readStanding(context, readConfig().config)));

  command
    .command("up")
    .description("apply what is missing, as every start of the bridge does")
    .action(async () => {
      const { config } = readConfig();
      const before = isMade(config.database) ? await readStanding(context, config) : undefined;
      if (before?.bridge != null) {
        show(before);
        return;
      }
      const done = new Set(
        before?.migrations.filter(({ state }) => state === "applied").map(({ name }) => name),
      );
      const migrations = await withDatabase(config.database, async (db) => {
        await migrate(db);
        await preparePartitions(db);
        return listStandings(db);
      });
      const applied = migrations.map(({ name }) => name).filter((name) => !done.has(name));
      const database = nameDatabase(config.database);
      output.result({ database, applied }, () =>
        applied.length === 0
          ? `${database}: every migration was applied already.`
          : `${database}: applied ${applied.join(", ")}.`,
      );
    });
};
