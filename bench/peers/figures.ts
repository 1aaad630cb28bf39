import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { format } from "prettier";
import { z } from "zod";

const crashSchema = z.object({
  /** Webhooks answered with 2xx: before the kill, or in the end where the database was stopped. */
  acknowledged: z.number(),
  /** Of these, never answered. */
  lost: z.number(),
  /** Webhooks that were not acknowledged at first. */
  sentAgain: z.number(),
  /** Messages answered more than once. */
  doubled: z.number(),
});

const orderSchema = z.object({
  conversations: z.number(),
  /** Conversations in which an answer came before that to an earlier message. */
  disordered: z.number(),
  messages: z.number(),
  unanswered: z.number(),
});

const behaviourSchema = z.object({
  /** Of three messages in one webhook. */
  batchAnswered: z.number(),
  /** Answers to so many messages, each delivered twice. */
  duplicates: z.object({ messages: z.number(), answers: z.number() }),
  /** What a webhook with a wrong signature got, and how often it was answered at the provider. */
  forged: z.object({ status: z.number(), answered: z.number() }),
  /** Messages to a bot that takes longer than the provider waits: how many were acknowledged in time, and the answers. */
  thought: z.object({ messages: z.number(), acknowledged: z.number(), answers: z.number() }),
  order: orderSchema,
  kill: crashSchema,
  /** Absent for those without a database server. */
  database: crashSchema.optional(),
});

const loopSchema = z.object({
  /** The median round, replies at the provider. */
  perSecond: z.number(),
  /** Webhooks of that round. */
  sent: z.number(),
  /** Of these, never answered. */
  unanswered: z.number(),
  peakMb: z.number(),
});

const peerSchema = z.object({
  name: z.string(),
  version: z.string(),
  isOurs: z.boolean(),
  acknowledges: z.string(),
  loop: loopSchema,
  behaviour: behaviourSchema,
});

const peersSchema = z.object({
  /** What the figures were measured with, a line each. */
  facts: z.array(z.string()),
  peers: z.array(peerSchema),
});

export type CrashFigures = z.output<typeof crashSchema>;
export type OrderFigures = z.output<typeof orderSchema>;
export type BehaviourFigures = z.output<typeof behaviourSchema>;
export type LoopFigures = z.output<typeof loopSchema>;
export type PeerFigures = z.output<typeof peerSchema>;
/** Everything the comparison measured in one run. */
export type PeersFigures = z.output<typeof peersSchema>;

const FILE = new URL("figures.json", import.meta.url);

/** The figures of the last whole run; undefined where there was none. */
export function readPeersFigures(): PeersFigures | undefined {
  return existsSync(FILE) ? peersSchema.parse(JSON.parse(readFileSync(FILE, "utf8"))) : undefined;
}

/** Keeps them, so that the pictures can be drawn again. */
export async function writePeersFigures(figures: PeersFigures): Promise<void> {
  writeFileSync(FILE, await format(JSON.stringify(figures), { parser: "json" }));
}
