import { type Delivery, giveUp, type Step } from "./delivery.ts";

/**
 * A message that was being sent when its worker died, or whose answer never came, may have arrived. It waits for the
 * provider to name it in a status webhook; only then does the policy decide, and every resend counts as a try: it may be
 * one more copy on the person's phone, except where the provider recognises it. Returns undefined when it may be sent.
 */
export async function settleUnknown(step: Step): Promise<Delivery | undefined> {
  const { deps, channel, conversation, row } = step;
  if (row.status === "queued") return undefined;
  const waitMs = channel.reconciliation === "echo" ? deps.settings.uncertainWaitMs : 0;
  if (row.status === "sending") {
    await deps.record({
      messageId: row.id,
      outcome: "uncertain",
      externalId: null,
      error: { code: "", title: "", reason: "the worker stopped while sending" },
      startedAt: null,
    });
    deps.observer.send(conversation.channel, "uncertain");
    return { kind: "wait", delayMs: waitMs };
  }
  const remaining = waitMs - (row.uncertainMs ?? 0);
  if (remaining > 0) return { kind: "wait", delayMs: remaining };
  const { uncertainPolicy, maxAttempts } = deps.settings;
  // Of thousands nobody can ask each person: a campaign sends again only what the provider recognises.
  const isCampaign = row.origin === "campaign";
  const mayResend =
    (uncertainPolicy === "resend" && !isCampaign) || channel.reconciliation === "repeat";
  if (mayResend && row.attempts < maxAttempts) return undefined;
  const why = "the provider never said whether it took the message";
  return giveUp(step, "channel_uncertain", why);
}
