import { z } from "zod";
import type { Address, InboundMessage } from "../messages.ts";

function hasKey<Key extends string>(value: object, key: Key): value is Record<Key, unknown> {
  return key in value;
}

/**
 * Inbound messages are written by this program after a channel built them, and read back on the hot path, so reading
 * checks the shape's corner stones rather than every field again.
 */
function isInboundMessage(value: unknown): value is InboundMessage {
  return (
    typeof value === "object" &&
    value !== null &&
    hasKey(value, "kind") &&
    value.kind === "message" &&
    hasKey(value, "externalId") &&
    typeof value.externalId === "string" &&
    hasKey(value, "text") &&
    typeof value.text === "string" &&
    hasKey(value, "content") &&
    typeof value.content === "object" &&
    hasKey(value, "identities") &&
    Array.isArray(value.identities)
  );
}

/** Reads an inbound message from its row. */
export const inboundMessageSchema = z.custom<InboundMessage>(isInboundMessage);

/** Reads the choices that a conversation was offered last. */
export const menuSchema = z.array(z.object({ title: z.string(), payload: z.string() }));

/** Reads a conversation's reply address from its row. */
export const addressSchema = z.custom<Address>(
  (value) =>
    typeof value === "object" &&
    value !== null &&
    hasKey(value, "account") &&
    typeof value.account === "string" &&
    hasKey(value, "identities") &&
    Array.isArray(value.identities),
);
