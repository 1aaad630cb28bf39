import { log } from "../../i18n/event-log.ts";
import { shell } from "../../i18n/shell.ts";
import { query, setQuery } from "../../shared/router.ts";
import { isInstallationAdmin, may } from "../../shared/session.ts";
import { Tabs } from "../../shared/ui/tabs.tsx";
import { Page } from "../page.tsx";
import { NotificationsTab } from "./notifications-tab.tsx";
import { OutgoingTab } from "./outgoing-tab.tsx";
import { WebhooksTab } from "./webhooks-tab.tsx";

/** Filters of all tabs: another tab begins without. */
const FILTERS = [
  "channel",
  "state",
  "range",
  "since",
  "until",
  "outcome",
  "rule",
  "type",
  "endpoint",
];

/** What came in and what was told to others, as it was. */
export function EventsPage({ id }: { readonly id?: string }) {
  const tabs = [
    { id: "webhooks", label: log("tab_webhooks") },
    // What the operator's own systems are told is nobody's but the installation's.
    ...(isInstallationAdmin.value ? [{ id: "outgoing", label: log("tab_outgoing") }] : []),
    ...(may("messages:read") ? [{ id: "notifications", label: log("tab_notifications") }] : []),
  ];
  const asked = query.value.get("tab");
  const chosen = tabs.find((tab) => tab.id === asked)?.id ?? "webhooks";
  const choose = (tab: string) =>
    setQuery({
      ...Object.fromEntries(FILTERS.map((name) => [name, undefined])),
      tab: tab === "webhooks" ? undefined : tab,
    });
  return (
    <Page title={shell("events")} intro={log("events_intro")}>
      <Tabs label={log("tabs")} tabs={tabs} chosen={chosen} onChoose={choose}>
        {chosen === "webhooks" && <WebhooksTab {...(id !== undefined && { id })} />}
        {chosen === "outgoing" && <OutgoingTab />}
        {chosen === "notifications" && <NotificationsTab />}
      </Tabs>
    </Page>
  );
}
