import { common } from "../../i18n/common.ts";
import { settings } from "../../i18n/settings.ts";
import { get } from "../../shared/api.ts";
import { formatBytes, formatNumber, formatShare, formatSpan } from "../../shared/format.ts";
import { useResource } from "../../shared/resource.ts";
import { Icon } from "../../shared/ui/icon.tsx";
import { SafeText } from "../../shared/ui/safe-text.tsx";
import { Loaded } from "../../shared/ui/states.tsx";
import { Table } from "../../shared/ui/table.tsx";
import { Facts } from "./facts.tsx";
import { RIGHTS } from "./key-rights.ts";
import type { EffectiveSettings } from "./types.ts";

const days = (count: number) => settings.count("days", count);
const list = (names: readonly string[]) => (names.length === 0 ? "–" : names.join(", "));

function nameOfRole(role: string): string {
  const known = RIGHTS.find((name) => name === role);
  return known === undefined ? role : settings(`role_${known}`);
}

/** How the installation is set up. */
export function ConfigurationPart() {
  const read = useResource("settings", (signal) => get<EffectiveSettings>("/settings", {}, signal));
  return (
    <div class="stack">
      <p class="page-intro part-intro">{settings("configuration_intro")}</p>
      <Loaded from={read}>{(known) => <Configuration of={known} />}</Loaded>
    </div>
  );
}

function Configuration({ of: known }: { readonly of: EffectiveSettings }) {
  const { retention, media, campaigns, languages } = known;
  return (
    <>
      {known.notices.map((notice) => (
        <p key={notice} class="banner banner-info">
          <Icon name="question" size={16} />
          <SafeText text={notice} />
        </p>
      ))}
      <div class="cards">
        <Facts
          title={settings("installation")}
          facts={[
            [settings("version"), known.version],
            [settings("storage"), settings(`storage_${known.storage}`)],
            [settings("process_role"), <code>{known.role}</code>],
            [settings("public_url"), known.public_url ?? settings("not_set")],
            [settings("channels"), list(known.channels)],
          ]}
        />
        <Facts
          title={settings("answers")}
          facts={[
            [settings("chain"), known.chain.length === 0 ? "–" : known.chain.join(" → ")],
            [settings("default_language"), languages.default],
            [settings("reply_languages"), list(languages.replies)],
          ]}
        />
        <Facts
          title={settings("retention")}
          facts={[
            [settings("raw_webhooks_days"), days(retention.raw_webhooks_days)],
            [settings("inbox_days"), days(retention.inbox_days)],
            [settings("parked_days"), days(retention.parked_days)],
            [settings("history_days"), days(retention.history_days)],
            [settings("media_days"), days(retention.media_days)],
          ]}
        />
        <Facts
          title={settings("media")}
          facts={[
            [settings("media_enabled"), media.enabled ? common("yes") : common("no")],
            [settings("media_store"), settings(`store_${media.store}`)],
            [settings("media_max"), formatBytes(media.max_bytes)],
            [settings("media_url_ttl"), formatSpan(media.url_ttl_ms / 1_000)],
            [settings("refused_types"), list(media.refused_types)],
          ]}
        />
        <Facts
          title={settings("campaigns")}
          facts={[
            [settings("max_recipients"), formatNumber(campaigns.max_recipients)],
            [settings("bulk_share"), formatShare(campaigns.bulk_share)],
            [settings("error_rate"), formatShare(campaigns.error_rate)],
            [settings("error_sample"), formatNumber(campaigns.error_sample)],
            [settings("currency"), campaigns.currency],
          ]}
        />
      </div>
      <h2>{settings("roles")}</h2>
      <Table
        caption={settings("roles_caption")}
        rows={known.roles}
        keyOf={({ role }) => role}
        columns={[
          {
            key: "role",
            title: settings("role"),
            cell: ({ role }) => <strong>{nameOfRole(role)}</strong>,
          },
          {
            key: "scopes",
            title: settings("key_rights"),
            cell: ({ scopes }) => (
              <span class="set-scopes">
                {scopes.map((scope) => (
                  <code key={scope}>{scope}</code>
                ))}
              </span>
            ),
          },
        ]}
      />
    </>
  );
}
