import { setTimeout as sleep } from "node:timers/promises";
import { load } from "../load.ts";
import { countSent, webhookJob } from "../loop.ts";
import { ROUNDS, tell } from "../measure.ts";
import type { Subject } from "../subject.ts";
import type { World } from "../world.ts";
import type { LoopFigures } from "./figures.ts";
import type { Peer } from "./peer.ts";

/** How long a round is to take, seconds; how many webhooks that is comes of the warm-up. */
const ROUND_S = 5;
const WARM_UP = 2_000;
const MOST = 30_000;
/** Nothing new for so long: what is missing will not come, milliseconds. */
const PATIENCE_MS = 5_000;

/** Waits for replies until all are there or no more come; resolves with their number and the time of the last, milliseconds. */
async function waitForReplies(url: string, before: number, wanted: number) {
  let last = -1;
  let at = performance.now();
  for (;;) {
    const count = (await countSent(url)) - before;
    if (count !== last) {
      last = count;
      at = performance.now();
    }
    if (count >= wanted || performance.now() - at > PATIENCE_MS) return { count, at };
    await sleep(5);
  }
}

async function runRound(
  subject: Subject,
  standinsUrl: string,
  requests: number,
  run: string,
): Promise<LoopFigures> {
  const before = await countSent(standinsUrl);
  const began = performance.now();
  const { refused } = await load({ ...webhookJob(subject.port), requests, run });
  const { count, at } = await waitForReplies(standinsUrl, before, requests - refused);
  return {
    perSecond: count / ((at - began) / 1_000),
    sent: requests,
    unanswered: Math.max(0, requests - count),
    peakMb: subject.peakMb(),
  };
}

function median(rounds: readonly LoopFigures[]): LoopFigures {
  const sorted = rounds.toSorted((a, b) => a.perSecond - b.perSecond);
  const middle = sorted[Math.floor(sorted.length / 2)];
  if (middle === undefined) throw new Error("nothing was measured");
  return { ...middle, unanswered: Math.max(...rounds.map(({ unanswered }) => unanswered)) };
}

/** A started program and how many webhooks of a round it gets. */
interface Entry {
  readonly subject: Subject;
  readonly requests: number;
}

async function prepare(world: World, peer: Peer, folder: string): Promise<Entry> {
  const { url } = world.standins;
  const database = peer.usesPostgres ? { databaseUrl: await world.newDatabase() } : {};
  const subject = peer.isOurs
    ? await world.bridge({ role: "all", ...database })
    : await peer.start({ graphUrl: url, rasaUrl: url, folder, ...database });
  const warm = await runRound(subject, url, world.scaled(WARM_UP), `${peer.name} warm`);
  const requests = Math.min(MOST, Math.ceil(warm.perSecond * ROUND_S));
  return { subject, requests: Math.max(200, world.scaled(requests)) };
}

/**
 * Replies per second of the full loop, webhook to bot to provider, of each program: all are started and warmed up, then
 * measured in turn, `ROUNDS` times. The median counts. Resolves in the order of the programs.
 */
export async function measureLoops(
  world: World,
  peers: readonly Peer[],
  folder: string,
): Promise<readonly LoopFigures[]> {
  const entries: Entry[] = [];
  try {
    for (const peer of peers) entries.push(await prepare(world, peer, folder));
    const rounds = peers.map((): LoopFigures[] => []);
    for (let round = 0; round < ROUNDS; round += 1)
      for (const [n, { subject, requests }] of entries.entries()) {
        await world.checkpoint();
        const run = `${peers[n]?.name} ${round}`;
        const figures = await runRound(subject, world.standins.url, requests, run);
        tell(`${run}: ${Math.round(figures.perSecond)} replies per second`);
        rounds[n]?.push(figures);
      }
    return rounds.map(median);
  } finally {
    for (const { subject } of entries) await subject.stop();
  }
}
