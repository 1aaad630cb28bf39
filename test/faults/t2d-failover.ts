import { setTimeout as sleep } from "node:timers/promises";
import { openPostgres } from "../../src/db/postgres.ts";
import { eventually } from "../e2e/world.ts";
import type { PrivatePostgres } from "../standins/private-postgres.ts";
import { createTcpProxy, type TcpProxy } from "../standins/tcp-proxy.ts";
import { auditFigures } from "./audit.ts";
import type { Fault, FaultFigures, Size } from "./fault.ts";
import { allTaken, answersOf, heardOnly, timed } from "./marks.ts";
import { onOwnPostgres, withoutOwnPostgres } from "./own-postgres.ts";
import { openScene, type Scene } from "./scene.ts";

const PEOPLE = 32;

/** Asks a server from outside the bridge. */
async function ask(url: string, ...statements: readonly string[]): Promise<number> {
  const db = openPostgres(url, { poolSize: 1 });
  try {
    let count = 0;
    for (const statement of statements) count = Number((await db.query(statement))[0]?.["count"]);
    return count;
  } finally {
    await db.close();
  }
}

/** From now on every transaction is refused writes (25006), on connections that are open too. */
const TURN_READ_ONLY = [
  "alter system set default_transaction_read_only = on",
  "select pg_reload_conf()",
] as const;

/** Connections of the bridge that are still open to a server. */
const CLIENTS =
  "select count(*)::int as count from pg_stat_activity where application_name = 'ponte' and pid <> pg_backend_pid()";

interface Servers {
  readonly primary: PrivatePostgres;
  readonly standby: Awaited<ReturnType<PrivatePostgres["addStandby"]>>;
  readonly proxy: TcpProxy;
}

async function failOver(
  size: Size,
  scene: Scene,
  { primary, standby, proxy }: Servers,
): Promise<FaultFigures> {
  const { sender } = scene;
  sender.start();
  await eventually(() => sender.taken() > 100);
  await ask(primary.url, ...TURN_READ_ONLY);
  await eventually(() => (sender.answers.get(503) ?? 0) > 0);
  await sleep(size.of(1_000, 0));
  // The name moves: only new connections find the new primary.
  proxy.retarget({ host: "127.0.0.1", port: standby.port });
  await standby.promote();
  const promotedAt = performance.now();
  const recoveryMs = (await sender.probe()) - promotedAt;
  const isClean = async () => (await ask(primary.url, CLIENTS)) === 0;
  await eventually(isClean, () => "clients are left on the old primary");
  const refused = sender.answers.get(503);
  await sender.say(PEOPLE * 10);
  await sender.stop();
  const isSettled = sender.answers.get(503) === refused;
  const figures = auditFigures(await scene.audit());
  return {
    ...figures,
    rounds: 1,
    recoveryMs,
    marks: [
      heardOnly(sender, [200, 503]),
      allTaken(sender),
      {
        text: "no client is left on the old primary, and nothing is refused any more",
        isMet: isSettled,
      },
      ...timed(size, {
        text: "writes resume within 5 s of the promotion",
        isMet: recoveryMs < 5_000,
      }),
    ],
    notes: [answersOf(sender), ...figures.notes],
  };
}

const run = (size: Size): Promise<FaultFigures> =>
  onOwnPostgres(async (primary) => {
    const proxy = await createTcpProxy({ host: "127.0.0.1", port: primary.port });
    await proxy.start();
    const standby = await primary.addStandby();
    try {
      const databaseUrl = `postgres://postgres@127.0.0.1:${String(proxy.port)}/postgres`;
      const scene = await openScene({
        databaseUrl,
        auditUrl: standby.url,
        takesOnly: true,
        sender: { people: PEOPLE },
      });
      try {
        return await failOver(size, scene, { primary, standby, proxy });
      } finally {
        await scene.close();
      }
    } finally {
      await proxy.stop();
      standby.close();
    }
  });

export const FAIL_OVER: Fault = {
  id: "T2d",
  title: "the primary becomes read-only and the standby takes over",
  missing: withoutOwnPostgres,
  run,
};
