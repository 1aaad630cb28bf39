import type { Channel } from "../channels/channel.ts";
import { keepPayloads } from "../db/button-payloads.ts";
import type { Database } from "../db/driver.ts";
import { enqueue, findTargets, type NamedTarget, type OutboundLot } from "../db/outbound.ts";
import { derivedId } from "../identity.ts";
import type { Push } from "../messages.ts";
import type { Observer } from "./observer.ts";
import { renderReplies } from "./render-replies.ts";

/** Something a backend says without having been asked, with where it came from. */
export interface ArrivedPush {
  /** The stored webhook it came with and its place there: the same push has the same ids however often it is stored. */
  readonly eventId: string;
  readonly place: number;
  readonly push: Push;
  /** Where the spans of its messages belong. */
  readonly trace?: string | undefined;
}

interface PushDependencies {
  readonly db: Database;
  /** By name. */
  readonly channels: ReadonlyMap<string, { readonly channel: Channel }>;
  readonly observer: Observer;
}

/** Why a webhook is put aside whose push is for nobody. */
export const LOST_PUSH = "no conversation to which it can be sent has this name";

/** Whether one of the pushes of a webhook is for nobody we can write to. */
export async function isAnyLost(
  { db, channels }: Pick<PushDependencies, "db" | "channels">,
  pushes: readonly Push[],
): Promise<boolean> {
  const names = new Set(pushes.map(({ recipient }) => recipient));
  const targets = await findTargets(db, [...names]);
  const reached = targets.filter(
    ({ channel }) => channels.get(channel)?.channel.delivery === "push",
  );
  return reached.length < names.size;
}

/**
 * Puts what backends say of themselves into the outboxes of their conversations, in order. Returns those whose conversation
 * nobody knows.
 */
export async function storePushes(
  { db, channels, observer }: PushDependencies,
  pushes: readonly ArrivedPush[],
): Promise<ReadonlySet<ArrivedPush>> {
  if (pushes.length === 0) return new Set();
  const targets = new Map(
    (
      await findTargets(
        db,
        pushes.map(({ push }) => push.recipient),
      )
    ).map((target) => [target.name, target]),
  );
  const unknown = new Set<ArrivedPush>();
  const lots: OutboundLot[] = [];
  for (const arrived of pushes) {
    const target = targets.get(arrived.push.recipient);
    const channel = target && channels.get(target.channel)?.channel;
    if (target === undefined || channel?.delivery !== "push") {
      unknown.add(arrived);
    } else if (target.optedOut) {
      observer.event(target.channel, "push_opted_out");
    } else {
      lots.push(await renderPush(db, channel, target, arrived));
    }
  }
  await enqueue(db, lots);
  return unknown;
}

async function renderPush(
  db: Database,
  channel: Channel,
  target: NamedTarget,
  { eventId, place, push, trace }: ArrivedPush,
): Promise<OutboundLot> {
  const options = { mergeTexts: false, answered: "" };
  const rendered = renderReplies(channel, [push.reply], target.address, options);
  if (rendered.kept.length > 0) await keepPayloads(db, rendered.kept);
  const rows = rendered.rows.map((row, index) => ({
    ...row,
    id: derivedId(eventId, `${place}.${index}`),
  }));
  return { target, rows, origin: "push", trace };
}
