import { optOut } from "../db/opt-outs.ts";
import { closeWindow, replacePayload } from "../db/outbox.ts";
import type { BridgeError } from "../errors.ts";
import type { Note } from "../messages.ts";
import type { SendFailure } from "../send-failure.ts";
import { backoff } from "./backoff.ts";
import { type Delivery, DONE, pairOf, recordError, type Step } from "./delivery.ts";
import { pausedScope } from "./send.ts";

/** Pause of an account whose provider refuses us for a reason only the operator can mend. */
export const ALERT_PAUSE_MS = 60_000;

/** A refusal may end in a plainer form of the message, which is to be sent at once. */
export type AfterRefusal = Delivery | { readonly kind: "plainer"; readonly payload: unknown };

/** Acts on a refusal by its class. Throttling and account trouble are not the message's fault and cost it no try. */
export async function refuse(
  step: Step,
  error: BridgeError,
  failure: SendFailure,
  startedAt: string,
): Promise<AfterRefusal> {
  const { deps, conversation, row } = step;
  const plainer = failure.degrade === true ? step.channel.degrade?.(row.payload) : undefined;
  if (plainer !== undefined) return simplify(step, plainer, error, startedAt);
  await remember(step, error, failure);
  const attempts = row.attempts + 1;
  const isOurs = failure.class === "throttle" || failure.class === "alert";
  const base = isOurs ? ALERT_PAUSE_MS : deps.settings.retryBaseMs;
  const delayMs = failure.waitMs ?? backoff(failure.class === "throttle" ? 1 : attempts, base);
  const scope = pausedScope(failure);
  if (scope !== undefined) deps.pace.pause(pairOf(conversation), scope, delayMs);
  if (failure.windowClosed === true && mayGoOnOutside(step)) {
    await recordError(step, "retry", error, startedAt, true);
    return { kind: "retry", delayMs: 0 };
  }
  const limit = Math.min(deps.settings.maxAttempts, failure.maxAttempts ?? Infinity);
  if (isOurs || (failure.class === "retry" && attempts < limit)) {
    await recordError(step, "retry", error, startedAt, isOurs);
    deps.observer.send(conversation.channel, "retry");
    return { kind: "retry", delayMs };
  }
  await recordError(step, "failed", error, startedAt);
  deps.observer.send(conversation.channel, "failed");
  deps.observer.dead(conversation.channel, error.code);
  await deps.fallBack(row.id, failure);
  return DONE;
}

/** Whether somebody said what is done outside the window; with the window remembered as closed, the next visit does it. */
function mayGoOnOutside({ channel, row }: Step): boolean {
  const hasRule = row.outside !== null && row.outside !== undefined;
  return hasRule && row.needsWindow && channel.windowMs !== undefined;
}

/** What a refusal says of the person and the conversation, beside the message. */
async function remember(
  { deps, conversation }: Step,
  error: BridgeError,
  failure: SendFailure,
): Promise<void> {
  deps.observer.sendFailed(conversation.channel, failure.class, error.provider?.code ?? "");
  if (failure.windowClosed === true) await closeWindow(deps.db, conversation.id);
  if (failure.optOut === undefined) return;
  const { optOut: scope } = failure;
  await optOut(deps.db, { ...pairOf(conversation), scope, method: "provider_error" });
}

/** The provider does not know this form of message: what it says goes out in a plainer one, once and at once. */
async function simplify(
  step: Step,
  { payload, note }: { readonly payload: unknown; readonly note: Note },
  error: BridgeError,
  startedAt: string,
): Promise<AfterRefusal> {
  const { deps, conversation, row } = step;
  await replacePayload(deps.db, row.id, { payload, note });
  await recordError(step, "retry", error, startedAt, true);
  deps.observer.event(conversation.channel, `note_${note.code}`);
  return { kind: "plainer", payload };
}
