import type { Channel } from "../channels/channel.ts";
import type { Database } from "../db/driver.ts";
import { expireHeld, releaseAnswered, releaseDue } from "../db/held-messages.ts";
import type { FallBack } from "./fallback.ts";
import type { Observer } from "./observer.ts";

export interface HeldDependencies {
  readonly db: Database;
  readonly channels: ReadonlyMap<string, { readonly channel: Channel }>;
  readonly fallBack: FallBack;
  readonly observer: Pick<Observer, "dead">;
  readonly onWork: () => void;
}

/** Messages that wait for their time, or for the person to write. */
export interface Held {
  /** Lets go what is due, and gives up what has waited long enough. Throws `store_*`. */
  readonly release: () => Promise<void>;
  /** Lets go what waits although the person has written: held in the same moment. Throws `store_*`. */
  readonly releaseAnswered: () => Promise<void>;
}

/** Builds the sweeps over held messages; any number of processes may run them. */
export function createHeld({ db, channels, fallBack, observer, onWork }: HeldDependencies): Held {
  const windows = [...channels].flatMap(
    ([
      channel,
      {
        channel: { windowMs },
      },
    ]) => (windowMs === undefined ? [] : [{ channel, windowMs }]),
  );
  return {
    release: async () => {
      if ((await releaseDue(db)) > 0) onWork();
      for (const { id, channel } of await expireHeld(db)) {
        observer.dead(channel, "channel_window_closed");
        await fallBack(id, { class: "drop", windowClosed: true });
      }
    },
    releaseAnswered: async () => {
      if ((await releaseAnswered(db, windows)) > 0) onWork();
    },
  };
}
