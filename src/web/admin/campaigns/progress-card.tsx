import type { ComponentChildren } from "preact";
import { report } from "../../i18n/campaign-report.ts";
import { formatNumber, formatSpan } from "../../shared/format.ts";
import { Progress } from "../../shared/ui/progress.tsx";
import { moneyOf } from "./costs.tsx";
import { settledOf } from "./funnel-steps.ts";
import type { CampaignDetail } from "./types.ts";

interface TileProps {
  readonly title: string;
  readonly hint?: string;
  readonly isBad?: boolean;
  readonly children: ComponentChildren;
}

function Tile({ title, hint, isBad = false, children }: TileProps) {
  return (
    <div class="campaign-tile" title={hint}>
      <dt>{title}</dt>
      <dd class={isBad ? "campaign-tile-bad" : ""}>{children}</dd>
    </div>
  );
}

/** How far a campaign is, how fast, and what came of it so far. */
export function ProgressCard({ campaign }: { readonly campaign: CampaignDetail }) {
  const { figures, state, eta_seconds: eta } = campaign;
  const { audience } = figures;
  const settled = settledOf(figures);
  const isRunning = state === "running";
  return (
    <section class="card stack-small" aria-label={report("progress_label")}>
      <div class="row spread">
        <strong>{report("progress_said", { settled, audience })}</strong>
        {isRunning && (
          <span class="hint">
            {eta === null ? report("eta_unknown") : report("eta", { span: formatSpan(eta) })}
          </span>
        )}
      </div>
      <Progress label={report("progress_label")} value={settled} max={audience} />
      <dl class="campaign-tiles">
        {isRunning && (
          <Tile title={report("tile_rate")}>
            {report("rate_now", { rate: figures.sent_per_minute })}
          </Tile>
        )}
        <Tile title={report("tile_replies")} hint={report("tile_replies_hint")}>
          {formatNumber(figures.replied)}
        </Tile>
        <Tile title={report("tile_failed")} isBad={figures.failed > 0}>
          {formatNumber(figures.failed)}
        </Tile>
        <Tile title={report("tile_cost")}>{moneyOf(campaign.cost.actual)}</Tile>
      </dl>
    </section>
  );
}
