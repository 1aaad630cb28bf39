import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { SECRETS } from "../e2e/world.ts";
import { type Graph, startGraph } from "../standins/graph.ts";
import { EMPTY_429, type GraphFault, HTML_502 } from "../standins/graph-faults.ts";
import { freePort } from "../standins/listen.ts";
import { createTcpProxy, type TcpProxy } from "../standins/tcp-proxy.ts";
import { audit, auditFigures } from "./audit.ts";
import type { Fault, FaultFigures, Mark, Size } from "./fault.ts";
import { allTaken, heardOnly, timed } from "./marks.ts";
import { metaHabits } from "./providers.ts";
import { openScene, type Scene } from "./scene.ts";
import { createSender, type Sender } from "./sender.ts";

const SECOND_ACCOUNT = "820000000000002";

/** Too many calls, with a time to come back. */
const LATER: GraphFault = { kind: "raw", status: 429, body: "", headers: { "retry-after": "3" } };

/** What goes wrong with single sends; each is one of its kind, and the last ones are the slowest. */
const QUICK: readonly GraphFault[] = [
  { kind: "error", status: 500, code: 131016 },
  { kind: "raw", status: 503, body: "" },
  HTML_502,
  { kind: "reset", taken: true },
  { kind: "reset", taken: false },
  { kind: "broken_json" },
  { kind: "statuses_first" },
];
const SLOW: readonly GraphFault[] = [
  EMPTY_429,
  LATER,
  { kind: "error", status: 429, code: 130429 },
  { kind: "error", status: 400, code: 131056 },
  { kind: "hang", taken: true },
  { kind: "hang", taken: false },
  { kind: "slow", ms: 30_000 },
];

/** Sends between two faults. */
const BETWEEN = 1_000;

/** Sends from one fault of a short run to the next. */
const BETWEEN_SHORT = 8;

/** Milliseconds after which nobody answers any more. */
const PATIENCE_MS = 60_000;

const detectionRows = z.array(z.object({ seconds: z.number().nullable() }));

/** The longest a send was waited for before its outcome was put down as unknown. */
const DETECTION = `
  select max(extract(epoch from finished_at - started_at))::float8 as seconds from send_attempts
  where outcome = 'uncertain' and started_at is not null`;

interface Stage {
  readonly size: Size;
  readonly scene: Scene;
  readonly proxy: TcpProxy;
  /** People of another channel, whose provider is well. */
  readonly other: Sender;
  readonly otherGraph: Graph;
}

/** Messages of the other channel whose answers are timed, one after the other. */
const TIMED = 300;

/** Milliseconds from a message of the other channel to its answer at the provider; the median. */
async function timeOther({ other, otherGraph }: Stage): Promise<number> {
  const times: number[] = [];
  for (let n = 0; n < TIMED; n += 1) {
    const wanted = otherGraph.sent.length + 1;
    const since = performance.now();
    await other.say(1);
    while (otherGraph.sent.length < wanted) {
      if (performance.now() - since > PATIENCE_MS) return Number.POSITIVE_INFINITY;
      await sleep(1);
    }
    times.push(performance.now() - since);
  }
  return times.toSorted((a, b) => a - b)[Math.floor(TIMED / 2)] ?? Number.NaN;
}

/** A provider that answers nobody must not hold up the people of another. */
async function hangOne(stage: Stage): Promise<Mark> {
  const { scene, proxy } = stage;
  await timeOther(stage);
  const before = await timeOther(stage);
  proxy.freeze();
  // Four for each person: every place that the channel may have is waiting for its provider.
  await scene.sender.say(400);
  const during = await timeOther(stage);
  proxy.thaw();
  const ratio = during / before;
  return {
    text: `people of another channel wait less than 10 % longer while a provider hangs (${before.toFixed(1)} ms, then ${during.toFixed(1)} ms)`,
    isMet: ratio < 1.1,
  };
}

/** Sends fault after fault, and then leaves every connection half open. */
async function trouble(stage: Stage): Promise<FaultFigures> {
  const { size, scene, proxy, other, otherGraph } = stage;
  const { sender, world } = scene;
  const faults = size.isShort ? QUICK : [...QUICK, ...SLOW];
  const between = size.of(BETWEEN, BETWEEN_SHORT);
  const quiet = Array.from({ length: between - 1 }, () => ({ kind: "none" }) as const);
  world.graph.script(faults.flatMap((fault) => [...quiet, fault]));
  await sender.say(between * faults.length);
  if (!size.isShort) {
    await scene.rest();
    // The connections that the client keeps, dead without a word.
    await sender.say(100);
    proxy.abandon();
    await sender.say(200);
  }
  await scene.rest();
  const hanging = size.isShort ? [] : [await hangOne(stage)];
  await scene.rest();
  const figures = auditFigures(
    await audit({
      db: scene.db,
      sent: [...sender.sent, ...other.sent],
      answers: [...world.graph.sent, ...otherGraph.sent],
      asked: world.rasa.turns,
    }),
  );
  const [row] = detectionRows.parse(await scene.db.query(DETECTION));
  const seconds = row?.seconds ?? 0;
  return {
    ...figures,
    rounds: faults.length + size.of(2, 0),
    marks: [
      heardOnly(sender, [200]),
      allTaken(sender),
      { text: "every fault was met by a send", isMet: world.graph.unused().length === 0 },
      ...timed(
        size,
        {
          text: `a silent connection is given up within 15 s (${seconds.toFixed(1)} s)`,
          isMet: seconds <= 15,
        },
        ...hanging,
      ),
    ],
    notes: [
      `one fault per ${between} sends: ${faults.map(nameOf).join(", ")}${size.of(1, 0) === 1 ? "; then half-open connections, and a provider that answers nobody" : ""}`,
      ...figures.notes,
    ],
  };
}

function nameOf(fault: GraphFault): string {
  switch (fault.kind) {
    case "error":
      return `${fault.status} with code ${fault.code}`;
    case "raw":
      return `${fault.status}${fault.headers === undefined ? "" : " with Retry-After"}`;
    case "hang":
    case "reset":
      return `${fault.kind}, ${fault.taken ? "taken" : "not taken"}`;
    case "slow":
      return `answered after ${fault.ms / 1_000} s`;
    default:
      return fault.kind.replaceAll("_", " ");
  }
}

const CLOUD = {
  type: "cloud",
  pair_burst: 45,
  pair_refill_ms: 1,
  messages_per_second: 1_000,
} as const;

const secret = { token: SECRETS.token, appSecret: SECRETS.appSecret };

async function run(size: Size): Promise<FaultFigures> {
  const port = await freePort();
  const proxy = await createTcpProxy({ host: "127.0.0.1", port });
  await proxy.start();
  const otherGraph = await startGraph({ ...secret, phoneNumberIds: [SECOND_ACCOUNT] });
  try {
    const scene = await openScene({
      graph: { port },
      sender: { people: 100 },
      env: { WHATSAPP_GRAPH_URL: `http://127.0.0.1:${String(proxy.port)}` },
      settings: {
        channels: {
          whatsapp: CLOUD,
          second: {
            ...CLOUD,
            access_token: "${WPP_AUTHORIZATION_TOKEN}",
            verify_tokens: "${WPP_VERIFY_TOKEN}",
            app_secrets: "${WHATSAPP_APP_SECRET}",
            phone_number_ids: SECOND_ACCOUNT,
            graph_url: otherGraph.url,
          },
        },
      },
    });
    const path = "/webhooks/second/webhook";
    otherGraph.deliverTo(`${scene.world.bridge().url}${path}`);
    const other = createSender({
      habits: metaHabits({ account: SECOND_ACCOUNT, appSecret: SECRETS.appSecret, path }),
      targets: () => [scene.world.bridge().url],
      people: 50,
      run: "other",
      prefix: "5561992",
    });
    try {
      return await trouble({ size, scene, proxy, other, otherGraph });
    } finally {
      other.close();
      await scene.close();
    }
  } finally {
    await otherGraph.close();
    await proxy.stop();
  }
}

export const PROVIDER_TROUBLE: Fault = {
  id: "T5",
  title: "the provider refuses, cuts, breaks and hangs",
  run,
};
