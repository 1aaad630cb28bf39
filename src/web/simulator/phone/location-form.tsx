import { useState } from "preact/hooks";
import { simulator } from "../../i18n/simulator.ts";
import { Action } from "../../shared/ui/action.tsx";
import { Field } from "../../shared/ui/field.tsx";
import { say, type Seat } from "../state/desk.ts";

interface FormProps {
  readonly seat: Seat;
  readonly onDone: () => void;
}

/** A known place to begin with: Praça dos Três Poderes, Brasília. */
const BEGIN = { latitude: "-15.8003", longitude: "-47.8614", name: "", address: "" };

const FIELDS = [
  { key: "latitude", largest: 90 },
  { key: "longitude", largest: 180 },
  { key: "name", largest: undefined },
  { key: "address", largest: undefined },
] as const;

/** Sends a place. */
export function LocationForm({ seat, onDone }: FormProps) {
  const [values, setValues] = useState(BEGIN);
  const isBad = (key: keyof typeof BEGIN, largest: number | undefined) => {
    const value = Number(values[key].replace(",", "."));
    return largest !== undefined && !(values[key] !== "" && Math.abs(value) <= largest);
  };
  const send = async () => {
    const [latitude, longitude] = [values.latitude, values.longitude].map((text) =>
      Number(text.replace(",", ".")),
    );
    if (latitude === undefined || longitude === undefined) return;
    const { name, address } = values;
    const words = { ...(name !== "" && { name }), ...(address !== "" && { address }) };
    await say(seat, { content: { type: "location", latitude, longitude, ...words } });
    onDone();
  };
  return (
    <>
      <div class="pair">
        {FIELDS.map(({ key, largest }) => (
          <Field
            key={key}
            label={simulator(key)}
            problem={
              isBad(key, largest) ? simulator("degrees", { largest: largest ?? 0 }) : undefined
            }
          >
            {(control) => (
              <input
                {...control}
                inputMode={largest === undefined ? "text" : "decimal"}
                maxLength={200}
                value={values[key]}
                onInput={({ currentTarget }) =>
                  setValues({ ...values, [key]: currentTarget.value })
                }
              />
            )}
          </Field>
        ))}
      </div>
      <Action
        tone="primary"
        icon="send"
        disabled={FIELDS.some(({ key, largest }) => isBad(key, largest))}
        run={send}
      >
        {simulator("send")}
      </Action>
    </>
  );
}
