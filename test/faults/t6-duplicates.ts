import type { Environment } from "../e2e/bridge-process.ts";
import { auditFigures } from "./audit.ts";
import type { Fault, FaultFigures, Size } from "./fault.ts";
import { allTaken, heardOnly } from "./marks.ts";
import { openScene } from "./scene.ts";

/** Milliseconds within which the copies of a webhook come. */
const SHUFFLED_MS = 10_000;

const DEADLOCKS = `
  select deadlocks::int as count from pg_stat_database where datname = current_database()`;

/** A bridge that is made wrong: its environment, and what its database must do without. */
interface Wrong {
  readonly env: Environment;
  readonly statement: string;
}

/** Delivers each webhook one to five times, shuffled, to two processes on one database. */
export async function deliverCopies(size: Size, wrong?: Wrong): Promise<FaultFigures> {
  const people = 200;
  const within = size.of(SHUFFLED_MS, 800);
  const scene = await openScene({
    takesOnly: true,
    ...(wrong !== undefined && { env: wrong.env }),
    sender: {
      people,
      copies: () => 1 + Math.floor(Math.random() * 5),
      copyPauseMs: () => Math.random() * within,
    },
  });
  const { world, sender, db } = scene;
  try {
    if (wrong !== undefined) await db.script(wrong.statement);
    scene.aim([world.bridge(), await world.startAnother()]);
    const since = performance.now();
    await sender.say(size.of(33_000, 1_000));
    const seconds = (performance.now() - since) / 1_000;
    const figures = auditFigures(await scene.audit());
    const deliveries = [...sender.answers.values()].reduce((sum, count) => sum + count, 0);
    const [row] = await db.query(DEADLOCKS);
    const deadlocks = Number(row?.["count"]);
    return {
      ...figures,
      rounds: 1,
      marks: [
        heardOnly(sender, [200]),
        allTaken(sender),
        { text: "no deadlocks", isMet: deadlocks === 0 },
      ],
      notes: [
        `${deliveries} deliveries of ${sender.sent.length} ids, each one to five times within ${within / 1_000} s`,
        `${Math.round(deliveries / seconds)} deliveries/s, sender and servers on the same cores`,
        ...figures.notes,
      ],
    };
  } finally {
    await scene.close();
  }
}

export const DUPLICATES: Fault = {
  id: "T6",
  title: "webhooks come one to five times, shuffled, to two processes",
  run: (size) => deliverCopies(size),
};
