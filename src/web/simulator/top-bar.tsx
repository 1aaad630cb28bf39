import { common } from "../i18n/common.ts";
import { simulator } from "../i18n/simulator.ts";
import { liveState } from "../shared/live.ts";
import { session, signOut } from "../shared/session.ts";
import { Action } from "../shared/ui/action.tsx";
import { Icon } from "../shared/ui/icon.tsx";
import { Preferences } from "../shared/ui/preferences.tsx";
import { recording } from "./script/recording.ts";

/** The name of the page, whether it is in step, and where one goes from here. */
export function TopBar() {
  return (
    <header class="sim-top">
      <a class="brand" href="/simulator">
        <Icon name="bridge" size={22} /> Ponte
      </a>
      <span class="sim-title">{simulator("title")}</span>
      {recording.value !== undefined && (
        <span class="sim-recording" role="status">
          <span class="record-dot" aria-hidden="true" /> {simulator("recording")}
        </span>
      )}
      <Live />
      <nav aria-label={simulator("elsewhere")}>
        <a href="/admin">{simulator("dashboard")}</a>
        <a href="/docs">{simulator("docs")}</a>
      </nav>
      <Preferences />
      {session.value?.actor !== "simulator" && (
        <Action small run={signOut}>
          {common("sign_out")}
        </Action>
      )}
    </header>
  );
}

const WORDS = {
  open: "live",
  lost: "reconnecting",
  connecting: "connecting",
  off: "connecting",
} as const;

function Live() {
  const state = liveState.value;
  return (
    <span class={`sim-live sim-live-${state}`} role="status">
      <span class="live-dot" aria-hidden="true" />
      {common(WORDS[state])}
    </span>
  );
}
