import type { OutboundLot } from "../../db/outbound.ts";
import type { SendRequest } from "../prepare-message.ts";

/** What one rule makes of one event. No text quotes the event. */
export type Applied =
  | { readonly kind: "not_for_it" }
  | { readonly kind: "request"; readonly eventId: string; readonly request: SendRequest }
  | { readonly kind: "refused"; readonly eventId: string; readonly problems: readonly string[] };

/** A notification that has been checked: what is to be enqueued, or why nothing is. No text quotes the event. */
export type Prepared =
  | { readonly kind: "ready"; readonly lot: OutboundLot }
  | { readonly kind: "skipped"; readonly reason: string }
  | { readonly kind: "refused"; readonly problems: readonly string[] };
