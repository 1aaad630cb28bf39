import { useId } from "preact/hooks";
import { plan } from "../../../i18n/wizard-plan.ts";
import { Field } from "../../../shared/ui/field.tsx";
import { now } from "../../../shared/ui/now.ts";
import { dayName } from "../definition.tsx";
import type { PlanForm } from "./plan-form.ts";

interface PlanFieldsProps {
  readonly form: PlanForm;
  readonly zone: string;
  readonly onChange: (form: PlanForm) => void;
  readonly problemAt: (pointer: string) => string | undefined;
}

/** When it starts, how fast it goes, at which hours, and when it stops by itself. */
export function PlanFields(props: PlanFieldsProps) {
  const { form, onChange, problemAt } = props;
  const set = (change: Partial<PlanForm>) => onChange({ ...form, ...change });
  return (
    <div class="card stack">
      <When {...props} />
      <div class="field-grid">
        <Field
          label={plan("pace_rate")}
          hint={plan("pace_hint")}
          problem={problemAt("/rate_per_second")}
        >
          {(control) => (
            <input
              {...control}
              type="text"
              inputMode="decimal"
              value={form.rate}
              onInput={({ currentTarget }) => set({ rate: currentTarget.value })}
            />
          )}
        </Field>
        <Field
          label={plan("guard")}
          hint={plan("guard_hint")}
          problem={problemAt("/guard/error_rate")}
        >
          {(control) => (
            <input
              {...control}
              type="text"
              inputMode="decimal"
              value={form.errorPercent}
              onInput={({ currentTarget }) => set({ errorPercent: currentTarget.value })}
            />
          )}
        </Field>
      </div>
      <label class="row">
        <input
          type="checkbox"
          checked={form.hasHours}
          onChange={({ currentTarget }) => set({ hasHours: currentTarget.checked })}
        />
        {plan("hours")}
      </label>
      {form.hasHours && <Hours {...props} />}
    </div>
  );
}

function When({ form, zone, onChange, problemAt }: PlanFieldsProps) {
  const isPast = form.at !== "" && Date.parse(form.at) < now.value;
  return (
    <fieldset class="plain-fieldset stack-small">
      <legend>{plan("when")}</legend>
      <div class="option-cards">
        {[false, true].map((isLater) => (
          <label key={String(isLater)} class="option-card">
            <input
              type="radio"
              name="when"
              checked={form.isLater === isLater}
              onChange={() => onChange({ ...form, isLater })}
            />
            <strong>{plan(isLater ? "when_later" : "when_now")}</strong>
          </label>
        ))}
      </div>
      {form.isLater && (
        <Field
          label={plan("when_at")}
          hint={isPast ? plan("when_past") : plan("when_zone", { zone })}
          problem={problemAt("/start_at")}
        >
          {(control) => (
            <input
              {...control}
              type="datetime-local"
              value={form.at}
              onInput={({ currentTarget }) => onChange({ ...form, at: currentTarget.value })}
            />
          )}
        </Field>
      )}
    </fieldset>
  );
}

const DAYS = [1, 2, 3, 4, 5, 6, 0];

function Hours({ form, onChange, problemAt }: PlanFieldsProps) {
  const { hours } = form;
  const zones = useId();
  const set = (change: Partial<PlanForm["hours"]>) =>
    onChange({ ...form, hours: { ...hours, ...change } });
  const toggle = (day: number, isOn: boolean) =>
    set({ days: DAYS.filter((one) => (one === day ? isOn : hours.days.includes(one))) });
  return (
    <div class="stack-small">
      <div class="field-grid">
        {(["from", "to"] as const).map((end) => (
          <Field key={end} label={plan(`hours_${end}`)} problem={problemAt(`/hours/${end}`)}>
            {(control) => (
              <input
                {...control}
                type="time"
                value={hours[end]}
                onInput={({ currentTarget }) => set({ [end]: currentTarget.value })}
              />
            )}
          </Field>
        ))}
        <Field label={plan("hours_zone")} problem={problemAt("/hours/time_zone")}>
          {(control) => (
            <>
              <input
                {...control}
                type="text"
                list={zones}
                value={hours.time_zone}
                onInput={({ currentTarget }) => set({ time_zone: currentTarget.value })}
              />
              <datalist id={zones}>
                {Intl.supportedValuesOf("timeZone").map((zone) => (
                  <option key={zone} value={zone} />
                ))}
              </datalist>
            </>
          )}
        </Field>
      </div>
      <fieldset class="plain-fieldset">
        <legend>{plan("hours_days")}</legend>
        <div class="row">
          {DAYS.map((day) => (
            <label key={day} class="day-choice">
              <input
                type="checkbox"
                checked={hours.days.includes(day)}
                onChange={({ currentTarget }) => toggle(day, currentTarget.checked)}
              />
              {dayName(day)}
            </label>
          ))}
        </div>
      </fieldset>
    </div>
  );
}
