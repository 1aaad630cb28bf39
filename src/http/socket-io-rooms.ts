import { EventEmitter } from "node:events";
import type { Server } from "socket.io";

/** The sessions of a Socket.IO server: who is connected to each, and what is still to be said there. */
export interface Rooms {
  /** Says it to all connections of a session; tells whether there was one. */
  readonly say: (session: string, payload: unknown) => boolean;
  /** To be called when a connection has joined a session. */
  readonly joined: (session: string) => void;
  /**
   * Says an answer after those before it. While nobody is connected it waits for somebody to come back, until `signal`
   * is aborted. Rejects as `payloads` does.
   */
  readonly answer: (
    session: string,
    payloads: AsyncGenerator,
    signal: AbortSignal,
  ) => Promise<void>;
}

/** The room of a session; never the one that Socket.IO gives each connection under its own id. */
export const roomOf = (session: string): string => `session:${session}`;

export function createRooms(io: Server, botEvent: string): Rooms {
  const joins = new EventEmitter();
  joins.setMaxListeners(0);
  const lasts = new Map<string, Promise<void>>();
  const isThere = (session: string) => io.sockets.adapter.rooms.has(roomOf(session));
  const say = (session: string, payload: unknown): boolean => {
    if (!isThere(session)) return false;
    io.to(roomOf(session)).emit(botEvent, payload);
    return true;
  };
  const someone = (session: string, signal: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      const end = (): void => {
        joins.off(roomOf(session), end);
        signal.removeEventListener("abort", end);
        resolve();
      };
      joins.once(roomOf(session), end);
      signal.addEventListener("abort", end, { once: true });
      if (signal.aborted || isThere(session)) end();
    });
  return {
    say,
    joined: (session) => {
      joins.emit(roomOf(session));
    },
    answer: (session, payloads, signal) => {
      // Asking for the first payload is what stores the message: that must not wait for earlier answers.
      const first = payloads.next();
      const before = lasts.get(session);
      const speak = async (): Promise<void> => {
        await before;
        for (let step = await first; step.done !== true; step = await payloads.next()) {
          while (!say(session, step.value) && !signal.aborted) await someone(session, signal);
        }
      };
      const spoken = speak();
      const forget = async (): Promise<void> => {
        await Promise.allSettled([spoken, first]);
        if (lasts.get(session) === last) lasts.delete(session);
      };
      const last = forget();
      lasts.set(session, last);
      return spoken;
    },
  };
}
