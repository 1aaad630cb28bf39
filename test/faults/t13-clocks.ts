import { setTimeout as sleep } from "node:timers/promises";
import { createMemoryCache } from "../../src/cache/memory.ts";
import { channelWith, SECRET } from "../channels/evolution/sample.ts";
import { hasServer } from "../database.ts";
import type { Environment } from "../e2e/bridge-process.ts";
import { signToken } from "../standins/evolution-webhooks.ts";
import { until } from "../until.ts";
import { auditFigures } from "./audit.ts";
import type { Fault, FaultFigures, Size } from "./fault.ts";
import { allTaken, answersOf, heardOnly } from "./marks.ts";
import { openScene } from "./scene.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** The clocks of the two machines: five minutes ahead and five behind, then an hour each way. */
const AHEAD_MS = [5 * MINUTE_MS, HOUR_MS, -HOUR_MS, 5 * MINUTE_MS];
const BEHIND_MS = [-5 * MINUTE_MS, -HOUR_MS, HOUR_MS, -5 * MINUTE_MS];

const hasDatabase = await hasServer();

const clockOf = (steps: readonly number[]): Environment => ({
  NODE_OPTIONS: `--disable-warning=ExperimentalWarning --import ${new URL("t13-shifted-clock.ts", import.meta.url).href}`,
  CLOCK_STEPS_MS: steps.join(","),
});

/** Whether a token is taken by a clock that differs so much from that of the server that signed it. */
async function takesToken(skewMs: number): Promise<boolean> {
  const signedAt = new Date();
  const token = await signToken(SECRET, { now: signedAt });
  const headers = { authorization: `Bearer ${token}` };
  const call = { method: "POST", suffix: "", headers, query: {}, rawBody: Buffer.from("{}") };
  const nobody = () => Promise.reject(new Error("nobody is called here"));
  const tools = {
    http: nobody,
    stream: nobody,
    now: new Date(signedAt.getTime() + skewMs),
    cache: createMemoryCache(),
  };
  return (await channelWith().authenticate?.(call, tools)) ?? false;
}

/** The bot is away now and then, so that there is something to be tried again at a later time. */
const AWAY = Array.from({ length: 3 }, () => ({ kind: "status", status: 503 }) as const);

/** Runs two bridges whose clocks differ, and sets them by hours while they work. */
async function run(size: Size): Promise<FaultFigures> {
  const rounds = size.of(10, 1);
  const scene = await openScene({
    env: clockOf(AHEAD_MS),
    sender: { people: 12, perSecond: size.of(200, 80) },
  });
  const { world, sender } = scene;
  try {
    const ahead = world.bridge();
    const behind = await world.startAnother(clockOf(BEHIND_MS));
    scene.aim([ahead, behind]);
    sender.start();
    const steps = rounds * AHEAD_MS.length;
    for (let step = 0; step < steps; step += 1) {
      const soFar = sender.taken();
      await until(() => sender.taken() >= soFar + size.of(200, 12));
      world.rasa.script(...AWAY);
      for (const bridge of [ahead, behind]) bridge.signal("SIGUSR2");
      await sleep(size.of(300, 20));
    }
    await sender.stop();
    await scene.rest();
    await world.graph.settled();
    const figures = auditFigures(await scene.audit());
    const tokens = await Promise.all([-5 * MINUTE_MS, 5 * MINUTE_MS].map(takesToken));
    return {
      ...figures,
      rounds: steps,
      marks: [
        allTaken(sender),
        heardOnly(sender, [200]),
        {
          text: "no question was asked while another of its conversation was open",
          isMet: world.rasa.overlaps() === 0,
        },
        {
          text: "signed tokens are taken five minutes off either way",
          isMet: tokens.every(Boolean),
        },
      ],
      notes: [
        "two bridges, five minutes ahead and behind, each set an hour forward and back while they work; the clock is that of the process, not of PostgreSQL; afterwards nothing waits, neither a lease nor a retry",
        answersOf(sender),
        ...figures.notes,
      ],
    };
  } finally {
    await scene.close();
  }
}

export const CLOCKS: Fault = {
  id: "T13",
  title: "clocks that differ and are set",
  missing: () => (hasDatabase ? undefined : "there is no PostgreSQL server"),
  run,
};
