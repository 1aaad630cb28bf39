import { simulator } from "../../i18n/simulator.ts";
import { setup } from "../../i18n/simulator-setup.ts";
import { Field } from "../../shared/ui/field.tsx";
import { change, conditions } from "../state/conditions.ts";
import type { Line } from "../state/wire.ts";

const TIMES = [1, 2, 3, 4, 5] as const;
const DELAYS_MS = [0, 1_000, 5_000, 15_000, 60_000] as const;
const SIGNATURES = ["good", "bad", "missing"] as const;

/** How the next webhooks come. */
export function ConditionsForm({ line }: { readonly line: Line }) {
  const { times, order, delayMs, signature, gathers } = conditions.value;
  return (
    <>
      <p class="hint">{setup("conditions_hint")}</p>
      <Field label={setup("signature")}>
        {(control) => (
          <select
            {...control}
            value={signature}
            onChange={({ currentTarget }) =>
              change({
                signature: SIGNATURES.find((known) => known === currentTarget.value) ?? "good",
              })
            }
          >
            {SIGNATURES.map((known) => (
              <option key={known} value={known}>
                {simulator(`signature_${known}`)}
              </option>
            ))}
          </select>
        )}
      </Field>
      <div class="pair">
        <Field label={setup("times")}>
          {(control) => (
            <select
              {...control}
              value={times}
              onChange={({ currentTarget }) => change({ times: Number(currentTarget.value) })}
            >
              {TIMES.map((count) => (
                <option key={count} value={count}>
                  {setup.count("times_of", count)}
                </option>
              ))}
            </select>
          )}
        </Field>
        <Field label={setup("delay")}>
          {(control) => (
            <select
              {...control}
              value={delayMs}
              onChange={({ currentTarget }) => change({ delayMs: Number(currentTarget.value) })}
            >
              {DELAYS_MS.map((ms) => (
                <option key={ms} value={ms}>
                  {ms === 0 ? setup("delay_none") : `${ms / 1_000} s`}
                </option>
              ))}
            </select>
          )}
        </Field>
      </div>
      <label class="check">
        <input
          type="checkbox"
          checked={gathers}
          onChange={({ currentTarget }) => change({ gathers: currentTarget.checked })}
        />
        <span>
          {setup("gather")}
          <span class="hint">{setup(line.features.batches ? "gather_one" : "gather_many")}</span>
        </span>
      </label>
      <label class="check">
        <input
          type="checkbox"
          checked={order === "reversed"}
          onChange={({ currentTarget }) =>
            change({ order: currentTarget.checked ? "reversed" : "given" })
          }
        />
        <span>{simulator("order_reversed")}</span>
      </label>
    </>
  );
}
