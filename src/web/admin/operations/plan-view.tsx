import { log } from "../../i18n/event-log.ts";
import { formatNumber } from "../../shared/format.ts";
import { SafeText } from "../../shared/ui/safe-text.tsx";
import { Table } from "../../shared/ui/table.tsx";
import { type Deed, describePlan, mayHappenTwice, reasonsOf } from "./plan-words.ts";
import type { Plan } from "./types.ts";

/** What would be done, before it is. */
export function PlanView({ deed, plan }: { readonly deed: Deed; readonly plan: Plan }) {
  if (plan.matched === 0) return <p>{log("plan_none")}</p>;
  return (
    <>
      <p class="op-plan">
        <SafeText text={describePlan(deed, plan)} />
      </p>
      {deed === "discard" && <p class="hint">{log("plan_discard_hint")}</p>}
      {deed === "replay" && mayHappenTwice(plan) && (
        <p class="banner banner-warning">
          <span>{log("plan_twice")}</span>
        </p>
      )}
      <Table
        caption={log("plan_reasons")}
        rows={reasonsOf(plan)}
        keyOf={({ reason }) => reason}
        columns={[
          {
            key: "reason",
            title: log("reason"),
            cell: ({ reason }) => <SafeText text={reason} />,
          },
          {
            key: "count",
            title: log("plan_count"),
            isNumber: true,
            cell: ({ count }) => formatNumber(count),
          },
        ]}
      />
    </>
  );
}
