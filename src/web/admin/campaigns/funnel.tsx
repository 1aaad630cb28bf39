import { report } from "../../i18n/campaign-report.ts";
import { formatNumber, formatShare } from "../../shared/format.ts";
import { Icon } from "../../shared/ui/icon.tsx";
import { COLUMN, HEIGHT, stepPath } from "./funnel-path.ts";
import { type FunnelSide, type FunnelStep, funnelAside, funnelSteps } from "./funnel-steps.ts";
import type { Figures } from "./types.ts";

/** How many people each step reached: a picture, and every number of it as text below. */
export function Funnel({ figures, id }: { readonly figures: Figures; readonly id: string }) {
  const steps = funnelSteps(figures);
  return (
    <section class="card funnel" aria-labelledby="funnel-title">
      <h2 id="funnel-title">{report("funnel")}</h2>
      <svg
        class="funnel-picture"
        viewBox={`0 0 ${steps.length * COLUMN} ${HEIGHT}`}
        preserveAspectRatio="none"
        aria-hidden="true"
      >
        {steps.map(({ name, ofAudience }, index) => {
          const next = steps[index + 1];
          const after = next === undefined ? undefined : (next.ofAudience ?? 0);
          return (
            <path
              key={name}
              class={`funnel-part funnel-part-${index + 1}`}
              d={stepPath(index, ofAudience ?? 0, after)}
            />
          );
        })}
      </svg>
      <ol class="funnel-steps" aria-label={report("funnel_caption")}>
        {steps.map((step) => (
          <Step key={step.name} step={step} />
        ))}
      </ol>
      <div>
        <h3>{report("aside")}</h3>
        <ul class="funnel-aside">
          {funnelAside(figures).map((side) => (
            <Side key={side.name} side={side} id={id} />
          ))}
        </ul>
      </div>
    </section>
  );
}

function Step({ step: { name, count, ofPrevious, ofAudience } }: { readonly step: FunnelStep }) {
  return (
    <li>
      <span class="funnel-name">{report(`step_${name}`)}</span>
      <strong class="funnel-count">{formatNumber(count)}</strong>
      {ofPrevious !== null && (
        <span class="hint">{report("of_previous", { share: formatShare(ofPrevious) })}</span>
      )}
      {ofPrevious !== null && (
        <span class="hint">{report("of_audience", { share: formatShare(ofAudience) })}</span>
      )}
    </li>
  );
}

const LOOKS = {
  queued: { icon: "clock", tone: "" },
  failed: { icon: "warning", tone: "bad" },
  uncertain: { icon: "question", tone: "warning" },
  skipped: { icon: "stop", tone: "" },
} as const;

function Side({
  side: { name, count, ofAudience },
  id,
}: {
  readonly side: FunnelSide;
  readonly id: string;
}) {
  const { icon, tone } = LOOKS[name];
  const look = count === 0 || tone === "" ? "" : `funnel-side-${tone}`;
  const said = (
    <>
      <Icon name={icon} size={16} />
      <span>
        <strong>{formatNumber(count)}</strong> {report(`aside_${name}`)}
      </span>
      {count > 0 && <span class="hint">{formatShare(ofAudience)}</span>}
    </>
  );
  return (
    <li>
      {count === 0 ? (
        <span class="funnel-side">{said}</span>
      ) : (
        <a
          class={`funnel-side ${look}`}
          href={`/admin/campaigns/${id}?status=${name}`}
          title={report("show_people")}
        >
          {said}
        </a>
      )}
    </li>
  );
}
