import type { Config } from "../config.ts";
import { isSpooled } from "../config/spool.ts";
import { resolveContacts } from "../db/contacts.ts";
import type { Database } from "../db/driver.ts";
import type { Accept } from "../flow/accept.ts";
import type { Log } from "../log.ts";
import { DISK } from "./disk.ts";
import { PAUSES } from "./replay.ts";
import { openSpool, type Spool, type SpoolTold } from "./spool.ts";

/**
 * Opens the spool that the configuration asks for; undefined where it asks for none, where the database is on this machine's own
 * disk, and in a process that takes no webhooks. Throws `store_unavailable`, in words, where nothing can be written there.
 */
export async function openConfiguredSpool(
  { spool, database, server }: Pick<Config, "spool" | "database" | "server">,
  { log, version }: { readonly log: Log; readonly version: string },
): Promise<Spool | undefined> {
  const { folder } = spool;
  if (folder === undefined || database.url === undefined || server.role === "worker")
    return undefined;
  return openSpool({ disk: DISK, folder, version, log, pauses: PAUSES, now: Date.now });
}

/** What is made from one configuration. */
interface Made {
  readonly config: Pick<Config, "spool" | "channels">;
  readonly engine: { readonly accept: Accept };
}

/** What the spool has to know of what is made from one configuration. */
export function tellSpool({
  db,
  generation: { config, engine },
}: {
  readonly db: Database;
  readonly generation: Made;
}): SpoolTold {
  const { spool, channels } = config;
  return {
    accept: engine.accept,
    contactsOf: async (people) => {
      await resolveContacts(db, people);
      // Contacts that have just become one had two ids until now.
      return resolveContacts(db, people);
    },
    channels,
    maxBytes: spool.maxBytes,
    takes: (name) => {
      const channel = channels.get(name);
      return channel !== undefined && isSpooled(spool, channel);
    },
  };
}
