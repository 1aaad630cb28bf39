import { people } from "../../i18n/people.ts";
import { get } from "../../shared/api.ts";
import { formatDateTime } from "../../shared/format.ts";
import { useResource } from "../../shared/resource.ts";
import { may } from "../../shared/session.ts";
import { Icon } from "../../shared/ui/icon.tsx";
import { Loaded } from "../../shared/ui/states.tsx";
import { Table } from "../../shared/ui/table.tsx";
import { Tag } from "../../shared/ui/tag.tsx";
import { Ago } from "../../shared/ui/time.tsx";
import { Page } from "../page.tsx";
import { Consent } from "./consent.tsx";
import { IdentityName, nameOfKind } from "./identity-name.tsx";
import { PersonAbout } from "./person-about.tsx";
import { PersonConversations } from "./person-conversations.tsx";
import { PersonRecord } from "./person-record.tsx";
import { Properties } from "./properties.tsx";
import type { Contact } from "./types.ts";

/** The name in a title, where nothing isolates it: without what turns or hides other letters. */
function plainName({ name, username }: Contact): string {
  const said = (name ?? username ?? "").replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, "").trim();
  return said === "" ? people("nameless") : said.slice(0, 80);
}

/** One person: who that is, what is remembered, whether messages are wanted, and the record. */
export function Person({ id }: { readonly id: string }) {
  const read = useResource(`person ${id}`, (signal) =>
    get<Contact>(`/contacts/${encodeURIComponent(id)}`, {}, signal),
  );
  const { data, reload } = read;
  return (
    <Page
      title={data === undefined ? people("about") : plainName(data)}
      intro={
        <a class="back-link" href="/admin/people">
          <Icon name="back" size={16} /> {people("back")}
        </a>
      }
    >
      <Loaded from={read}>
        {(person) => (
          <div class="set-person">
            <div class="stack">
              <Identities of={person} />
              <PersonConversations contactId={person.id} />
              <Properties of={person} onChanged={reload} />
            </div>
            <div class="stack">
              {may("contacts:write") && <PersonAbout of={person} onChanged={reload} />}
              <Consent of={person} onChanged={reload} />
              <PersonRecord of={person} />
            </div>
          </div>
        )}
      </Loaded>
    </Page>
  );
}

function Identities({ of: person }: { readonly of: Contact }) {
  return (
    <section class="stack-tight">
      <div class="row spread">
        <h2>{people("identities")}</h2>
        <span class="hint">
          {people("known_since")} {formatDateTime(person.created_at)}
        </span>
      </div>
      <Table
        caption={people("identities")}
        rows={person.identities}
        keyOf={({ channel, kind, value }) => `${channel} ${kind} ${value}`}
        columns={[
          {
            key: "channel",
            title: people("channel"),
            cell: ({ channel }) => <Tag>{channel}</Tag>,
          },
          {
            key: "value",
            title: people("value"),
            cell: (identity) => (
              <div class="set-pair">
                <span class="set-numbers">
                  <IdentityName {...identity} />
                </span>
                <span class="hint">{nameOfKind(identity.kind)}</span>
              </div>
            ),
          },
          {
            key: "seen",
            title: people("last_seen"),
            cell: ({ last_seen_at: at }) => <Ago at={at} />,
          },
        ]}
      />
    </section>
  );
}
