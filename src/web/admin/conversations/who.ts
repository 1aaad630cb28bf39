import { conversations } from "../../i18n/conversations.ts";
import type { Conversation } from "../../shared/api-types.ts";

/** A number as people write it; other names as they are. */
export function showIdentity(identity: string | null): string | undefined {
  if (identity === null) return undefined;
  return /^\d{8,15}$/.test(identity) ? `+${identity}` : identity;
}

type Named = Pick<Conversation, "contact_name" | "identity">;

/** What a conversation is called: the person's name, else what the channel knows them by. */
export function nameOf({ contact_name: name, identity }: Named): string {
  return name ?? showIdentity(identity) ?? conversations("nobody");
}

/** What stands beside the name; undefined where the name says it already. */
export function besideName({ contact_name: name, identity }: Named): string | undefined {
  return name === null ? undefined : showIdentity(identity);
}

/** Who answers: `bot`, a person (`human`), or nobody, because the person wants nothing (`opted_out`). */
export function stateOf({
  opted_out: isOut,
  paused,
}: Pick<Conversation, "opted_out" | "paused">): "bot" | "human" | "opted_out" {
  if (isOut) return "opted_out";
  return paused ? "human" : "bot";
}

/** How much is left of the window, milliseconds; null where there is none, 0 where it is closed. */
export function windowLeft(
  conversation: Pick<Conversation, "window_open" | "window_expires_at">,
  now: number,
): number | null {
  const { window_open: isOpen, window_expires_at: expires } = conversation;
  if (expires === null) return isOpen ? null : 0;
  return isOpen ? Math.max(0, Date.parse(expires) - now) : 0;
}

/** A random name for a request. `crypto.randomUUID` is there on https alone. */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
