import { simulator } from "../../i18n/simulator.ts";
import { Tag } from "../../shared/ui/tag.tsx";
import { change, conditions, isUsual, USUAL } from "../state/conditions.ts";

/** Says above the input that the next message does not come as usual. */
export function ConditionsSign() {
  if (isUsual.value) return null;
  const { times, order, delayMs, signature } = conditions.value;
  const { gathers: _gathers, ...usual } = USUAL;
  return (
    <div class="composer-sign">
      {signature !== "good" && (
        <Tag tone="bad" icon="key">
          {simulator(`signature_${signature}`)}
        </Tag>
      )}
      {times > 1 && <Tag tone="warning">{simulator("times_short", { times })}</Tag>}
      {order === "reversed" && <Tag tone="warning">{simulator("order_reversed")}</Tag>}
      {delayMs > 0 && (
        <Tag tone="warning" icon="clock">
          {simulator("delay_short", { seconds: delayMs / 1_000 })}
        </Tag>
      )}
      <button type="button" class="link-button" onClick={() => change(usual)}>
        {simulator("as_usual")}
      </button>
    </div>
  );
}
