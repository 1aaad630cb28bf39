import { withCorrelation } from "../log.ts";
import type { ChannelEvent } from "../messages.ts";
import type { Observer } from "./observer.ts";

/** What a genuine webhook said. */
export type Understood =
  | { readonly kind: "events"; readonly events: readonly ChannelEvent[] }
  | { readonly kind: "quarantine"; readonly reason: string };

/** A webhook that was stored: from which channel, what it said, our ids of its messages, and the id of the call that brought it. */
export interface StoredWebhook {
  readonly webhook: { readonly channel: string; readonly result: Understood };
  readonly messages: readonly { readonly id: string }[];
  readonly correlation: string | undefined;
}

/** Tells of webhooks that one statement stored, each under the id of its own call. */
export function reportStored(observer: Observer, webhooks: readonly StoredWebhook[]): void {
  for (const one of webhooks) withCorrelation(one.correlation, () => reportOne(observer, one));
}

function reportOne(
  observer: Observer,
  { webhook: { channel, result }, messages }: StoredWebhook,
): void {
  observer.stored(
    channel,
    messages.map(({ id }) => id),
  );
  if (result.kind === "quarantine") return observer.event(channel, "quarantined");
  for (const event of result.events) {
    observer.event(channel, event.kind);
    if (event.kind === "status") observer.status(channel, event.status);
    if (event.kind === "notice") observer.notice(channel, event);
  }
}
