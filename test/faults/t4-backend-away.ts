import { createServer } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { ACCOUNT, eventually, SECRETS } from "../e2e/world.ts";
import { listen, stopListening } from "../standins/listen.ts";
import { type RasaStandin, startRasa } from "../standins/rasa.ts";
import { audit, auditFigures } from "./audit.ts";
import type { Fault, FaultFigures, Size } from "./fault.ts";
import { allTaken, heardOnly, timed } from "./marks.ts";
import { metaHabits } from "./providers.ts";
import { openScene, type Scene } from "./scene.ts";
import { createSender, type Sender } from "./sender.ts";

const AWAY_MS = 300_000;

/** People write at this rate while the backend is away, messages per second; what it is asked at in good times. */
const PER_SECOND = 20;

const SORRY = "Desculpe, não consegui responder agora. Tente de novo daqui a pouco.";

/** Begins what goes to the backend that stays. */
const OTHER = "outro";

/** Stands where the backend was, answers 503 and counts: each is a try that a backend in trouble has to bear. */
async function standInTrouble(port: number) {
  let tries = 0;
  const server = createServer((request, response) => {
    tries += 1;
    request.resume();
    response.writeHead(503).end();
  });
  await listen(server, port);
  return { tries: () => tries, close: () => stopListening(server) };
}

/** How many apologies each person got. */
function countSorries(scene: Scene): readonly number[] {
  const counts = new Map<string, number>();
  for (const { to, payload } of scene.world.graph.sent)
    if (JSON.stringify(payload).includes(SORRY)) counts.set(to, (counts.get(to) ?? 0) + 1);
  return [...counts.values()];
}

async function lose(size: Size, scene: Scene, other: Sender): Promise<FaultFigures> {
  const { world, sender } = scene;
  await world.rasa.stop();
  const trouble = await standInTrouble(Number(new URL(world.rasa.url).port));
  const since = performance.now();
  await Promise.all([sender.say(size.of(2_000, 60)), other.say(size.of(200, 20))]);
  // The other backend owes nobody anything while this one is away.
  const answered = () => world.graph.sent.filter(({ payload }) => isOfOther(payload)).length;
  const isUnaffected = await eventually(() => answered() === other.taken()).then(
    () => true,
    () => false,
  );
  await sleep(Math.max(0, size.of(AWAY_MS, 1_500) - (performance.now() - since)));
  const seconds = (performance.now() - since) / 1_000;
  const tries = trouble.tries();
  await trouble.close();
  await world.rasa.resume();
  const backAt = performance.now();
  await eventually(() => world.graph.sent.some(({ payload }) => isOfOwn(payload)));
  const recoveryMs = performance.now() - backAt;
  await scene.rest();
  const sorries = countSorries(scene);
  const asked = world.rasa.turns;
  const figures = auditFigures(
    await audit({
      db: scene.db,
      sent: [...sender.sent, ...other.sent],
      answers: world.graph.sent,
      asked,
    }),
  );
  const perSecond = tries / seconds;
  return {
    ...figures,
    rounds: 1,
    recoveryMs,
    marks: [
      heardOnly(sender, [200]),
      allTaken(sender),
      { text: "each person is apologised to once at most", isMet: Math.max(0, ...sorries) <= 1 },
      {
        text: "people of another backend are answered meanwhile, all of them",
        isMet: isUnaffected,
      },
      { text: "no two questions of one person at once", isMet: world.rasa.overlaps() === 0 },
      ...timed(size, {
        text: `the backend in trouble is asked less than twice as often as in good times (${perSecond.toFixed(1)}/s)`,
        isMet: perSecond < 2 * PER_SECOND,
      }),
    ],
    notes: [
      `away for ${Math.round(seconds)} s; ${tries} tries; ${sorries.length} people were told that it takes longer`,
      ...figures.notes,
    ],
  };
}

/** What the backend that was away says, and no apology. */
const isOfOwn = (payload: unknown): boolean => JSON.stringify(payload).includes("eco m-");

const isOfOther = (payload: unknown): boolean => JSON.stringify(payload).includes(`eco ${OTHER}`);

function openLoss(size: Size, steady: RasaStandin): Promise<Scene> {
  return openScene({
    sender: { people: size.of(200, 20), perSecond: size.of(PER_SECOND, 200), overtakes: true },
    settings: {
      answers: {
        outage_notice_ms: size.of(10_000, 500),
        retry_base_ms: size.of(1_000, 50),
        routes: [{ match: { pattern: `^${OTHER}` }, chain: ["steady"] }],
        chain: ["rasa"],
      },
      backends: {
        rasa: { type: "rasa", url: "${RASA_URL}" },
        steady: { type: "rasa", url: steady.url },
      },
    },
  });
}

async function run(size: Size): Promise<FaultFigures> {
  const steady = await startRasa((_sender, message) => [{ text: `eco ${message}` }]);
  try {
    const scene = await openLoss(size, steady);
    const other = createSender({
      habits: metaHabits({ account: ACCOUNT, appSecret: SECRETS.appSecret }),
      targets: () => [scene.world.bridge().url],
      people: 10,
      run: OTHER,
      prefix: "5561992",
    });
    try {
      return await lose(size, scene, other);
    } finally {
      other.close();
      await scene.close();
    }
  } finally {
    await steady.close();
  }
}

export const BACKEND_AWAY: Fault = {
  id: "T4",
  title: "the backend is away for five minutes",
  run,
};
