import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fillDataFolder } from "../../test/database.ts";
import { type RasaStandin, startRasa } from "../../test/standins/rasa.ts";
import type { Subject } from "../subject.ts";
import type { Peer } from "./peer.ts";
import { type Provider, startProvider } from "./provider.ts";

/** One of the compared programs among its provider and its bot. */
export interface Trial {
  readonly peer: Peer;
  readonly provider: Provider;
  readonly subject: () => Subject;
  /** Ends the program as `kill -9` does. */
  readonly kill: () => Promise<void>;
  /** Starts it again among the same things. */
  readonly restart: () => Promise<void>;
  /** Starts it again where it has ended by itself, as whatever keeps a server running would; tells whether it had. */
  readonly revive: () => Promise<boolean>;
  readonly close: () => Promise<void>;
}

/** How long to look, milliseconds. */
export interface Look {
  /** Nothing new was answered for so long: what is missing counts as lost. */
  readonly forMissingMs: number;
  /** The same once everything was answered: what is given twice has to show by then. */
  readonly forMoreMs: number;
}

const USUAL: Look = { forMissingMs: 8_000, forMoreMs: 1_500 };
/** Several times as long as the slowest answer of the bot. */
export const AFTER_THOUGHT: Look = { forMissingMs: 25_000, forMoreMs: 1_500 };
/** Longer than our own waits after a crash, which end in a second sending if anything does. */
export const AFTER_CRASH: Look = { forMissingMs: 12_000, forMoreMs: 12_000 };
/** Between two crashes: as long as whoever is quick needs. */
export const BETWEEN_CRASHES: Look = { forMissingMs: 3_000, forMoreMs: 500 };

/** A delay of 0 to 50 ms that depends on nothing but the message: the same for every program. */
const jitterOf = (message: string): number => {
  let hash = 7;
  for (const letter of message) hash = (hash * 31 + letter.charCodeAt(0)) % 65_521;
  return (hash * 7_919) % 51;
};

/** How long the bot takes for a message, milliseconds; its first word tells. */
function thinkingMs(message: string): number {
  if (message.startsWith("slow")) return 200;
  if (message.startsWith("jitter")) return jitterOf(message);
  return message.startsWith("thought") ? 7_000 : 0;
}

/** A bot that repeats what it is told. */
async function bot(_sender: string, message: string) {
  await sleep(thinkingMs(message));
  return [{ text: message }];
}

/** Starts a program; `databaseUrl` is for those that use PostgreSQL. */
export async function openTrial(peer: Peer, databaseUrl: string | undefined): Promise<Trial> {
  const provider = await startProvider();
  const rasa: RasaStandin = await startRasa(bot);
  const folder = mkdtempSync(path.join(tmpdir(), "ponte-peers-"));
  if (peer.isOurs && databaseUrl === undefined) await fillDataFolder(path.join(folder, "data"));
  const own = databaseUrl === undefined ? {} : { databaseUrl };
  const place = { graphUrl: provider.url, rasaUrl: rasa.url, folder, ...own };
  let subject = await peer.start(place);
  provider.serve(subject.url);
  const restart = async (): Promise<void> => {
    subject = await peer.start(place);
    provider.serve(subject.url);
  };
  return {
    peer,
    provider,
    subject: () => subject,
    kill: () => subject.stop(),
    restart,
    revive: async () => {
      if (isRunning(subject)) return false;
      await restart();
      return true;
    },
    close: async () => {
      if (isRunning(subject)) await subject.stop();
      await rasa.close();
      await provider.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A process that has ended holds no memory. */
function isRunning(subject: Subject): boolean {
  try {
    return subject.peakMb() > 0;
  } catch {
    return false;
  }
}

/** How often each of these texts was answered, once nothing more comes. */
export async function answersTo(
  { provider }: Trial,
  texts: readonly string[],
  look = USUAL,
): Promise<ReadonlyMap<string, number>> {
  const wanted = new Set(texts);
  const count = (): ReadonlyMap<string, number> => {
    const counts = new Map<string, number>();
    for (const text of provider.sent)
      if (wanted.has(text)) counts.set(text, (counts.get(text) ?? 0) + 1);
    return counts;
  };
  let last = -1;
  let since = performance.now();
  for (;;) {
    const counts = count();
    const total = [...counts.values()].reduce((sum, one) => sum + one, 0);
    if (total !== last) {
      last = total;
      since = performance.now();
    }
    const limit = counts.size === wanted.size ? look.forMoreMs : look.forMissingMs;
    if (performance.now() - since > limit) return counts;
    await sleep(50);
  }
}

/** Posts a webhook again and again, as the provider does, until it gets 2xx. Throws after a minute. */
export async function postUntilTaken(trial: Trial, body: unknown): Promise<void> {
  const began = performance.now();
  while (performance.now() - began < 60_000) {
    const status = await trial.provider.post(body);
    if (status >= 200 && status < 300) return;
    await sleep(500);
  }
  throw new Error(`${trial.peer.name} took a webhook not within a minute`);
}
