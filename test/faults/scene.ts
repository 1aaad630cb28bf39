import { openPostgres } from "../../src/db/postgres.ts";
import type { Database } from "../../src/db/driver.ts";
import type { BridgeProcess } from "../e2e/bridge-process.ts";
import {
  ACCOUNT,
  eventually,
  SECRETS,
  startWorld,
  type World,
  type WorldOptions,
} from "../e2e/world.ts";
import { type Audit, audit, restOf } from "./audit.ts";
import { metaHabits } from "./providers.ts";
import { createSender, type Sender, type SenderOptions } from "./sender.ts";

/** A world that is set upon: a provider that sends, a bot that repeats, and the database it is all held against. */
export interface Scene {
  readonly world: World;
  readonly sender: Sender;
  /** The database itself, however the bridges reach it. */
  readonly db: Database;
  /** Where webhooks go; the world's newest bridge unless it is set. */
  readonly aim: (bridges: readonly BridgeProcess[]) => void;
  /** Waits until nothing is left to do. */
  readonly rest: (limitMs?: number) => Promise<void>;
  /** Everything against everything, once all is at rest. */
  readonly audit: () => Promise<Audit>;
  readonly close: () => Promise<void>;
}

export interface SceneOptions extends Partial<Omit<WorldOptions, "driver">> {
  readonly sender?: Partial<SenderOptions>;
  /** Where the audit finds the database, if bridges reach it another way. */
  readonly auditUrl?: string;
  /** Whether the bridges only take webhooks (`PONTE_ROLE=web`): then no answers are expected. */
  readonly takesOnly?: boolean;
}

/** What comes to rest on a busy machine, milliseconds. */
const REST_LIMIT_MS = 300_000;

/** In a trial a few people say more in a minute than anyone else is answered. */
const TALKATIVE = { flood_messages: 0, loop_answers: 10_000 } as const;

/** Starts a world on PostgreSQL with a bot that answers `eco` and what it was told. */
export async function openScene(options: SceneOptions = {}): Promise<Scene> {
  const { sender: habits, auditUrl, takesOnly = false, ...own } = options;
  const world = await startWorld({
    driver: "postgres",
    bot: (_sender, message) => [{ text: `eco ${message}` }],
    ...own,
    settings: { conversation: TALKATIVE, ...own.settings },
    env: { LOG_LEVEL: "error", ...(takesOnly && { PONTE_ROLE: "web" }), ...own.env },
  });
  const url = auditUrl ?? world.databaseUrl;
  if (url === undefined) throw new Error("the scene needs a PostgreSQL server");
  const db = openPostgres(url, { poolSize: 2, queryTimeoutMs: 120_000 });
  const aimed: { bridges: readonly BridgeProcess[] | undefined } = { bridges: undefined };
  const sender = createSender({
    habits: metaHabits({ account: ACCOUNT, appSecret: SECRETS.appSecret }),
    targets: () => (aimed.bridges ?? [world.bridge()]).map((bridge) => bridge.url),
    people: 20,
    ...habits,
  });
  return {
    world,
    sender,
    db,
    aim: (bridges) => {
      aimed.bridges = bridges;
    },
    rest: async (limitMs = REST_LIMIT_MS) => {
      const last = { waiting: -1, outbox: -1 };
      const isAtRest = async (): Promise<boolean> => {
        Object.assign(last, await restOf(db));
        return last.waiting === 0 && last.outbox === 0;
      };
      await eventually(isAtRest, () => last, limitMs);
    },
    audit: () =>
      audit({
        db,
        sent: sender.sent,
        ...(!takesOnly && { answers: world.graph.sent, asked: world.rasa.turns }),
      }),
    close: async () => {
      sender.close();
      await db.close();
      await world.close();
    },
  };
}
