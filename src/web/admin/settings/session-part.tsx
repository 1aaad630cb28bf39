import { common } from "../../i18n/common.ts";
import { settings } from "../../i18n/settings.ts";
import { shell } from "../../i18n/shell.ts";
import { formatDateTime } from "../../shared/format.ts";
import { isInstallationAdmin, session, signOut } from "../../shared/session.ts";
import { Action } from "../../shared/ui/action.tsx";
import { SafeText } from "../../shared/ui/safe-text.tsx";
import { Facts } from "./facts.tsx";

/** Who is signed in here. */
export function SessionPart() {
  const known = session.value;
  if (known === undefined) return null;
  const { scopes } = known;
  const rights = scopes.includes("admin") ? (
    settings("everything")
  ) : (
    <span class="set-scopes">
      {scopes.map((scope) => (
        <code key={scope}>{scope}</code>
      ))}
    </span>
  );
  return (
    <div class="stack">
      <p class="page-intro part-intro">{settings("session_intro")}</p>
      <div class="cards">
        <Facts
          title={settings("part_session")}
          facts={[
            [
              settings("session_actor"),
              isInstallationAdmin.value ? shell("admin_key") : <code>{known.actor}</code>,
            ],
            ...(known.name === null
              ? []
              : [[settings("session_name"), <SafeText text={known.name} max={200} />] as const]),
            [settings("session_tenant"), known.tenant ?? settings("session_all_tenants")],
            [settings("session_rights"), rights],
            [
              settings("session_numbers"),
              settings(known.sees_numbers ? "session_numbers_full" : "session_numbers_masked"),
            ],
            [
              settings("session_ends"),
              known.expires_at === null ? "–" : formatDateTime(known.expires_at),
            ],
          ]}
        />
      </div>
      <div class="row">
        <Action run={signOut}>{common("sign_out")}</Action>
      </div>
    </div>
  );
}
