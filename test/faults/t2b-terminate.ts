import { setTimeout as sleep } from "node:timers/promises";
import { auditFigures } from "./audit.ts";
import type { Fault, FaultFigures, Size } from "./fault.ts";
import { allTaken, answersOf, heardOnly, longest } from "./marks.ts";
import { openScene } from "./scene.ts";

const PEOPLE = 64;
const LOAD_MS = 700;

const TERMINATE = `
  select count(pg_terminate_backend(pid))::int as ended from pg_stat_activity
  where datname = current_database() and pid <> pg_backend_pid() and application_name = 'ponte'`;

/** Ends every connection of the bridge at the server's end, under load. */
async function run(size: Size): Promise<FaultFigures> {
  const rounds = size.of(10, 2);
  const scene = await openScene({ takesOnly: true, sender: { people: PEOPLE } });
  const { sender, db } = scene;
  try {
    const recoveries: number[] = [];
    let ended = 0;
    sender.start();
    for (let round = 0; round < rounds; round += 1) {
      await sleep(size.of(LOAD_MS, LOAD_MS / 2));
      const [row] = await db.query(TERMINATE);
      ended += Number(row?.["ended"] ?? 0);
      const endedAt = performance.now();
      recoveries.push((await sender.probe()) - endedAt);
    }
    await sender.stop();
    const figures = auditFigures(await scene.audit());
    return {
      ...figures,
      rounds,
      recoveryMs: longest(recoveries),
      marks: [
        heardOnly(sender, [200, 503]),
        allTaken(sender),
        { text: "connections were ended in every round", isMet: ended >= rounds },
      ],
      notes: [`${ended} connections were ended`, answersOf(sender), ...figures.notes],
    };
  } finally {
    await scene.close();
  }
}

export const TERMINATE_BACKENDS: Fault = {
  id: "T2b",
  title: "pg_terminate_backend on every connection",
  run,
};
