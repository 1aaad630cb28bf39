import { setup } from "../../i18n/simulator-setup.ts";
import { may } from "../../shared/session.ts";
import type { Seat } from "../state/desk.ts";
import type { Line } from "../state/wire.ts";
import { BehaviourForm } from "./behaviour-form.tsx";
import { ClockForm } from "./clock-form.tsx";
import { ConditionsForm } from "./conditions-form.tsx";
import { Fold } from "./fold.tsx";
import { LineChoice } from "./line-choice.tsx";
import { PeopleChoice } from "./people-choice.tsx";
import { ResetButton } from "./reset-button.tsx";
import { WriteForm } from "./write-form.tsx";

interface SetupProps {
  readonly line: Line;
  readonly seat: Seat;
}

/** Who writes, by which provider, and how the provider behaves. */
export function Setup({ line, seat }: SetupProps) {
  const key = `${seat.channel} ${seat.person.phone}`;
  return (
    <section class="setup" aria-label={setup("setup")}>
      <LineChoice />
      <PeopleChoice />
      <Fold title={setup("conditions")} icon="send">
        <ConditionsForm line={line} />
      </Fold>
      <Fold title={setup("behaviour")} icon="checks">
        <BehaviourForm key={key} line={line} seat={seat} />
      </Fold>
      <Fold title={setup("clock")} icon="clock">
        <ClockForm seat={seat} />
      </Fold>
      {may("messages:write") && (
        <Fold title={setup("write_to")} icon="campaigns">
          <WriteForm key={key} line={line} seat={seat} />
        </Fold>
      )}
      <ResetButton seat={seat} />
    </section>
  );
}
