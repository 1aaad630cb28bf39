import { randomUUID } from "node:crypto";
import type { Socket } from "socket.io";
import { sessionIn } from "../channels/socketio/receive.ts";
import type { Channel, WebhookRequest } from "../channels/channel.ts";
import type { SocketAccess } from "../channels/web-access.ts";
import { BridgeError } from "../errors.ts";
import type { InboundMessage } from "../messages.ts";
import type { AppDependencies } from "./dependencies.ts";
import type { Counter } from "./socket-io-guards.ts";
import { type Rooms, roomOf } from "./socket-io-rooms.ts";
import { whileWaited } from "./web-answer.ts";

/** What a client hears of a message that was not taken: `{code, detail}`. Rasa's widget ignores it. */
const REFUSED = "message_refused";

/** Events of one connection that may wait; a client that sends faster than they can be stored is cut off. */
const MAX_WAITING = 200;

/** What all connections share. */
export interface SocketWorld {
  readonly deps: Pick<AppDependencies, "ask" | "log">;
  readonly name: string;
  readonly channel: Channel;
  readonly web: SocketAccess;
  readonly rooms: Rooms;
  /** Counts messages of an address; of an address in a session. */
  readonly limits: { readonly address: Counter; readonly session: Counter };
  /** Aborted when the server stops. */
  readonly closing: AbortSignal;
}

/** One connection, with the address it came from and what it presented. */
export interface Caller {
  readonly socket: Socket;
  readonly address: string;
  readonly handshake: Pick<WebhookRequest, "headers" | "query">;
}

/** Serves one connection: the events of Rasa's Socket.IO channel. Nothing that a client sends can make it throw. */
export function serveClient(world: SocketWorld, caller: Caller): void {
  const { socket, address } = caller;
  const { limits, web, rooms } = world;
  let session: string | undefined;
  const join = async (asked: string | undefined): Promise<string> => {
    const wanted = asked ?? session ?? randomUUID();
    if (session === wanted) return wanted;
    if (session !== undefined) await socket.leave(roomOf(session));
    session = wanted;
    await socket.join(roomOf(wanted));
    rooms.joined(wanted);
    return wanted;
  };
  const askedIn = (data: unknown) => (web.persistsSessions ? sessionIn(data) : undefined);
  const greet = async (data: unknown): Promise<void> => {
    // Counted, or somebody could try one session id after the other.
    checkRate(await limits.address(address));
    socket.emit("session_confirm", await join(askedIn(data)));
  };
  const hear = async (data: unknown): Promise<void> => {
    checkRate(await limits.address(address));
    const speaker = await join(askedIn(data));
    checkRate(await limits.session(address, speaker));
    const rawBody = bodyOf(data, speaker, world.channel.maxBodyBytes);
    const call = { method: "POST", suffix: "", ...caller.handshake, rawBody };
    startTurn(world, socket, speaker, messageOf(world.channel.receive(call)), rawBody);
  };
  const inOrder = queueFor(world, socket);
  socket.on("session_request", (data: unknown) => inOrder(() => greet(data)));
  socket.on(web.events.user, (data: unknown) => inOrder(() => hear(data)));
}

/** One event after the other, so that two messages are counted and stored in the order they were sent in. */
function queueFor(world: SocketWorld, socket: Socket): (work: () => Promise<void>) => void {
  let last = Promise.resolve();
  let waiting = 0;
  // What a client sent before it left is still taken, but not what it sent when it sent too much.
  let isCut = false;
  return (work) => {
    isCut ||= waiting >= MAX_WAITING;
    if (isCut) {
      socket.disconnect(true);
      return;
    }
    waiting += 1;
    last = last
      .then(() => (isCut ? undefined : work()))
      .catch((thrown: unknown) => refuse(world, socket, thrown))
      .finally(() => {
        waiting -= 1;
      });
  };
}

function checkRate(isWithin: boolean): void {
  if (isWithin) return;
  throw new BridgeError("request_rate_limited", "too many messages in this minute");
}

/** What is stored as the body of the webhook: the event's data, with the session it belongs to. */
function bodyOf(data: unknown, session: string, maxBytes: number): Buffer {
  const isObject = typeof data === "object" && data !== null && !Array.isArray(data);
  if (!isObject) throw new BridgeError("webhook_malformed", "the event carries no object");
  const body = Buffer.from(stringify({ ...data, session_id: session }));
  if (body.length <= maxBytes) return body;
  throw new BridgeError("request_too_large", "the message is too large");
}

function stringify(data: object): string {
  try {
    return JSON.stringify(data);
  } catch (cause) {
    throw new BridgeError("webhook_malformed", "the event is nested too deep", { cause });
  }
}

function messageOf(result: ReturnType<Channel["receive"]>): InboundMessage {
  const events = result.kind === "events" ? result.events : [];
  const message = events.find((event) => event.kind === "message");
  if (message === undefined) throw new BridgeError("webhook_malformed", "there is no message");
  return message;
}

/** Puts a message into the mailbox and lets its answer come when it comes; the client may say more meanwhile. */
function startTurn(
  world: SocketWorld,
  socket: Socket,
  session: string,
  message: InboundMessage,
  rawBody: Buffer,
): void {
  const { deps, name, web, rooms, closing } = world;
  const stamped = { ...message, externalId: randomUUID(), sentAt: new Date().toISOString() };
  const over = new AbortController();
  const timer = setTimeout(() => over.abort(), web.waitMs);
  const signal = AbortSignal.any([over.signal, closing]);
  const payloads = whileWaited(deps.ask(stamped, rawBody, signal, name), signal);
  rooms
    .answer(session, payloads, signal)
    .catch((thrown: unknown) => refuse(world, socket, thrown))
    .finally(() => clearTimeout(timer));
}

/** Tells the client why a message was not taken. A bug stays nameless outside and is logged with its stack. */
function refuse({ deps, name }: SocketWorld, socket: Socket, thrown: unknown): void {
  if (!(thrown instanceof BridgeError)) {
    deps.log.error("a message of a web client failed by a bug", { channel: name, error: thrown });
    socket.emit(REFUSED, { code: "internal", detail: "the message failed; the log says why" });
    return;
  }
  const { code, detail } = thrown;
  if (code.startsWith("store_")) {
    deps.log.error("a message of a web client was not stored", { channel: name, error: thrown });
  } else if (code !== "request_rate_limited") {
    deps.log.warn("a message of a web client was refused", { channel: name, code, reason: detail });
  }
  socket.emit(REFUSED, { code, detail });
}
