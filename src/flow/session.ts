import type { Session } from "../answers/backend.ts";
import type { Claimed, InboxRow } from "../db/mailbox.ts";
import type { Plan } from "./plan.ts";

/**
 * The session a message belongs to: a new one where nothing was said for `expiryMs`, where the last one was ended, or where
 * the person asks for it. What the bot knew of the one before is forgotten.
 */
export function sessionOf(
  { sessionStartedAt, lastSaidAt }: Pick<Claimed, "sessionStartedAt" | "lastSaidAt">,
  { receivedAt }: Pick<InboxRow, "receivedAt">,
  plan: Plan,
  expiryMs: number,
): Session {
  const receivedAtUtc = new Date(receivedAt).toISOString();
  const isRestart = plan.kind === "ask" && plan.command?.name === "restart";
  if (sessionStartedAt === null || lastSaidAt === null || isRestart)
    return { isNew: true, startedAt: receivedAtUtc };
  // A turn that is tried again may have begun the session already, with a word that it takes time.
  if (Date.parse(sessionStartedAt) === Date.parse(receivedAtUtc))
    return { isNew: true, startedAt: receivedAtUtc };
  const quietMs = Date.parse(receivedAt) - Date.parse(lastSaidAt);
  return quietMs > expiryMs
    ? { isNew: true, startedAt: receivedAtUtc }
    : { isNew: false, startedAt: sessionStartedAt };
}
