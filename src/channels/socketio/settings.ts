import { z } from "zod";
import { allowedOrigin, flag, list, type Variable, wholeNumber } from "../../settings.ts";

export const VARIABLES: readonly Variable[] = [
  { name: "SOCKETIO_ENABLED", setting: "enabled", switchesOn: true },
  { name: "SOCKETIO_TOKEN", setting: "token", secret: true },
  { name: "SOCKETIO_ALLOWED_ORIGINS", setting: "allowed_origins" },
];

/** Names that Socket.IO keeps for itself. Source: Socket.IO documentation, emit cheatsheet. */
const RESERVED = ["connect", "connect_error", "disconnect", "disconnecting", "newListener"];
/** Events of the channel that have another meaning. */
const TAKEN = ["session_request", "session_confirm", "message_refused", "removeListener", "error"];

const eventName = z
  .string()
  .regex(/^[\w:.-]{1,64}$/, "must be one word of up to 64 characters")
  .refine((name) => !RESERVED.includes(name) && !TAKEN.includes(name), "is taken");

/** Settings of the channel for chat widgets, in the shape of Rasa's Socket.IO channel and with its names. */
export const socketSettings = z.strictObject({
  /** Asked of every connection, as `?token=`, in its authentication data or as a bearer. */
  token: z.string().min(1).optional(),
  /** Origins a browser may connect from, beside pages of our own host; `*` is any. */
  allowed_origins: list(allowedOrigin()).default([]),
  user_message_evt: eventName.default("user_uttered"),
  bot_message_evt: eventName.default("bot_uttered"),
  /** Whether a conversation goes on when its client connects anew with the same session id. */
  session_persistence: flag().default(true),
  /** Longest wait for the end of a turn, milliseconds; what is said later is not shown. */
  wait_ms: wholeNumber(1_000, 3_600_000).default(100_000),
  /** Messages per minute of one address and session. */
  requests_per_minute: wholeNumber(1, 1_000_000).default(120),
  /** Connections and messages per minute of one address. */
  requests_per_minute_address: wholeNumber(1, 10_000_000).default(6_000),
});
