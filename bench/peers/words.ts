import { table } from "../../test/proof/document.ts";
import { CONNECTIONS, PEOPLE } from "../measure.ts";
import type { BehaviourFigures, CrashFigures, PeerFigures } from "./figures.ts";

const BATCH = 3;

/** Messages lost, answered twice or out of order, and forgeries answered: what a bridge must never have. */
export function brokenIn(peers: readonly PeerFigures[]): number {
  return peers.reduce((sum, { behaviour, loop }) => sum + loop.unanswered + brokenOf(behaviour), 0);
}

const brokenCrash = (crash: CrashFigures | undefined): number =>
  crash === undefined ? 0 : crash.lost + crash.doubled;

function brokenOf(behaviour: BehaviourFigures): number {
  const { batchAnswered, duplicates, forged, thought, order, kill, database } = behaviour;
  return (
    BATCH -
    batchAnswered +
    Math.abs(duplicates.answers - duplicates.messages) +
    Math.abs(thought.answers - thought.messages) +
    forged.answered +
    order.disordered +
    order.unanswered +
    brokenCrash(kill) +
    brokenCrash(database)
  );
}

const nameOf = ({ name, version }: PeerFigures): string => `${name} ${version}`;

const crashCells = (crash: CrashFigures | undefined): readonly string[] =>
  crash === undefined
    ? ["no database server", "–"]
    : [`${crash.lost} of ${crash.acknowledged}`, String(crash.doubled)];

function speedTable(peers: readonly PeerFigures[]): readonly string[] {
  return table(
    ["server", "answers 200", "replies per second", "never answered, worst round", "peak MB"],
    peers.map((peer) => [
      nameOf(peer),
      peer.acknowledges,
      Math.round(peer.loop.perSecond),
      peer.loop.unanswered,
      peer.loop.peakMb,
    ]),
  );
}

function singleTable(peers: readonly PeerFigures[]): readonly string[] {
  return table(
    [
      "server",
      "batch of 3: answered",
      "each delivered twice: answers",
      "quick messages: conversations out of order",
      "never answered",
      "bot of 7 s: taken in time",
      "answers",
      "forged: status",
    ],
    peers.map((peer) => {
      const { batchAnswered, duplicates, order, thought, forged } = peer.behaviour;
      return [
        nameOf(peer),
        batchAnswered,
        `${duplicates.answers} to ${duplicates.messages}`,
        `${order.disordered} of ${order.conversations}`,
        `${order.unanswered} of ${order.messages}`,
        `${thought.acknowledged} of ${thought.messages}`,
        `${thought.answers} to ${thought.messages}`,
        forged.status,
      ];
    }),
  );
}

function crashTable(peers: readonly PeerFigures[]): readonly string[] {
  return table(
    [
      "server",
      "kill -9: acknowledged, never answered",
      "answered twice",
      "database stopped: acknowledged, never answered",
      "answered twice",
    ],
    peers.map((peer) => [
      nameOf(peer),
      ...crashCells(peer.behaviour.kill),
      ...crashCells(peer.behaviour.database),
    ]),
  );
}

/** The tables of the comparison and how each was obtained. */
export function describePeers(peers: readonly PeerFigures[], rounds: number): readonly string[] {
  return [
    "Every server is asked the same by the same stand-ins of the provider and the bot, on the same machine, each as its own",
    "documents tell users to write it (`bench/peers/*.mjs`). Chat SDK runs with its `queue` strategy, which its documents recommend",
    "for customer support; its default drops what arrives while a conversation is being answered. whatsapp-api-js answers the",
    "webhook when its work is done. Ponte's waits after a crash are shortened (lease 2 s, uncertain sends 10 s), since the defaults",
    "of 30 s and 60 s would only be waited for.",
    "",
    `**Speed.** Full loop, webhook to bot to provider: all are started, warmed up and measured in turn, ${rounds} rounds of about`,
    `5 s, the median counts; ${CONNECTIONS} connections, ${PEOPLE.toLocaleString("en")} people, bot and provider answer at once. A connection sends its next webhook when`,
    "the last one is acknowledged. Ponte answers up to 200 conversations at once and is paced as no provider paces it; the rivals",
    "know neither bound.",
    "",
    ...speedTable(peers),
    "",
    "**One message at a time.** Three messages in one webhook. Each of 20 webhooks delivered again once it was taken. 20 people at",
    "a time who send 10 messages each, 15 ms apart, a connection each and in order, to a bot that takes 0 to 50 ms. 5 messages to a",
    "bot that takes 7 s, from a provider that waits 5 s and delivers up to three times. A webhook signed with another secret.",
    "",
    ...singleTable(peers),
    "",
    "**Crashes.** Three times `kill -9` as soon as 100 webhooks were answered with 2xx, 20 connections, a bot of 200 ms; then a restart, and",
    "what was not acknowledged is sent again until it is. PostgreSQL stopped as by a crash for a third of a steady load of 100 a",
    "second, then started; the same re-sending. Lost is what got a 2xx and no answer within 12 s of the last one.",
    "",
    ...crashTable(peers),
  ];
}
