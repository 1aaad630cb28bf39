import { useState } from "preact/hooks";
import { simulator } from "../../i18n/simulator.ts";
import { Action } from "../../shared/ui/action.tsx";
import { Field } from "../../shared/ui/field.tsx";
import { say, type Seat } from "../state/desk.ts";
import { LONGEST_NAME, readPhone } from "../state/people.ts";

interface FormProps {
  readonly seat: Seat;
  readonly onDone: () => void;
}

/** Sends somebody's card. */
export function ContactForm({ seat, onDone }: FormProps) {
  const [name, setName] = useState("");
  const [phone, setPhone] = useState("");
  const number = readPhone(phone);
  const isBad = phone !== "" && number === undefined;
  const send = async () => {
    if (number === undefined) return;
    await say(seat, { content: { type: "contact", name: name.trim(), phone: number } });
    onDone();
  };
  return (
    <>
      <div class="pair">
        <Field label={simulator("name")}>
          {(control) => (
            <input
              {...control}
              maxLength={LONGEST_NAME}
              value={name}
              onInput={({ currentTarget }) => setName(currentTarget.value)}
            />
          )}
        </Field>
        <Field label={simulator("phone")} problem={isBad ? simulator("phone_bad") : undefined}>
          {(control) => (
            <input
              {...control}
              type="tel"
              maxLength={24}
              value={phone}
              onInput={({ currentTarget }) => setPhone(currentTarget.value)}
            />
          )}
        </Field>
      </div>
      <Action
        tone="primary"
        icon="send"
        disabled={name.trim() === "" || number === undefined}
        run={send}
      >
        {simulator("send")}
      </Action>
    </>
  );
}
