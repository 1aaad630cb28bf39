import { useEffect, useState } from "preact/hooks";
import { common } from "../../i18n/common.ts";
import { templates } from "../../i18n/templates.ts";
import { query, setQuery } from "../../shared/router.ts";
import { useChannels } from "../campaigns/channels.ts";
import { categoryWord, KNOWN_CATEGORIES, KNOWN_STATUSES, statusWord } from "./template-words.tsx";
import type { Template } from "./types.ts";

/** How long nothing is typed before the address follows, milliseconds. */
const PAUSE_MS = 200;

/** What the list is narrowed by; all of it is in the address. */
export function TemplateFilters({ rows }: { readonly rows: readonly Template[] }) {
  const channels = useChannels();
  const chosen = query.value.get("language");
  const languages = new Set(rows.map(({ language }) => language).filter((word) => word !== ""));
  if (chosen !== null) languages.add(chosen);
  return (
    <div class="filters" role="search" aria-label={common("filter")}>
      <Search />
      <Choice
        name="channel"
        options={(channels.data ?? [])
          .filter(({ has_templates: has }) => has)
          .map(({ name }) => ({ value: name, label: name }))}
      />
      <Choice
        name="status"
        options={KNOWN_STATUSES.map((value) => ({ value, label: statusWord(value) }))}
      />
      <Choice
        name="category"
        options={KNOWN_CATEGORIES.map((value) => ({ value, label: categoryWord(value) }))}
      />
      <Choice
        name="language"
        options={[...languages].toSorted().map((value) => ({ value, label: value }))}
      />
    </div>
  );
}

function Search() {
  const asked = query.value.get("q") ?? "";
  const [typed, setTyped] = useState(asked);
  useEffect(() => {
    if (typed === asked) return undefined;
    const timer = setTimeout(() => setQuery({ q: typed }), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  return (
    <input
      type="search"
      aria-label={templates("search")}
      placeholder={templates("search")}
      value={typed}
      onInput={({ currentTarget }) => setTyped(currentTarget.value)}
    />
  );
}

interface ChoiceProps {
  readonly name: "channel" | "status" | "category" | "language";
  readonly options: readonly { readonly value: string; readonly label: string }[];
}

function Choice({ name, options }: ChoiceProps) {
  return (
    <select
      aria-label={templates(`filter_${name}`)}
      value={query.value.get(name) ?? ""}
      onChange={({ currentTarget }) => setQuery({ [name]: currentTarget.value })}
    >
      <option value="">{templates(`any_${name}`)}</option>
      {options.map(({ value, label }) => (
        <option key={value} value={value}>
          {label}
        </option>
      ))}
    </select>
  );
}
