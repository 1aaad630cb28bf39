import { log } from "../../i18n/event-log.ts";
import type { Plan } from "./types.ts";

/** What can be done with dead letters. */
export type Deed = "replay" | "discard";

/** Reasons after which something may have got through all the same. */
const DOUBTFUL: readonly string[] = ["channel_uncertain", "answer_timeout"];

const bySize = (counts: Readonly<Record<string, number>>) =>
  Object.entries(counts).toSorted(([a, one], [b, other]) => other - one || (a < b ? -1 : 1));

/** Says what would be done, and where: "412 will be replayed: 400 on whatsapp and 12 on sms. Continue?" */
export function describePlan(deed: Deed, plan: Pick<Plan, "matched" | "by_channel">): string {
  const parts = bySize(plan.by_channel).map(([channel, count]) =>
    log("plan_part", { count, channel }),
  );
  const last = parts.at(-1) ?? "";
  const before = parts.slice(0, -1).join(", ");
  const all = before === "" ? last : log("plan_and", { parts: before, last });
  return log.count(`plan_${deed}`, plan.matched, { parts: all });
}

/** The reasons of what a plan matches, the most frequent first. */
export function reasonsOf(
  plan: Pick<Plan, "by_reason">,
): readonly { readonly reason: string; readonly count: number }[] {
  return bySize(plan.by_reason).map(([reason, count]) => ({ reason, count }));
}

/** Whether a replay may do something for the second time. */
export function mayHappenTwice({ by_reason: reasons }: Pick<Plan, "by_reason">): boolean {
  return DOUBTFUL.some((reason) => (reasons[reason] ?? 0) > 0);
}
