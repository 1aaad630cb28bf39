import { useState } from "preact/hooks";
import { settings } from "../../i18n/settings.ts";
import { usePages } from "../../shared/pages-of.ts";
import { formatDateTime } from "../../shared/format.ts";
import { Icon } from "../../shared/ui/icon.tsx";
import { now } from "../../shared/ui/now.ts";
import { SafeText } from "../../shared/ui/safe-text.tsx";
import { Empty } from "../../shared/ui/states.tsx";
import type { Column } from "../../shared/ui/table.tsx";
import { Tag } from "../../shared/ui/tag.tsx";
import { Ago } from "../../shared/ui/time.tsx";
import { stateOf } from "./key-rights.ts";
import { Listed } from "./listed.tsx";
import { NewKey } from "./new-key.tsx";
import { RevokeKey } from "./revoke-key.tsx";
import type { Key } from "./types.ts";

const TONES = { active: "good", expired: "warning", revoked: "neutral" } as const;

function Rights({ of: key }: { readonly of: Key }) {
  if (key.role !== null) return <>{settings(`role_${key.role}`)}</>;
  return (
    <span class="set-scopes">
      {key.scopes.map((scope) => (
        <code key={scope}>{scope}</code>
      ))}
    </span>
  );
}

function State({ of: key }: { readonly of: Key }) {
  const state = stateOf(key, now.value);
  return (
    <div class="set-pair">
      <Tag tone={TONES[state]}>{settings(`state_${state}`)}</Tag>
      {state === "active" && key.expires_at !== null && (
        <span class="hint">{settings("expires_at", { time: formatDateTime(key.expires_at) })}</span>
      )}
    </div>
  );
}

const columns = (revoke: (key: Key) => void): readonly Column<Key>[] => [
  {
    key: "name",
    title: settings("key_name"),
    cell: (key) => (
      <div class="set-pair">
        <strong>
          <SafeText text={key.name} max={200} />
        </strong>
        <code class="hint">{key.id}</code>
      </div>
    ),
  },
  { key: "rights", title: settings("key_rights"), cell: (key) => <Rights of={key} /> },
  {
    key: "tenant",
    title: settings("tenant"),
    cell: (key) => <SafeText text={key.tenant} />,
    isExtra: true,
  },
  { key: "state", title: settings("state"), cell: (key) => <State of={key} /> },
  {
    key: "made",
    title: settings("made_at"),
    cell: (key) => (
      <div class="set-pair">
        <Ago at={key.created_at} />
        <span class="hint">{settings("made_by", { actor: key.created_by })}</span>
      </div>
    ),
    isExtra: true,
  },
  {
    key: "used",
    title: settings("last_used"),
    cell: (key) =>
      key.last_used_at === null ? settings("never_used") : <Ago at={key.last_used_at} />,
  },
  {
    key: "actions",
    title: settings("actions"),
    cell: (key) =>
      key.revoked_at === null && (
        <button
          type="button"
          class="button button-small button-danger"
          aria-label={`${settings("revoke")}: ${key.name}`}
          onClick={() => revoke(key)}
        >
          {settings("revoke")}
        </button>
      ),
  },
];

/** The keys of the API. */
export function KeysPart() {
  const list = usePages<Key>("/keys");
  const [isNew, setNew] = useState(false);
  const [leaving, setLeaving] = useState<Key>();
  return (
    <div class="stack">
      <div class="row spread">
        <p class="page-intro part-intro">{settings("keys_intro")}</p>
        <button type="button" class="button button-primary" onClick={() => setNew(true)}>
          <Icon name="plus" size={16} /> {settings("new_key")}
        </button>
      </div>
      <Listed
        list={list}
        caption={settings("keys_caption")}
        columns={columns(setLeaving)}
        keyOf={({ id }) => id}
        empty={<Empty icon="key" detail={settings("keys_empty")} />}
      />
      {isNew && <NewKey onClose={() => setNew(false)} onMade={list.refresh} />}
      {leaving !== undefined && (
        <RevokeKey of={leaving} onClose={() => setLeaving(undefined)} onRevoked={list.refresh} />
      )}
    </div>
  );
}
