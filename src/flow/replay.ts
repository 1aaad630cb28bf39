import type { Channel, WebhookResult } from "../channels/channel.ts";
import type { Database } from "../db/driver.ts";
import { type EventWithBody, findEvent } from "../db/events-read.ts";
import { markUnderstood } from "../db/inbox.ts";
import { BridgeError } from "../errors.ts";
import type { Accept } from "./accept.ts";
import { isAnyLost, LOST_PUSH } from "./push.ts";

interface ReplayDependencies {
  readonly db: Database;
  readonly accept: Accept;
  readonly channels: ReadonlyMap<string, { readonly channel: Channel }>;
}

/** What came of reading a stored webhook again. */
export interface Replayed {
  readonly state: "stored" | "quarantined";
  readonly reason: string | null;
  readonly eventCount: number;
}

/** Bytes read back at most; above every channel's limit, so that a body is never cut. */
const WHOLE_BODY = 64 * 1024 * 1024;

/**
 * Builds the replay of stored webhooks: the bytes are read again as the channel reads them today, and what is new in
 * them is stored. What was stored before is recognised by its id. Throws `request_not_found` and `store_*`.
 */
export function createReplay(deps: ReplayDependencies): (id: string) => Promise<Replayed> {
  return async (id) => {
    const event = await findEvent(deps.db, id, WHOLE_BODY);
    if (event === undefined) throw new BridgeError("request_not_found", "no such webhook");
    const result = reread(deps, event);
    if (result.kind !== "events")
      return { state: "quarantined", reason: result.reason, eventCount: 0 };
    const pushes = result.events.filter((one) => one.kind === "push");
    if (await isAnyLost(deps, pushes))
      return { state: "quarantined", reason: LOST_PUSH, eventCount: 0 };
    const { channel, body: rawBody } = event;
    await deps.accept({ channel, headers: {}, rawBody, result, replayOf: id });
    await markUnderstood(deps.db, id, result.events.length);
    return { state: "stored", reason: null, eventCount: result.events.length };
  };
}

function reread(
  { channels }: ReplayDependencies,
  event: EventWithBody,
): Exclude<WebhookResult, { kind: "handshake" }> {
  const channel = channels.get(event.channel)?.channel;
  if (channel === undefined)
    throw new BridgeError("channel_unknown", `no channel is called ${event.channel}`);
  return channel.reread(event.body);
}
