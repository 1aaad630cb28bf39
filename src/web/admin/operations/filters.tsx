import type { ComponentChildren } from "preact";
import { useId, useMemo } from "preact/hooks";
import { common } from "../../i18n/common.ts";
import { operations } from "../../i18n/operations.ts";
import { query, setQuery } from "../../shared/router.ts";
import { Icon } from "../../shared/ui/icon.tsx";
import {
  fromLocal,
  type Period,
  RANGES,
  type Range,
  readPeriod,
  readRange,
  toLocal,
} from "./range.ts";

/** A row of filters, each kept in the address; `names` are those that "clear" removes. */
export function Filters({
  names,
  children,
}: {
  readonly names: readonly string[];
  readonly children: ComponentChildren;
}) {
  const isNarrowed = names.some((name) => query.value.has(name));
  const clear = () => setQuery(Object.fromEntries(names.map((name) => [name, undefined])));
  return (
    <div class="op-filters" role="group" aria-label={operations("filters")}>
      {children}
      {isNarrowed && (
        <button type="button" class="button button-small" onClick={clear}>
          <Icon name="close" size={14} /> {operations("clear_filters")}
        </button>
      )}
    </div>
  );
}

interface Option {
  readonly value: string;
  readonly label: string;
}

interface ChoiceProps {
  readonly name: string;
  readonly label: string;
  readonly options: readonly Option[];
}

/** One of some words, or all. A word of the address that is not among them is offered too. */
export function Choice({ name, label, options }: ChoiceProps) {
  const id = useId();
  const chosen = query.value.get(name) ?? "";
  const isKnown = chosen === "" || options.some(({ value }) => value === chosen);
  return (
    <div class="op-filter">
      <label for={id}>{label}</label>
      <select
        id={id}
        value={chosen}
        onChange={({ currentTarget }) => setQuery({ [name]: currentTarget.value })}
      >
        <option value="">{common("all")}</option>
        {!isKnown && <option value={chosen}>{chosen}</option>}
        {options.map(({ value, label: said }) => (
          <option key={value} value={value}>
            {said}
          </option>
        ))}
      </select>
    </div>
  );
}

/** A word that must match as it is; taken when the field is left or Enter is pressed. */
export function Word({ name, label }: { readonly name: string; readonly label: string }) {
  const id = useId();
  return (
    <div class="op-filter">
      <label for={id}>{label}</label>
      <input
        id={id}
        type="search"
        maxLength={200}
        spellcheck={false}
        autocomplete="off"
        value={query.value.get(name) ?? ""}
        onChange={({ currentTarget }) => setQuery({ [name]: currentTarget.value.trim() })}
      />
    </div>
  );
}

/** The names under which a period stands in the address. */
export const PERIOD_NAMES = ["range", "since", "until"] as const;

/** A period: a few usual ones, or any. */
export function PeriodFilter() {
  const id = useId();
  const range = readRange(query.value);
  const choose = (next: Range) =>
    setQuery({
      range: next === "all" ? undefined : next,
      ...(next !== "own" && { since: undefined, until: undefined }),
    });
  return (
    <>
      <div class="op-filter">
        <label for={id}>{operations("range")}</label>
        <select
          id={id}
          value={range}
          onChange={({ currentTarget }) =>
            choose(RANGES.find((known) => known === currentTarget.value) ?? "all")
          }
        >
          {RANGES.map((known) => (
            <option key={known} value={known}>
              {operations(`range_${known}`)}
            </option>
          ))}
        </select>
      </div>
      {range === "own" && (
        <>
          <Moment name="since" />
          <Moment name="until" />
        </>
      )}
    </>
  );
}

function Moment({ name }: { readonly name: "since" | "until" }) {
  const id = useId();
  return (
    <div class="op-filter">
      <label for={id}>{operations(name)}</label>
      <input
        id={id}
        type="datetime-local"
        value={toLocal(query.value.get(name))}
        onChange={({ currentTarget }) => setQuery({ [name]: fromLocal(currentTarget.value) })}
      />
    </div>
  );
}

/** The period of the address. "The last hour" begins an hour before it was chosen, so that a list stays one list. */
export function usePeriod(): Period {
  const values = query.value;
  const key = PERIOD_NAMES.map((name) => values.get(name) ?? "").join(" ");
  return useMemo(() => readPeriod(values, Date.now()), [key]);
}
