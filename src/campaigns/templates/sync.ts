import type { Channel } from "../../channels/channel.ts";
import type { TemplateSource } from "../../channels/template-source.ts";
import type { Queryable } from "../../db/driver.ts";
import { claimSync, endSync, findSync } from "../../db/template-syncs.ts";
import { markGone, saveListed, type SavedPage } from "../../db/template-listing.ts";
import { BridgeError } from "../../errors.ts";
import { type CallTools, callProvider } from "../../flow/call.ts";
import { HttpFailure } from "../../transport.ts";

export interface SyncDependencies {
  readonly db: Queryable;
  readonly tools: CallTools;
  readonly channels: ReadonlyMap<string, { readonly channel: Channel }>;
}

/** What a listing of a channel's templates came to. */
export interface SyncedTemplates {
  readonly channel: string;
  /** Templates the provider listed. */
  readonly synced: number;
  readonly added: number;
  readonly changed: number;
  readonly gone: number;
  /** Whether all there is was listed; only then is anything marked as gone. */
  readonly isComplete: boolean;
}

export type SyncResult =
  | ({ readonly kind: "synced" } & SyncedTemplates)
  /** Not begun: it was listed a moment ago, or the provider wants to be left alone. */
  | { readonly kind: "resting"; readonly channel: string; readonly why: string }
  | { readonly kind: "unsupported"; readonly channel: string }
  | { readonly kind: "failed"; readonly channel: string; readonly error: BridgeError };

/** The shortest time between two listings that nobody insisted on. */
const SYNC_GAP_MS = 60_000;

/** Pages of one listing at most: far more than a business account may have templates. */
const MAX_PAGES = 200;

const TIMEOUT_MS = 20_000;

/**
 * Lists the templates of a channel and stores what changed. Two at once are harmless. The rest that a provider asks for is
 * kept even by somebody who insists. Throws `store_*` only: what the provider refuses is a result.
 */
export async function syncTemplates(
  deps: SyncDependencies,
  channel: string,
  { insist = false }: { readonly insist?: boolean } = {},
): Promise<SyncResult> {
  const configured = deps.channels.get(channel)?.channel;
  const source = configured?.templates;
  if (configured === undefined || source === undefined) return { kind: "unsupported", channel };
  const startedAt = await claimSync(deps.db, channel, insist ? 0 : SYNC_GAP_MS);
  if (startedAt === undefined) return resting(deps.db, channel);
  const listing: Listing = { ...deps, name: channel, channel: configured, source, startedAt };
  try {
    const { restMs, isDone, ...found } = await listAll(listing);
    const gone = found.isComplete ? await markGone(deps.db, channel, startedAt) : 0;
    const { isComplete } = found;
    await endSync(deps.db, channel, startedAt, { isDone, isComplete, restMs, error: null });
    return { kind: "synced", channel, ...found, gone };
  } catch (thrown) {
    const error = nameFailure(thrown);
    const restMs = error.failure?.waitMs ?? 0;
    const end = { isDone: false, isComplete: false, restMs, error: error.code };
    await endSync(deps.db, channel, startedAt, end);
    return { kind: "failed", channel, error };
  }
}

interface Listing extends Pick<SyncDependencies, "db" | "tools"> {
  readonly name: string;
  readonly channel: Channel;
  readonly source: TemplateSource;
  readonly startedAt: string;
}

interface Found extends Omit<SyncedTemplates, "channel" | "gone"> {
  /** Whether it was not broken off. */
  readonly isDone: boolean;
  readonly restMs: number;
}

const NOTHING: Found = {
  synced: 0,
  added: 0,
  changed: 0,
  isComplete: true,
  isDone: true,
  restMs: 0,
};

const brokenOff = (found: Found): Found => ({ ...found, isComplete: false, isDone: false });

/** Lists everything that has templates, one after the other; a rest that is asked for ends it. */
async function listAll(listing: Listing): Promise<Found> {
  let total = NOTHING;
  for (const owner of listing.source.owners) {
    if (total.restMs > 0) return brokenOff(total);
    total = join(total, await listOwner(listing, owner));
  }
  return total;
}

async function listOwner(listing: Listing, owner: string): Promise<Found> {
  let total = NOTHING;
  let cursor: string | undefined;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const { templates, skipped, next, restMs } = await readPage(listing, owner, cursor);
    const saved = await saveListed(listing.db, listing.name, listing.startedAt, templates);
    total = join(total, pageTotal(templates.length, saved, skipped, restMs));
    if (next === undefined) return total;
    if (restMs > 0) return brokenOff(total);
    if (next === cursor) break;
    cursor = next;
  }
  return { ...total, isComplete: false };
}

async function readPage({ channel, source, tools }: Listing, owner: string, cursor?: string) {
  const request = source.list(owner, cursor);
  const options = { timeoutMs: TIMEOUT_MS };
  return source.readPage(await callProvider(channel, request, tools, options), owner);
}

function pageTotal(synced: number, saved: SavedPage, skipped: number, restMs: number): Found {
  return { synced, ...saved, isComplete: skipped === 0, isDone: true, restMs };
}

function join(one: Found, other: Found): Found {
  return {
    synced: one.synced + other.synced,
    added: one.added + other.added,
    changed: one.changed + other.changed,
    isComplete: one.isComplete && other.isComplete,
    isDone: one.isDone && other.isDone,
    restMs: Math.max(one.restMs, other.restMs),
  };
}

async function resting(db: Queryable, channel: string): Promise<SyncResult> {
  const { rest_until: until } = (await findSync(db, channel)) ?? { rest_until: null };
  const why =
    until === null
      ? "its templates were listed less than a minute ago"
      : `its provider wants no calls before ${until}`;
  return { kind: "resting", channel, why };
}

/** Names what went wrong on the way to the provider; what the store refuses is thrown on. */
export function nameFailure(thrown: unknown): BridgeError {
  if (thrown instanceof BridgeError && thrown.code.startsWith("channel_")) return thrown;
  if (!(thrown instanceof HttpFailure)) throw thrown;
  const detail = `the provider gave no complete answer: ${thrown.reason}`;
  return new BridgeError("channel_unavailable", detail, { cause: thrown });
}
