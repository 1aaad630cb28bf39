import { useState } from "preact/hooks";
import { common } from "../../i18n/common.ts";
import { simulator } from "../../i18n/simulator.ts";
import { setup } from "../../i18n/simulator-setup.ts";
import { Dialog } from "../../shared/ui/dialog.tsx";
import { Field } from "../../shared/ui/field.tsx";
import { LONGEST_NAME, type Person, putPerson, readName, readPhone } from "../state/people.ts";
import { choosePerson, people } from "../state/place.ts";

interface PersonDialogProps {
  /** Undefined: somebody new. */
  readonly person: Person | undefined;
  readonly onClose: () => void;
}

/** A number that nobody has yet, to begin with. */
function freePhone(known: readonly Person[]): string {
  for (let number = 1; ; number += 1) {
    const phone = `+556199111${String(number).padStart(4, "0")}`;
    if (!known.some((one) => one.phone === phone)) return phone;
  }
}

/** Adds or changes a person. */
export function PersonDialog({ person, onClose }: PersonDialogProps) {
  const [name, setName] = useState(person?.name ?? "");
  const [phone, setPhone] = useState(person?.phone ?? freePhone(people.peek()));
  const number = readPhone(phone);
  const isTaken =
    number !== undefined &&
    number !== person?.phone &&
    people.value.some((known) => known.phone === number);
  const problem =
    number === undefined ? simulator("phone_bad") : isTaken ? setup("phone_taken") : undefined;
  const save = () => {
    if (number === undefined || isTaken) return;
    people.value = putPerson(people.peek(), { phone: number, name: readName(name) }, person?.phone);
    choosePerson(number);
    onClose();
  };
  const remove = () => {
    people.value = people.peek().filter((known) => known.phone !== person?.phone);
    onClose();
  };
  return (
    <Dialog title={setup(person === undefined ? "add_person" : "change_person")} onClose={onClose}>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          save();
        }}
      >
        <Field label={setup("profile_name")} hint={setup("profile_hint")}>
          {(control) => (
            <input
              {...control}
              maxLength={LONGEST_NAME}
              value={name}
              onInput={({ currentTarget }) => setName(currentTarget.value)}
            />
          )}
        </Field>
        <Field label={simulator("phone")} hint={setup("phone_hint")} problem={problem}>
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
        <div class="row">
          <button
            type="submit"
            class="button button-primary"
            disabled={number === undefined || isTaken}
          >
            {common("save")}
          </button>
          {person !== undefined && people.value.length > 1 && (
            <button type="button" class="button button-danger" onClick={remove}>
              {setup("remove_person")}
            </button>
          )}
        </div>
      </form>
    </Dialog>
  );
}
