import type { IncomingMessage, Server as HttpServer } from "node:http";
import type { Server, Socket } from "socket.io";
import type { Channel } from "../channels/channel.ts";
import type { SocketAccess } from "../channels/web-access.ts";
import type { AppDependencies } from "./dependencies.ts";
import { type Caller, serveClient, type SocketWorld } from "./socket-io-client.ts";
import { callerOf, createCounter, mayConnect } from "./socket-io-guards.ts";
import { createRooms } from "./socket-io-rooms.ts";

/** Connections of one process; each costs memory for as long as its client likes. */
const MAX_CONNECTIONS = 10_000;

/** Milliseconds in which a client that has connected must say hello. */
const HELLO_MS = 10_000;

/** The Socket.IO endpoint of the bridge. */
export interface SocketServer {
  /** Serves `/socket.io/` on an HTTP server that does not listen yet. */
  readonly attach: (server: HttpServer) => void;
  /**
   * Shows something that was pushed to a session of a channel to whoever is connected here; tells whether somebody is.
   * `payload` is what the channel rendered.
   */
  readonly push: (channel: string, session: string, payload: unknown) => boolean;
  /** Clients connected to this process. */
  readonly connections: () => number;
  /** Refuses new connections and closes those there are. Turns under way go on without their listeners. */
  readonly close: () => void;
}

/** What it needs of the HTTP edge. */
type SocketDependencies = Pick<AppDependencies, "channels" | "ask" | "limits" | "log" | "settings">;

export interface SocketOptions {
  readonly maxConnections?: number;
}

/** Builds the endpoint of the channel whose clients hold connections; undefined, and nothing loaded, where none is configured. */
export async function createSocketServer(
  deps: SocketDependencies,
  { maxConnections = MAX_CONNECTIONS }: SocketOptions = {},
): Promise<SocketServer | undefined> {
  const [only] = [...deps.channels.values()].flatMap(({ name, channel }) =>
    channel.web?.protocol === "socketio" ? [{ name, channel, web: channel.web }] : [],
  );
  if (only === undefined) return undefined;
  const closing = new AbortController();
  const { name, channel, web } = only;
  const countAddress = createCounter(deps.limits(`address:${name}`), web.perMinute.address);
  const admit = async (request: IncomingMessage): Promise<string | undefined> => {
    if (closing.signal.aborted) return "the server stops";
    if (io.engine.clientsCount >= maxConnections) return "too many connections";
    if (!mayConnect(request, web.allowedOrigins)) return "this origin is not allowed";
    const isWithin = await countAddress(callerOf(request, deps.settings.trustProxy));
    return isWithin ? undefined : "too many connections in this minute";
  };
  const { Server: SocketIo } = await import("socket.io");
  const io: Server = new SocketIo({
    ...optionsFor(channel, web),
    allowRequest: (request, decide) => {
      admit(request).then(
        (refusal) => decide(refusal ?? null, refusal === undefined),
        (error: unknown) => {
          deps.log.error("a connection could not be checked", { channel: name, error });
          decide("try again later", false);
        },
      );
    },
  });
  const rooms = createRooms(io, web.events.bot);
  const limits = {
    address: countAddress,
    session: createCounter(deps.limits(`sender:${name}`), web.perMinute.sender),
  };
  const world = { deps, name, channel, web, rooms, limits, closing: closing.signal };
  listen(io, deps.settings.trustProxy, world);
  return {
    attach: (server) => void io.attach(server),
    push: (pushedOn, session, payload) => pushedOn === name && rooms.say(session, payload),
    connections: () => io.engine.clientsCount,
    close: () => {
      closing.abort();
      // Not said goodbye to, clients connect anew by themselves: to another machine, or to us after a restart.
      io.engine.close();
    },
  };
}

/** Rasa's widgets speak protocol 3 (Socket.IO 2) and 4. Those of protocol 3 send credentials with every cross-origin call. */
function optionsFor({ maxBodyBytes }: Channel, { allowedOrigins }: SocketAccess) {
  const origin = allowedOrigins.includes("*") ? true : [...allowedOrigins];
  return {
    path: "/socket.io",
    serveClient: false,
    allowEIO3: true,
    maxHttpBufferSize: maxBodyBytes,
    connectTimeout: HELLO_MS,
    ...(allowedOrigins.length > 0 && { cors: { origin, credentials: true } }),
  };
}

function listen(io: Server, trustProxy: number, world: SocketWorld): void {
  io.use((socket, decide) => {
    const caller = callerFrom(socket, trustProxy);
    refusalOf(world, caller).then(
      (refusal) => decide(refusal === undefined ? undefined : new Error(refusal)),
      (error: unknown) => {
        world.deps.log.error("a client could not be checked", { channel: world.name, error });
        decide(new Error("try again later"));
      },
    );
  });
  io.on("connection", (socket) => serveClient(world, callerFrom(socket, trustProxy)));
}

/** Says why a client may not take part. One connection may ask many times, each time with another guess. */
async function refusalOf(
  { deps, name, web, limits }: SocketWorld,
  { address, handshake }: Caller,
): Promise<string | undefined> {
  if (!(await limits.address(address))) return "too many connections in this minute";
  if (web.admits(handshake)) return undefined;
  deps.log.warn("a web client was refused", { channel: name, code: "webhook_forged" });
  return "the token is missing or wrong";
}

/** `auth` is where clients of protocol 4 present a token. Source: Socket.IO documentation, client options. */
function callerFrom(socket: Socket, trustProxy: number): Caller {
  const { headers, query, auth } = socket.handshake;
  const token: unknown = auth["token"] ?? query["token"];
  return {
    socket,
    address: callerOf(socket.request, trustProxy),
    handshake: {
      headers: Object.fromEntries(
        Object.entries(headers).map(([key, value]) => [key, [value ?? []].flat().join(", ")]),
      ),
      query: { ...query, token },
    },
  };
}
