import { type LoadContext, whereIs } from "./context.ts";
import type { ConfiguredChannel } from "./modules.ts";
import { nearest } from "./suggest.ts";

/** Checks that every wait of `conversation.debounce_channels` is that of a channel on which texts can wait. */
export function checkDebounce(
  waits: Readonly<Record<string, number>>,
  channels: readonly ConfiguredChannel[],
  context: LoadContext,
): void {
  const names = channels.filter(({ channel }) => channel.web === undefined).map(({ name }) => name);
  for (const name of Object.keys(waits)) {
    if (names.includes(name)) continue;
    const meant = nearest(name, names);
    const hint = meant === undefined ? "" : `; did you mean ${meant}?`;
    const detail = `names a channel that is not configured, or whose clients wait for each answer${hint}`;
    const where = whereIs(["conversation", "debounce_channels", name], [], context);
    context.problems.push({ where, detail });
  }
}
