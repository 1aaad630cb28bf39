import { simulator } from "../../i18n/simulator.ts";
import { line, person } from "../state/place.ts";
import { Composer } from "./composer.tsx";
import { PhoneHead } from "./phone-head.tsx";
import { Talk } from "./talk.tsx";

/** The phone: who one talks with, what was said, and where one writes. */
export function Phone() {
  const { value: chosen } = line;
  if (chosen === undefined) return null;
  const seat = { channel: chosen.channel, person: person.value };
  return (
    <section class="phone" aria-label={simulator("phone_of", { name: nameOf(seat.person) })}>
      <div class="phone-screen">
        <PhoneHead line={chosen} />
        <Talk key={`${seat.channel} ${seat.person.phone}`} line={chosen} seat={seat} />
        <Composer line={chosen} seat={seat} />
      </div>
    </section>
  );
}

const nameOf = ({ name, phone }: { readonly name: string; readonly phone: string }): string =>
  name === "" ? phone : name;
