import { useEffect, useRef, useState } from "preact/hooks";
import { common } from "../../i18n/common.ts";
import { conversations } from "../../i18n/conversations.ts";
import type { Conversation } from "../../shared/api-types.ts";
import { setQuery } from "../../shared/router.ts";
import { Icon } from "../../shared/ui/icon.tsx";
import { clearFilters, type Filters, isFiltered, STATES } from "./filters.ts";
import type { Channel } from "./types.ts";

interface FilterBarProps {
  readonly filters: Filters;
  readonly channels: ReadonlyMap<string, Channel>;
  readonly rows: readonly Conversation[];
}

/** Typing is over once nothing came for this long, milliseconds. */
const TYPED_MS = 300;

/** Characters of a search that the API takes. */
const SEARCH_LENGTH = 100;

/** What narrows the list; all of it is in the address. */
export function FilterBar({ filters, channels, rows }: FilterBarProps) {
  const { channel, state, backend, trouble } = filters;
  const names = withChosen([...channels.keys(), ...rows.map((row) => row.channel)], channel);
  const backends = withChosen(
    rows.flatMap(({ last_backend: last }) => last ?? []),
    backend,
  );
  return (
    <div class="talks-filters" role="search">
      <SearchField q={filters.q ?? ""} />
      <div class="talks-selects">
        <select
          aria-label={conversations("filter_channel")}
          value={channel ?? ""}
          onChange={({ currentTarget }) => setQuery({ channel: currentTarget.value })}
        >
          <option value="">{conversations("any_channel")}</option>
          {names.map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
        <select
          aria-label={conversations("filter_state")}
          value={state ?? ""}
          onChange={({ currentTarget }) => setQuery({ state: currentTarget.value })}
        >
          <option value="">{conversations("any_state")}</option>
          {STATES.map((known) => (
            <option key={known} value={known}>
              {conversations(`state_${known}`)}
            </option>
          ))}
        </select>
        {backends.length > 0 && (
          <select
            aria-label={conversations("filter_backend")}
            value={backend ?? ""}
            onChange={({ currentTarget }) => setQuery({ backend: currentTarget.value })}
          >
            <option value="">{conversations("any_backend")}</option>
            {backends.map((name) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        )}
        <label class="talks-check">
          <input
            type="checkbox"
            checked={trouble === "true"}
            onChange={({ currentTarget }) =>
              setQuery({ trouble: currentTarget.checked ? "true" : undefined })
            }
          />
          {conversations("filter_trouble")}
        </label>
        {isFiltered(filters) && (
          <button type="button" class="link-button" onClick={clearFilters}>
            {conversations("clear_filters")}
          </button>
        )}
      </div>
    </div>
  );
}

/** The choices there are, and the one that is chosen even where nothing shows it any more. */
function withChosen(all: readonly string[], chosen: string | undefined): readonly string[] {
  return [...new Set([...all, ...(chosen === undefined ? [] : [chosen])])].toSorted();
}

function SearchField({ q }: { readonly q: string }) {
  const [text, setText] = useState(q);
  const told = useRef(q);
  useEffect(() => {
    // The address changed by itself: a link, the browser's own buttons, "clear".
    if (q !== told.current) setText(q);
    told.current = q;
  }, [q]);
  useEffect(() => {
    const wanted = text.trim();
    if (wanted === told.current) return undefined;
    const timer = setTimeout(() => {
      told.current = wanted;
      setQuery({ q: wanted });
    }, TYPED_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <label class="talks-search">
      <Icon name="search" size={16} />
      <span class="visually-hidden">{common("search")}</span>
      <input
        type="search"
        maxLength={SEARCH_LENGTH}
        placeholder={conversations("search_hint")}
        value={text}
        onInput={({ currentTarget }) => setText(currentTarget.value)}
      />
    </label>
  );
}
