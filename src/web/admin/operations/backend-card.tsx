import { operations } from "../../i18n/operations.ts";
import { formatNumber, formatShare } from "../../shared/format.ts";
import { Icon, type IconName } from "../../shared/ui/icon.tsx";
import { SafeText } from "../../shared/ui/safe-text.tsx";
import { Tag, type Tone } from "../../shared/ui/tag.tsx";
import { Ago } from "../../shared/ui/time.tsx";
import { Facts } from "./facts.tsx";
import type { Backend } from "./types.ts";

const LOOKS = {
  closed: { tone: "good", icon: "check" },
  half_open: { tone: "warning", icon: "reload" },
  open: { tone: "bad", icon: "pause" },
} as const satisfies Record<Backend["breaker"], { readonly tone: Tone; readonly icon: IconName }>;

interface BackendCardProps {
  readonly backend: Backend;
  /** Its place in the order in which they are asked, from 1. */
  readonly position: number;
  readonly onTry: () => void;
}

/** How one backend fares. */
export function BackendCard({ backend, position, onTry }: BackendCardProps) {
  const { name, type, breaker, calls_today: calls, failures_today: failures } = backend;
  const failure = backend.last_failure;
  return (
    <section class="card op-card" aria-label={name}>
      <header class="row spread">
        <h2>
          <SafeText text={name} />
        </h2>
        <Tag {...LOOKS[breaker]}>{operations(`breaker_${breaker}`)}</Tag>
      </header>
      <p class="hint">
        {type} ·{" "}
        {backend.in_chain
          ? operations("position", { count: position })
          : operations("not_in_chain")}
      </p>
      <Facts
        facts={[
          [operations("calls_today"), formatNumber(calls)],
          [
            operations("failures_today"),
            <>
              {formatNumber(failures)}
              {calls > 0 && failures > 0 && (
                <span class="hint">
                  {" "}
                  · {operations("failure_share", { share: formatShare(failures / calls) })}
                </span>
              )}
            </>,
          ],
          [
            operations("last_failure"),
            failure === null ? (
              operations("no_failure")
            ) : (
              <>
                <code>{failure.code}</code> · <Ago at={failure.at} />
              </>
            ),
          ],
        ]}
      />
      <footer class="row">
        <button type="button" class="button" onClick={onTry}>
          <Icon name="play" size={16} /> {operations("try")}
        </button>
      </footer>
    </section>
  );
}
