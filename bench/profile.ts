import { cpus } from "node:os";
import { z } from "zod";
import { table as markdown } from "../test/proof/document.ts";
import { openDatabases } from "./databases.ts";
import {
  INSPECT,
  percent,
  profileWhile,
  type Shares,
  sharesOf,
  sharesText,
  SHOWN_SHARE,
} from "./inspector.ts";
import { load } from "./load.ts";
import { countSent, loopRound, waitForSent, webhookJob } from "./loop.ts";
import { tell } from "./measure.ts";
import { onDatabase } from "./on-database.ts";
import { openLoad } from "./open-load.ts";
import { processorMs } from "./processor-time.ts";
import type { Section } from "./report.ts";
import {
  forgetStatements,
  readStatements,
  STATEMENTS_LIBRARY,
  type StatementTime,
} from "./statements.ts";
import type { Subject } from "./subject.ts";
import type { World } from "./world.ts";

const WEBHOOKS = 20_000;
const LOOPS = 4_000;
const STEADY = { perSecond: 100, seconds: 15 } as const;

/** Webhooks of the steady load are numbered from here, so that no two rounds share one. */
const NUMBERS = 10_000_000;

interface Kind {
  readonly name: string;
  readonly role: "web" | "all";
  /** How many webhooks one round has. */
  readonly count: number;
  readonly run: (subject: Subject, count: number, round: number) => Promise<unknown>;
}

const pidRows = z.array(z.object({ pid: z.number() }));

const pidsOf = (databaseUrl: string): Promise<readonly number[]> =>
  onDatabase(databaseUrl, async (db) =>
    pidRows.parse(await db.query("select pid from pg_stat_activity")).map(({ pid }) => pid),
  );

function listKinds({ scaled, standins }: World): readonly Kind[] {
  const seconds = scaled(STEADY.seconds);
  return [
    {
      name: "webhooks, as many as it takes",
      role: "web",
      count: scaled(WEBHOOKS),
      run: (subject, requests, round) =>
        load({ ...webhookJob(subject.port), requests, run: `profile ${round}` }),
    },
    {
      name: "full loop, as many as it takes",
      role: "all",
      count: scaled(LOOPS),
      run: (subject, requests, round) =>
        loopRound([subject], standins.url, { name: "", requests, run: `profile ${round}` }),
    },
    {
      name: `full loop, ${STEADY.perSecond} a second`,
      role: "all",
      count: STEADY.perSecond * seconds,
      run: async ({ port }, requests, round) => {
        const before = await countSent(standins.url);
        const { perSecond } = STEADY;
        const job = { port, path: webhookJob(port).path, perSecond, requests, people: 2_000 };
        await openLoad({ ...job, first: round * NUMBERS, run: `profile ${round}` });
        await waitForSent(standins.url, before + requests);
      },
    },
  ];
}

interface Found {
  readonly name: string;
  /** Milliseconds of processor time for each webhook, by who took it, and of the cores that nobody wanted. */
  readonly split: readonly number[];
  readonly shares: Shares;
  readonly statements: readonly StatementTime[];
  readonly count: number;
}

/** Runs one kind of load three times: to warm up, to read the processes' times, and to look into the bridge. */
async function watch(world: World, kind: Kind, databaseUrl: string): Promise<Found> {
  const subject = await world.bridge({ role: kind.role, databaseUrl, nodeOptions: [INSPECT] });
  const { name, count } = kind;
  await kind.run(subject, count, 1);
  await world.checkpoint();
  const servers = await pidsOf(databaseUrl);
  await forgetStatements(databaseUrl);
  const read = () => [
    processorMs([subject.pid]),
    processorMs(servers),
    processorMs([world.standins.pid]),
    processorMs([process.pid]),
  ];
  const before = read();
  const began = performance.now();
  await kind.run(subject, count, 2);
  const elapsedMs = performance.now() - began;
  const used = read().map((ms, n) => ms - (before[n] ?? 0));
  const statements = await readStatements(databaseUrl);
  const idleMs = elapsedMs * cpus().length - used.reduce((sum, ms) => sum + ms, 0);
  const profile = await profileWhile(subject.inspector ?? "", () => kind.run(subject, count, 3));
  await subject.stop();
  tell(`${name}: ${used.map((ms) => (ms / count).toFixed(2)).join(", ")} ms each`);
  return {
    name,
    split: [...used, Math.max(0, idleMs)].map((ms) => ms / count),
    shares: sharesOf(profile),
    statements,
    count,
  };
}

function statementLines({ name, statements, count }: Found): readonly string[] {
  const whole = statements.reduce((sum, { ms }) => sum + ms, 0);
  const words = statements
    .filter(({ ms }) => ms / whole >= SHOWN_SHARE)
    .map(
      ({ name: statement, ms, calls }) =>
        `${statement} ${percent(ms, whole)} (${(calls / count).toFixed(2)} each, ${(ms / calls).toFixed(2)} ms)`,
    );
  return [`- ${name}: ${(whole / count).toFixed(2)} ms for each webhook; ${words.join(", ")}`];
}

/** Where the time of a webhook and of a reply goes: by process, in the bridge's thread, and in PostgreSQL. */
export async function measureProfile(world: World): Promise<Section> {
  const databases = await openDatabases(STATEMENTS_LIBRARY);
  try {
    const found: Found[] = [];
    for (const kind of listKinds(world))
      found.push(await watch(world, kind, await databases.create()));
    const rows = found.map(({ name, split }) => [name, ...split.map((ms) => ms.toFixed(2))]);
    return {
      title: "Where the time goes",
      lines: [
        "Milliseconds of processor time for each webhook, on all cores together; what nobody wanted is shown as idle:",
        "",
        ...markdown(["load", "bridge", "PostgreSQL", "stand-ins", "sender", "idle"], rows),
        "",
        "The busy time of the bridge's thread, by whose code runs (a sampling profile, one look each millisecond):",
        "",
        ...found.map(({ name, shares }) => `- ${name}: ${sharesText(shares)}`),
        "",
        "Time in PostgreSQL by statement (pg_stat_statements; how often for each webhook, and how long each takes):",
        "",
        ...found.flatMap(statementLines),
      ],
    };
  } finally {
    await databases.close();
  }
}
