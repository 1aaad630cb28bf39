import { simulator } from "../../i18n/simulator.ts";
import { Action } from "../../shared/ui/action.tsx";
import { Icon } from "../../shared/ui/icon.tsx";
import { say, type Seat } from "../state/desk.ts";
import type { Line } from "../state/wire.ts";

const STEPS = ["buttons", "list", "question"] as const;

/** What to try first, where nothing was said yet. */
export function FirstSteps({ line, seat }: { readonly line: Line; readonly seat: Seat }) {
  return (
    <div class="first-steps">
      <span class="state-picture">
        <Icon name="phone" size={28} />
      </span>
      <h3>{simulator("first_title")}</h3>
      <p>{simulator("first_intro", { line: line.title })}</p>
      <ul>
        {STEPS.map((step) => (
          <li key={step}>
            <Action
              run={() => say(seat, { content: { type: "text", text: simulator(`try_${step}`) } })}
            >
              <strong>{simulator(`try_${step}`)}</strong>
              <span class="hint">{simulator(`try_${step}_why`)}</span>
            </Action>
          </li>
        ))}
      </ul>
    </div>
  );
}
