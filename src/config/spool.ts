import { type LoadContext, whereIs } from "./context.ts";
import type { ConfiguredChannel } from "./modules.ts";
import type { DatabaseSettings, ServerSettings, SpoolSettings } from "./settings.ts";
import { nearest } from "./suggest.ts";

/** Whether webhooks of a channel are kept in the spool while the database is away. */
export function isSpooled(
  { channels }: Pick<SpoolSettings, "channels">,
  { name, channel }: Pick<ConfiguredChannel, "name" | "channel">,
): boolean {
  return channels?.includes(name) ?? channel.hasBriefRetries === true;
}

/** What `checkSpool` looks at beside the channels. */
export interface SpoolSurroundings {
  readonly spool: SpoolSettings;
  readonly database: DatabaseSettings;
  readonly server: ServerSettings;
}

/** Checks that `spool.channels` names channels with webhooks, and says where a spool is configured in vain. */
export function checkSpool(
  { spool, database, server }: SpoolSurroundings,
  channels: readonly ConfiguredChannel[],
  context: LoadContext,
): void {
  const possible = channels.filter(({ channel }) => channel.web === undefined);
  const names = possible.map(({ name }) => name);
  for (const [index, name] of (spool.channels ?? []).entries()) {
    if (names.includes(name)) continue;
    const meant = nearest(name, names);
    const hint = meant === undefined ? "" : `; did you mean ${meant}?`;
    const detail = `names a channel that is not configured, or whose clients wait for each answer${hint}`;
    const where = whereIs(["spool", "channels", String(index)], [], context);
    context.problems.push({ where, detail });
  }
  if (spool.folder === undefined || server.role === "worker") return;
  if (database.url === undefined)
    context.notices.push(
      "spool.folder (PONTE_SPOOL_DIR) is not used: the embedded database is on a disk of this machine itself",
    );
  else if (!possible.some((channel) => isSpooled(spool, channel)))
    context.notices.push(
      "spool.folder (PONTE_SPOOL_DIR) is set, but no channel uses it: name some in spool.channels",
    );
}
