import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describeMachine } from "../../test/proof/machine.ts";
import { ratio, ROUNDS, tell } from "../measure.ts";
import { writePictures } from "../pictures.ts";
import type { Section } from "../report.ts";
import type { World } from "../world.ts";
import { FULL, QUICK } from "./amount.ts";
import { measureBehaviour } from "./behaviour.ts";
import { type PeerFigures, type PeersFigures, writePeersFigures } from "./figures.ts";
import { measureLoops } from "./loop.ts";
import { listPeers, type Peer } from "./peer.ts";
import { brokenIn, describePeers } from "./words.ts";

const TITLE = "Rivals";

function ownVersion(): string {
  const file = new URL("../../package.json", import.meta.url);
  const { version }: { version: string } = JSON.parse(readFileSync(file, "utf8"));
  return version;
}

async function measureAll(world: World, peers: readonly Peer[]): Promise<readonly PeerFigures[]> {
  const folder = mkdtempSync(path.join(tmpdir(), "ponte-peers-"));
  try {
    const loops = await measureLoops(world, peers, folder);
    const figures: PeerFigures[] = [];
    for (const [n, peer] of peers.entries()) {
      const loop = loops[n];
      if (loop === undefined) continue;
      const amount = world.isQuick ? QUICK : FULL;
      const behaviour = await measureBehaviour(peer, amount, world.newDatabase);
      tell(`${peer.name}: ${JSON.stringify(behaviour)}`);
      const { name, version, isOurs, acknowledges } = peer;
      figures.push({ name, version, isOurs, acknowledges, loop, behaviour });
    }
    return figures;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The aims' figures: ours on PostgreSQL beside the fastest rival of all, and beside the one that uses PostgreSQL too. */
function compare(peers: readonly PeerFigures[]) {
  const [ours] = peers;
  const rivals = peers.filter(({ isOurs }) => !isOurs);
  const onPostgres = rivals.find(({ behaviour }) => behaviour.database !== undefined);
  const fastest = rivals.toSorted((a, b) => b.loop.perSecond - a.loop.perSecond)[0];
  if (ours === undefined || fastest === undefined || onPostgres === undefined) return undefined;
  const own = ours.loop.perSecond;
  return { fastest, own, perFastest: own / fastest.loop.perSecond, onPostgres };
}

function summary(peers: readonly PeerFigures[]): readonly string[] {
  const found = compare(peers);
  if (found === undefined) return [];
  const { fastest, own, onPostgres } = found;
  return [
    `- full loop, Ponte on PostgreSQL / the fastest rival (${fastest.name}): **${ratio(own, fastest.loop.perSecond)}** (aim 1.0)`,
    `- full loop, Ponte on PostgreSQL / ${onPostgres.name}: **${ratio(own, onPostgres.loop.perSecond)}** (aim 4)`,
    `- lost, answered twice or out of order at Ponte, both databases: **${brokenIn(peers.filter(({ isOurs }) => isOurs))}** (aim 0)`,
    "",
  ];
}

/**
 * Runs the rivals, which have to be installed, and ours among the same stand-ins: how fast, and what becomes of the messages. A whole run also keeps its
 * figures and draws the pictures of the README.
 */
export async function measurePeers(world: World): Promise<Section> {
  const peers = await measureAll(world, listPeers(ownVersion()));
  const figures: PeersFigures = { facts: [...describeMachine()], peers: [...peers] };
  if (!world.isQuick) {
    await writePeersFigures(figures);
    writePictures(figures);
  }
  const found = compare(peers);
  return {
    title: TITLE,
    lines: [...summary(peers), ...describePeers(peers, ROUNDS)],
    figures: {
      "peers.broken": brokenIn(peers.filter(({ isOurs }) => isOurs)),
      ...(found !== undefined && {
        "loop.perFastestRival": found.perFastest,
        "loop.perChatSdkPostgres": found.own / found.onPostgres.loop.perSecond,
      }),
    },
  };
}
