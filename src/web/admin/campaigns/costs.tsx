import { report } from "../../i18n/campaign-report.ts";
import { formatNumber } from "../../shared/format.ts";
import { SafeText } from "../../shared/ui/safe-text.tsx";
import { formatMoney } from "./money.ts";
import type { CampaignDetail, Cost } from "./types.ts";

const KINDS = ["marketing", "utility", "authentication", "service"] as const;

/** What a kind of message is called; a word of the provider's own as it is. */
export function kindOf(word: string): string {
  const known = KINDS.find((kind) => kind === word.toLowerCase());
  return known === undefined ? word : report(`category_${known}`);
}

/** A sum, or that nobody knows it. */
export function moneyOf({ amount, currency }: Pick<Cost, "amount" | "currency">): string {
  return amount === null ? report("cost_unknown") : formatMoney(amount, currency);
}

/** What a campaign costs: billed so far, and what the rest would. */
export function Costs({ cost }: { readonly cost: CampaignDetail["cost"] }) {
  return (
    <section class="card stack" aria-labelledby="costs-title">
      <h2 id="costs-title">{report("costs")}</h2>
      <CostPart title={report("cost_actual")} cost={cost.actual} />
      <CostPart title={report("cost_estimated")} cost={cost.estimated} />
    </section>
  );
}

function CostPart({ title, cost }: { readonly title: string; readonly cost: Cost }) {
  return (
    <div class="stack-lines">
      <div class="row spread">
        <h3>{title}</h3>
        <strong class="number">{moneyOf(cost)}</strong>
      </div>
      {cost.by_category.length > 0 && (
        <ul class="cost-lines">
          {cost.by_category.map(({ channel, category, count, amount }) => (
            <li key={`${channel} ${category}`} class="row spread hint">
              <span>
                {formatNumber(count)} ×{" "}
                {category === null ? report("cost_unknown") : kindOf(category)}
              </span>
              <span class="number">{moneyOf({ amount, currency: cost.currency })}</span>
            </li>
          ))}
        </ul>
      )}
      {cost.notes.map(({ code, detail }) => (
        <p key={`${code}${detail}`} class="hint">
          <SafeText text={detail} />
        </p>
      ))}
    </div>
  );
}
