import type { WebhookRequest } from "./channel.ts";

interface WebLimits {
  /** Origins a browser may call from; `*` is any. */
  readonly allowedOrigins: readonly string[];
  /** Longest wait of a caller for the end of a turn, milliseconds. */
  readonly waitMs: number;
  /** Requests per minute of one address and sender, and of one address. */
  readonly perMinute: { readonly sender: number; readonly address: number };
}

/** Each request waits for its answer. */
export interface RequestAccess extends WebLimits {
  readonly protocol: "http";
}

/** Clients hold a connection, in the shape of Rasa's Socket.IO channel. */
export interface SocketAccess extends WebLimits {
  readonly protocol: "socketio";
  /** Names of the events that carry what a person and what the bot says. */
  readonly events: { readonly user: string; readonly bot: string };
  /** Whether a conversation outlives its connection, under the session id that the client keeps. */
  readonly persistsSessions: boolean;
  /** Whether a connection with these headers, query and authentication data may be opened. */
  readonly admits: (handshake: Pick<WebhookRequest, "headers" | "query">) => boolean;
}

/** How web clients may reach a channel whose answers are collected. */
export type WebAccess = RequestAccess | SocketAccess;
