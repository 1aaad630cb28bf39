import { hasServer } from "../database.ts";
import type { BridgeProcess } from "../e2e/bridge-process.ts";
import { startBalancer } from "../standins/balancer.ts";
import { until } from "../until.ts";
import { auditFigures } from "./audit.ts";
import type { Fault, FaultFigures, Size } from "./fault.ts";
import { allTaken, answersOf, heardOnly, longest, timed } from "./marks.ts";
import { openScene } from "./scene.ts";

/** Long enough for the balancer to ask some times, on a busy machine too. */
const DRAIN_MS = 3_000;

const STOP_MS = 10_000;

const hasDatabase = await hasServer();

/** Restarts two processes in turn, as a service manager does, while webhooks come through a balancer. */
async function run(size: Size): Promise<FaultFigures> {
  const rounds = size.of(20, 1);
  const balancer = await startBalancer();
  const scene = await openScene({
    settings: { server: { drain_ms: DRAIN_MS } },
    sender: { people: 16, perSecond: size.of(200, 60), targets: () => [balancer.url] },
  });
  const { world, sender } = scene;
  const codes: (number | null)[] = [];
  const stops: number[] = [];
  const restart = async (bridge: BridgeProcess): Promise<BridgeProcess> => {
    const since = performance.now();
    codes.push(await bridge.stop("SIGTERM"));
    stops.push(performance.now() - since);
    balancer.remove(bridge.url);
    const next = await world.startAnother();
    balancer.add(next.url);
    await until(() => balancer.ready().includes(next.url));
    return next;
  };
  try {
    let bridges = [world.bridge(), await world.startAnother()];
    for (const { url } of bridges) balancer.add(url);
    world.graph.deliverTo(`${balancer.url}/webhooks/whatsapp/webhook`);
    await until(() => balancer.ready().length === bridges.length);
    sender.start();
    await until(() => sender.taken() >= 20);
    for (let round = 0; round < rounds; round += 1) {
      const [first, ...others] = bridges;
      if (first !== undefined) bridges = [...others, await restart(first)];
    }
    const soFar = sender.taken();
    await until(() => sender.taken() >= soFar + 20);
    await sender.stop();
    await scene.rest();
    await world.graph.settled();
    const figures = auditFigures(await scene.audit());
    const slowestMs = longest(stops);
    return {
      ...figures,
      rounds,
      marks: [
        allTaken(sender),
        heardOnly(sender, [200]),
        {
          text: `no call failed at the balancer: ${balancer.failed.length} did`,
          isMet: balancer.failed.length === 0,
        },
        { text: "each stop ends with 0", isMet: codes.every((code) => code === 0) },
        ...timed(size, {
          text: `each stop takes less than ${STOP_MS / 1_000} s: ${Math.round(slowestMs)} ms at most, ${DRAIN_MS} of them the drain`,
          isMet: slowestMs < STOP_MS,
        }),
      ],
      notes: [
        answersOf(sender),
        ...[...new Set(balancer.failed)].map((reason) => `a call failed: ${reason}`),
        ...figures.notes,
      ],
    };
  } finally {
    await scene.close();
    await balancer.close();
  }
}

export const ROLLING: Fault = {
  id: "T21",
  title: "rolling restart of two processes by SIGTERM",
  missing: () => (hasDatabase ? undefined : "there is no PostgreSQL server"),
  run,
};
