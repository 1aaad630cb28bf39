import type { ConfiguredChannel } from "./modules.ts";
import { type LoadContext, whereIs } from "./context.ts";
import { nearest } from "./suggest.ts";

/**
 * Checks that every route of `delivery.fallback` leads from one channel that sends to another, and that none comes back: two
 * channels would hand a message to each other.
 */
export function checkFallbacks(
  routes: Readonly<Record<string, string>>,
  channels: readonly ConfiguredChannel[],
  context: LoadContext,
): void {
  const sending = channels.filter(({ channel }) => channel.delivery === "push");
  const names = sending.map(({ name }) => name);
  for (const [from, to] of Object.entries(routes)) {
    const refuse = (detail: string): void => {
      const where = whereIs(["delivery", "fallback", from], [], context);
      context.problems.push({ where, detail });
    };
    const unknown = [from, to].find((name) => !names.includes(name));
    if (unknown !== undefined) {
      const meant = nearest(unknown, names);
      const hint = meant === undefined ? "" : `; did you mean ${meant}?`;
      refuse(`names a channel that is not configured, or that sends nothing${hint}`);
    } else if (returns(from, routes)) {
      refuse("the routes lead back to this channel");
    }
  }
}

function returns(start: string, routes: Readonly<Record<string, string>>): boolean {
  const seen = new Set<string>();
  for (let at = routes[start]; at !== undefined && !seen.has(at); at = routes[at]) {
    if (at === start) return true;
    seen.add(at);
  }
  return false;
}
