import { io, type ManagerOptions, type Socket, type SocketOptions } from "socket.io-client";
import { socketio } from "../../src/channels/socketio/index.ts";
import { type RunningServer, startServer } from "../../src/http/server.ts";
import { createInnerServer, createSwitchboard } from "../../src/http/switchboard.ts";
import { createSocketServer, type SocketServer } from "../../src/http/socket-io.ts";
import { type AppSetup, type TestApp, testApp } from "./setup.ts";

/** An edge with the Socket.IO channel under its usual name, listening. */
export interface SocketEdge extends Omit<TestApp, "app"> {
  readonly url: string;
  readonly sockets: SocketServer;
  readonly server: RunningServer;
}

/** A client with everything it heard, in order: the name of the event and what it carried. */
export interface Client {
  readonly socket: Socket;
  readonly heard: [string, unknown][];
  /** What the bot said, in order. */
  readonly bot: () => unknown[];
  /** Asks for a session and gives the confirmed id. */
  readonly join: (session?: unknown) => Promise<string>;
  readonly say: (message: unknown, more?: object) => void;
}

const closers: (() => Promise<void>)[] = [];

/** Closes everything that was opened. */
export async function closeAll(): Promise<void> {
  for (const close of closers.splice(0).toReversed()) await close();
}

export async function openEdge(
  settings: Record<string, unknown> = {},
  setup: AppSetup & { readonly maxConnections?: number } = {},
): Promise<SocketEdge> {
  const { maxConnections, ...rest } = setup;
  const channel = socketio.configure(settings);
  const made = testApp({ ...rest, channels: [{ name: "socketio", type: "socketio", channel }] });
  const sockets = await createSocketServer(
    made.deps,
    maxConnections === undefined ? {} : { maxConnections },
  );
  if (sockets === undefined) throw new Error("there is no Socket.IO channel");
  // As the bridge does, whose applications come and go behind one server that listens.
  const switchboard = createSwitchboard();
  switchboard.connect(createInnerServer(made.app, sockets.attach));
  const server = await startServer(switchboard.app, {
    host: "127.0.0.1",
    port: 0,
    attach: switchboard.attach,
    takesUpgrades: switchboard.takesUpgrades,
  });
  closers.push(async () => {
    sockets.close();
    await server.close(500);
  });
  return { ...made, url: server.url, sockets, server };
}

/** Connects a client; resolves once it is in, or with the refusal it was given. */
export async function connect(
  url: string,
  options: Partial<ManagerOptions & SocketOptions> = {},
): Promise<Client> {
  const client = start(url, options);
  await new Promise<void>((resolve, reject) => {
    client.socket.once("connect", () => resolve());
    client.socket.once("connect_error", reject);
  });
  return client;
}

function start(url: string, options: Partial<ManagerOptions & SocketOptions> = {}): Client {
  const socket = io(url, { forceNew: true, reconnection: false, ...options });
  closers.push(async () => {
    socket.disconnect();
  });
  const heard: [string, unknown][] = [];
  socket.onAny((event: string, data: unknown) => void heard.push([event, data]));
  return {
    socket,
    heard,
    bot: () => heard.filter(([event]) => event === "bot_uttered").map(([, data]) => data),
    say: (message, more = {}) => void socket.emit("user_uttered", { message, ...more }),
    join: async (session) => {
      const confirmed = new Promise<string>((resolve) => {
        socket.once("session_confirm", resolve);
      });
      socket.emit("session_request", session === undefined ? {} : { session_id: session });
      return confirmed;
    },
  };
}

/** The words with which a connection was refused. */
export async function refusalOf(
  url: string,
  options: Partial<ManagerOptions & SocketOptions> = {},
): Promise<string> {
  try {
    await connect(url, options);
  } catch (thrown) {
    return thrown instanceof Error ? thrown.message : "no error";
  }
  return "let in";
}
