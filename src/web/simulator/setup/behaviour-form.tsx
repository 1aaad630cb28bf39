import { useState } from "preact/hooks";
import { setup } from "../../i18n/simulator-setup.ts";
import { useResource } from "../../shared/resource.ts";
import { Field } from "../../shared/ui/field.tsx";
import { Loaded } from "../../shared/ui/states.tsx";
import { complain } from "../../shared/ui/toast.tsx";
import { behave, readBehaviour, type Seat } from "../state/desk.ts";
import type { Behaviour, Line } from "../state/wire.ts";

interface BehaviourFormProps {
  readonly line: Line;
  readonly seat: Seat;
}

const DELAYS_MS = [0, 400, 2_000, 10_000, 60_000] as const;

/** How the provider and the phone answer what we send. */
export function BehaviourForm({ line, seat }: BehaviourFormProps) {
  const read = useResource(`behaviour ${seat.channel} ${seat.person.phone}`, (signal) =>
    readBehaviour(seat, signal),
  );
  const [changed, setChanged] = useState<Behaviour>();
  const set = (part: Parameters<typeof behave>[1]) => {
    const before = changed ?? read.data;
    // Shown at once, and taken back where it is refused.
    if (before !== undefined) setChanged({ ...before, ...part });
    behave(seat, part).then(setChanged, (thrown: unknown) => {
      setChanged(before);
      complain(thrown);
    });
  };
  return (
    <Loaded from={read}>
      {(data) => <Controls line={line} behaviour={changed ?? data} set={set} />}
    </Loaded>
  );
}

interface ControlsProps {
  readonly line: Line;
  readonly behaviour: Behaviour;
  readonly set: (part: Parameters<typeof behave>[1]) => void;
}

function Controls({ line, behaviour, set }: ControlsProps) {
  const { ticks, delay_ms: delayMs, reads, fail_code: failCode } = behaviour;
  const delays = [...new Set([...DELAYS_MS, delayMs])].toSorted((one, other) => one - other);
  return (
    <>
      <fieldset class="choice">
        <legend>{setup("ticks")}</legend>
        {(["auto", "manual"] as const).map((known) => (
          <label key={known}>
            <input
              type="radio"
              name="ticks"
              checked={ticks === known}
              onChange={() => set({ ticks: known })}
            />
            {setup(`ticks_${known}`)}
          </label>
        ))}
      </fieldset>
      <Field label={setup("tick_delay")}>
        {(control) => (
          <select
            {...control}
            value={delayMs}
            disabled={ticks === "manual"}
            onChange={({ currentTarget }) => set({ delay_ms: Number(currentTarget.value) })}
          >
            {delays.map((ms) => (
              <option key={ms} value={ms}>
                {ms === 0 ? setup("delay_none") : `${ms / 1_000} s`}
              </option>
            ))}
          </select>
        )}
      </Field>
      {line.features.reads && (
        <label class="check">
          <input
            type="checkbox"
            checked={reads}
            onChange={({ currentTarget }) => set({ reads: currentTarget.checked })}
          />
          <span>{setup("reads")}</span>
        </label>
      )}
      <Field label={setup("fail_code")} hint={setup("fail_hint")}>
        {(control) => (
          <select
            {...control}
            value={failCode ?? ""}
            onChange={({ currentTarget: { value } }) =>
              set({ fail_code: value === "" ? null : value })
            }
          >
            <option value="">{setup("fail_none")}</option>
            {(["at_once", "later"] as const).map((when) => (
              <optgroup key={when} label={setup(`fail_${when}`)}>
                {line.failures
                  .filter((failure) => failure.when === when)
                  .map(({ code, title }) => (
                    <option key={code} value={code}>
                      {code} · {title}
                    </option>
                  ))}
              </optgroup>
            ))}
          </select>
        )}
      </Field>
    </>
  );
}
