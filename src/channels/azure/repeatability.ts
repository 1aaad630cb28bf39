import { BridgeError } from "../../errors.ts";
import { derivedId } from "../../identity.ts";
import type { OutboundReference } from "../channel.ts";

/** What lets the provider recognise a request that it has seen before. Source: OASIS Repeatable Requests 1.0. */
export interface Repeatability {
  /** A UUID. */
  readonly requestId: string;
  /** RFC 1123, such as `Sat, 21 Nov 2026 00:49:34 GMT`. */
  readonly firstSent: string;
}

/** A UUID whose first 48 bits are milliseconds since 1970. Source: RFC 9562, section 5.7. */
const UUID_V7 = /^([0-9a-f]{8})-([0-9a-f]{4})-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;

/**
 * Names a request after its message, so that every try of a round is the same request to the provider, whichever process
 * makes it. In the first round it is the message's own id. The time is when the message was made: its id tells, or, where
 * the id follows from something else, its row. Throws `channel_invalid_payload` where neither does.
 */
export function repeatabilityOf({ id, round, createdAt }: OutboundReference): Repeatability {
  const [, high, low] = UUID_V7.exec(id) ?? [];
  const told =
    high === undefined || low === undefined ? createdAt : Number.parseInt(high + low, 16);
  if (told === undefined) {
    throw new BridgeError("channel_invalid_payload", "nothing tells when the message was made");
  }
  const firstSent = new Date(told).toUTCString();
  return { requestId: round === 0 ? id : derivedId(id, String(round)), firstSent };
}
