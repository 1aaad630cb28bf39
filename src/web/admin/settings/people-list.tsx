import { common } from "../../i18n/common.ts";
import { people } from "../../i18n/people.ts";
import { shell } from "../../i18n/shell.ts";
import { get } from "../../shared/api.ts";
import { formatDateTime } from "../../shared/format.ts";
import { usePages } from "../../shared/pages-of.ts";
import { useResource } from "../../shared/resource.ts";
import { query, setQuery } from "../../shared/router.ts";
import { may } from "../../shared/session.ts";
import { SafeText } from "../../shared/ui/safe-text.tsx";
import { Empty } from "../../shared/ui/states.tsx";
import type { Column } from "../../shared/ui/table.tsx";
import { Tag } from "../../shared/ui/tag.tsx";
import { Ago } from "../../shared/ui/time.tsx";
import { Page } from "../page.tsx";
import { IdentityName } from "./identity-name.tsx";
import { Listed } from "./listed.tsx";
import { peopleQuery } from "./people-query.ts";
import { useTyped } from "./typed.ts";
import type { ChannelRow, ListedContact } from "./types.ts";

/** When somebody was last heard of on any channel. */
function lastSeen({ identities }: ListedContact): string | null {
  return (
    identities
      .map(({ last_seen_at: at }) => at)
      .toSorted()
      .at(-1) ?? null
  );
}

function KnownAs({ of: person }: { readonly of: ListedContact }) {
  const [first, ...others] = person.identities;
  if (first === undefined) return <>–</>;
  return (
    <span class="row">
      <Tag>{first.channel}</Tag>
      <span class="set-numbers">
        <IdentityName {...first} />
      </span>
      {others.length > 0 && (
        <span class="hint">{people.count("more_identities", others.length)}</span>
      )}
    </span>
  );
}

const columns = (): readonly Column<ListedContact>[] => [
  {
    key: "name",
    title: people("name"),
    cell: ({ id, name, username }) => (
      <a class="person-link" href={`/admin/people/${id}`}>
        {name === null && username === null ? (
          people("nameless")
        ) : (
          <SafeText text={name ?? username ?? ""} max={200} />
        )}
      </a>
    ),
  },
  { key: "known", title: people("identities"), cell: (person) => <KnownAs of={person} /> },
  {
    key: "language",
    title: people("language"),
    cell: ({ language }) => language ?? "–",
    isExtra: true,
  },
  {
    key: "since",
    title: people("known_since"),
    cell: ({ created_at: at }) => <time dateTime={at}>{formatDateTime(at)}</time>,
    isExtra: true,
  },
  { key: "seen", title: people("last_seen"), cell: (person) => <Ago at={lastSeen(person)} /> },
];

function ChannelFilter() {
  const { data } = useResource("channels", (signal) =>
    get<{ readonly data: readonly ChannelRow[] }>("/channels", {}, signal),
  );
  const chosen = query.value.get("channel") ?? "";
  const names = new Set([...(data?.data ?? []).map(({ name }) => name), chosen].filter(Boolean));
  return (
    <select
      aria-label={people("channel")}
      value={chosen}
      onChange={({ currentTarget }) => setQuery({ channel: currentTarget.value })}
    >
      <option value="">{people("any_channel")}</option>
      {[...names].map((name) => (
        <option key={name} value={name}>
          {name}
        </option>
      ))}
    </select>
  );
}

/** Everybody who is known; what is looked for is part of the address. */
export function PeopleList() {
  const [typed, setTyped] = useTyped("q");
  const asked = peopleQuery(query.value);
  const list = usePages<ListedContact>("/contacts", asked);
  const isFiltered = Object.keys(asked).length > 0;
  return (
    <Page title={shell("people")} intro={people("intro")}>
      <div class="stack">
        <div>
          <div class="filters" role="search">
            <input
              type="search"
              aria-label={people("search")}
              aria-describedby="people-search-hint"
              placeholder={people("search")}
              maxLength={200}
              value={typed}
              onInput={({ currentTarget }) => setTyped(currentTarget.value)}
            />
            {may("channels:read") && <ChannelFilter />}
          </div>
          <p id="people-search-hint" class="hint">
            {people("search_hint")}
          </p>
        </div>
        <Listed
          list={list}
          caption={people("caption")}
          columns={columns()}
          keyOf={({ id }) => id}
          empty={
            isFiltered ? (
              <Empty title={common("nothing_found")} detail={people("empty_found")} />
            ) : (
              <Empty icon="people" detail={people("empty")} />
            )
          }
        />
      </div>
    </Page>
  );
}
