import { useState } from "preact/hooks";
import { operations } from "../../i18n/operations.ts";
import { ApiProblem, post } from "../../shared/api.ts";
import { formatMs } from "../../shared/format.ts";
import { Action } from "../../shared/ui/action.tsx";
import { SafeText } from "../../shared/ui/safe-text.tsx";
import { Tag, type Tone } from "../../shared/ui/tag.tsx";
import type { Health } from "./types.ts";

interface Checked {
  readonly account: string;
  readonly state: NonNullable<Health["state"]>;
  readonly detail: string;
  readonly ms: number;
}

const TONES = {
  connected: "good",
  connecting: "warning",
  disconnected: "bad",
} as const satisfies Record<Checked["state"], Tone>;

/** Asks the provider whether the accounts of a channel work. */
export function CheckBox({ name }: { readonly name: string }) {
  const [checked, setChecked] = useState<readonly Checked[]>();
  const check = async () => {
    try {
      const path = `/channels/${encodeURIComponent(name)}/check`;
      setChecked((await post<{ readonly data: readonly Checked[] }>(path)).data);
    } catch (thrown) {
      // A channel that only receives has nobody who could be asked.
      if (!(thrown instanceof ApiProblem) || thrown.status !== 409) throw thrown;
      setChecked([]);
    }
  };
  return (
    <footer class="op-stack">
      <div>
        <Action icon="check" run={check}>
          {operations(checked === undefined ? "check" : "check_again")}
        </Action>
      </div>
      <div role="status">
        {checked?.length === 0 && <p class="hint">{operations("check_nobody")}</p>}
        {checked !== undefined && checked.length > 0 && (
          <ul class="op-checked" aria-label={operations("checked")}>
            {checked.map(({ account, state, detail, ms }) => (
              <li key={account}>
                <Tag tone={TONES[state]}>{operations(`state_${state}`)}</Tag>
                <span>
                  <SafeText text={account} />
                  <span class="hint">
                    {detail !== "" && (
                      <>
                        {" · "}
                        <SafeText text={detail} max={300} />
                      </>
                    )}
                    {" · "}
                    {formatMs(ms)}
                  </span>
                </span>
              </li>
            ))}
          </ul>
        )}
      </div>
    </footer>
  );
}
