import { overview } from "../../i18n/overview.ts";
import { formatShare } from "../../shared/format.ts";
import { SafeText } from "../../shared/ui/safe-text.tsx";
import { type Overview, sharesOf } from "./figures.ts";

const INKS = ["--series-1", "--series-2", "--series-4", "--series-5", "--series-3"] as const;

const inkOf = (index: number) => INKS[index % INKS.length] ?? INKS[0];

/** How the answers divide among the backends: a bar, and the figures below it. */
export function ShareBar({ backends }: Pick<Overview, "backends">) {
  const shares = sharesOf(backends);
  return (
    <section class="card ov-shares" aria-labelledby="shares">
      <h2 id="shares">{overview("chart_backends")}</h2>
      {shares.length === 0 ? (
        <p class="hint">{overview("no_backends")}</p>
      ) : (
        <>
          <div class="ov-share-bar" aria-hidden="true">
            {shares.map(({ backend, share }, index) => (
              <span key={backend} style={{ flexGrow: share, background: `var(${inkOf(index)})` }} />
            ))}
          </div>
          <ul class="ov-share-lines">
            {shares.map(({ backend, answers, share }, index) => (
              <li key={backend}>
                <span class="ov-mark" style={{ background: `var(${inkOf(index)})` }} />
                <span>{backend === null ? overview("nobody") : <SafeText text={backend} />}</span>
                <span class="hint">{overview.count("answers", answers)}</span>
                <strong>{formatShare(share)}</strong>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}
