import type { KnownConversation } from "../db/campaign-release.ts";

/** How many more messages each account may take now. */
export type Room = Map<string, number>;

/** Which account writes to somebody, or that they have to wait for the one they know. */
export type Choice =
  { readonly kind: "account"; readonly account: string } | { readonly kind: "wait" };

/**
 * Chooses the account: the one the person has written to, for they know it; else the one with most room, the earlier
 * one of equals. Takes its place there.
 */
export function chooseAccount(room: Room, known: readonly KnownConversation[]): Choice {
  const familiar = known.find((one) => one.has_written && room.has(one.account))?.account;
  const account = familiar ?? roomiest(room);
  const left = account === undefined ? 0 : (room.get(account) ?? 0);
  if (account === undefined || left <= 0) return { kind: "wait" };
  room.set(account, left - 1);
  return { kind: "account", account };
}

function roomiest(room: Room): string | undefined {
  let best: string | undefined;
  for (const [account, left] of room)
    if (best === undefined || left > (room.get(best) ?? 0)) best = account;
  return best;
}
