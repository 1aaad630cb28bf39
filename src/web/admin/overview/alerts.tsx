import { overview } from "../../i18n/overview.ts";
import { get, type PageOf } from "../../shared/api.ts";
import { useResource } from "../../shared/resource.ts";
import { isInstallationAdmin, may } from "../../shared/session.ts";
import { Icon } from "../../shared/ui/icon.tsx";
import { SafeText } from "../../shared/ui/safe-text.tsx";
import type { Backend } from "../operations/types.ts";
import { useChannels } from "../operations/use-channels.ts";
import { useNews } from "../../shared/use-news.ts";
import { type Alert, findAlerts } from "./find-alerts.ts";

/** Milliseconds between two looks at what seldom changes: where nothing happens, and where much does. */
const POLL_MS = 30_000;
const REST_MS = 10_000;

/** Lines shown at once. */
const SHOWN = 6;

const nothing = Promise.resolve({ data: [], next_cursor: null });

/** What needs somebody: backends that are not asked, accounts that do not work, things given up. */
export function Alerts({ deadLetters }: { readonly deadLetters: number }) {
  const seesBackends = isInstallationAdmin.value;
  const channels = useChannels(POLL_MS);
  const backends = useResource<PageOf<Backend>>(
    `backends ${seesBackends}`,
    (signal) => (seesBackends ? get("/backends", {}, signal) : nothing),
    { pollMs: POLL_MS },
  );
  useNews(() => {
    channels.reload();
    backends.reload();
  }, REST_MS);
  const alerts = findAlerts(
    backends.data?.data ?? [],
    channels.data?.data ?? [],
    may("events:read") ? deadLetters : 0,
  );
  if (alerts.length === 0) return null;
  const more = alerts.length - SHOWN;
  return (
    <section class="ov-alerts" aria-label={overview("alerts")}>
      {alerts.slice(0, SHOWN).map((alert) => (
        <AlertLine key={alert.key} alert={alert} />
      ))}
      {more > 0 && <p class="hint">{overview.count("more_alerts", more)}</p>}
    </section>
  );
}

function AlertLine({ alert: { text, isBad, href } }: { readonly alert: Alert }) {
  return (
    <p class={`banner ${isBad ? "banner-bad" : "banner-warning"}`}>
      <Icon name="warning" size={18} />
      <span>
        <SafeText text={text} />
      </span>
      <a class="button button-small" href={href}>
        {overview("look")}
      </a>
    </p>
  );
}
