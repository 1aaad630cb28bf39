import { settings } from "../../i18n/settings.ts";
import { shell } from "../../i18n/shell.ts";
import { query, setQuery } from "../../shared/router.ts";
import { isInstallationAdmin } from "../../shared/session.ts";
import { Tabs } from "../../shared/ui/tabs.tsx";
import { Page } from "../page.tsx";
import { AuditPart } from "./audit-part.tsx";
import { ConfigurationPart } from "./configuration-part.tsx";
import { KeysPart } from "./keys-part.tsx";
import { SessionPart } from "./session-part.tsx";

const PARTS = [
  { id: "keys", draw: () => <KeysPart /> },
  // How the installation is set up is for whoever stands above the tenants.
  { id: "configuration", draw: () => <ConfigurationPart />, isAbove: true },
  { id: "audit", draw: () => <AuditPart /> },
  { id: "session", draw: () => <SessionPart /> },
] as const;

/** Keys, configuration, audit log and session; which of them is part of the address. */
export function SettingsPage() {
  const shown = PARTS.filter((part) => !("isAbove" in part) || isInstallationAdmin.value);
  const asked = query.value.get("part");
  const part = shown.find(({ id }) => id === asked) ?? PARTS[0];
  return (
    <Page title={shell("settings")}>
      <Tabs
        label={settings("parts")}
        tabs={shown.map(({ id }) => ({ id, label: settings(`part_${id}`) }))}
        chosen={part.id}
        onChoose={(id) =>
          setQuery({ part: id, actor: "", action: "", subject: "", since: "", until: "" })
        }
      >
        {part.draw()}
      </Tabs>
    </Page>
  );
}
