import { setTimeout as sleep } from "node:timers/promises";
import type { OwnRedis } from "../faults/own-redis.ts";
import type { Scene } from "../faults/scene.ts";
import type { PrivatePostgres } from "../standins/private-postgres.ts";

/** What is set upon, and with what. */
export interface Target {
  readonly scene: Scene;
  readonly postgres: PrivatePostgres;
  /** Undefined where none is installed: then it is not among the faults. */
  readonly redis: OwnRedis | undefined;
}

/** One fault: begins, lasts, and is over when it resolves. */
export interface Strike {
  readonly name: string;
  readonly run: (target: Target) => Promise<void>;
}

/** How long something is away, milliseconds. */
const AWAY_MS = 5_000;

/** Longer than a lease of the bridge, so that somebody else could take its work. */
const FROZEN_MS = 2_000;

/** Sends that the provider answers with 500. */
const REFUSED_SENDS = 200;

const TERMINATE = `
  select count(pg_terminate_backend(pid))::int from pg_stat_activity
  where datname = current_database() and pid <> pg_backend_pid() and application_name = 'ponte'`;

const KILL: Strike = {
  name: "kill -9 of the bridge, and a restart",
  run: async ({ scene: { world } }) => {
    await world.bridge().stop("SIGKILL");
    await world.start();
  },
};

const CRASH: Strike = {
  name: "crash of PostgreSQL, and a restart",
  run: async ({ postgres }) => {
    await postgres.fail();
    await sleep(FROZEN_MS);
    await postgres.recover();
  },
};

const CUT: Strike = {
  name: "every connection to PostgreSQL terminated",
  run: async ({ scene: { db } }) => {
    await db.query(TERMINATE);
  },
};

const FREEZE: Strike = {
  name: "PostgreSQL frozen for 2 s",
  run: async ({ postgres }) => {
    postgres.freeze();
    await sleep(FROZEN_MS);
    postgres.thaw();
  },
};

const NO_REDIS: Strike = {
  name: "Redis gone for 5 s, and back empty",
  run: async ({ redis }) => {
    await redis?.crash();
    await sleep(AWAY_MS);
    await redis?.start();
  },
};

const NO_BOT: Strike = {
  name: "the bot away for 5 s",
  run: async ({ scene: { world } }) => {
    await world.rasa.stop();
    await sleep(AWAY_MS);
    await world.rasa.resume();
  },
};

const REFUSALS: Strike = {
  name: `the provider answers ${REFUSED_SENDS} sends with 500`,
  run: ({ scene: { world } }) => {
    const refusal = { kind: "raw", status: 500, body: "" } as const;
    world.graph.script(Array.from({ length: REFUSED_SENDS }, () => refusal));
    return Promise.resolve();
  },
};

/** The faults that can be made here. */
export const listStrikes = ({ redis }: Pick<Target, "redis">): readonly Strike[] => [
  KILL,
  CRASH,
  CUT,
  FREEZE,
  ...(redis === undefined ? [] : [NO_REDIS]),
  NO_BOT,
  REFUSALS,
];

/** Strikes without end in a random order, each as often as the others. `random` gives numbers from 0 up to 1. */
export function* shuffled<Thing>(things: readonly Thing[], random: () => number): Generator<Thing> {
  for (;;) {
    const left = [...things];
    while (left.length > 0) yield* left.splice(Math.floor(random() * left.length), 1);
  }
}
