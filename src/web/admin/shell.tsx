import { useEffect, useState } from "preact/hooks";
import { common } from "../i18n/common.ts";
import { shell } from "../i18n/shell.ts";
import { liveState } from "../shared/live.ts";
import { path } from "../shared/router.ts";
import { may, session, signOut } from "../shared/session.ts";
import { Action } from "../shared/ui/action.tsx";
import { Icon } from "../shared/ui/icon.tsx";
import { Preferences } from "../shared/ui/preferences.tsx";
import { SessionGate } from "../shared/ui/session-gate.tsx";
import { Empty } from "../shared/ui/states.tsx";
import { Toasts } from "../shared/ui/toast.tsx";
import { drawPage, ENTRIES } from "./routes.tsx";

/** The dashboard: navigation, the page of the address, and what is said beside it. */
export function Shell() {
  return (
    <>
      <SessionGate>
        <Frame />
      </SessionGate>
      <Toasts />
    </>
  );
}

function Frame() {
  const [isOpen, setOpen] = useState(false);
  const here = path.value;
  useEffect(() => setOpen(false), [here]);
  return (
    <div class="shell">
      <a class="skip" href="#content">
        {common("skip")}
      </a>
      <header class="top">
        <button
          type="button"
          class="icon-button top-menu"
          aria-expanded={isOpen}
          aria-controls="navigation"
          aria-label={shell("menu")}
          onClick={() => setOpen(!isOpen)}
        >
          <Icon name="menu" />
        </button>
        <a class="brand" href="/admin">
          <Icon name="bridge" size={22} /> Ponte
        </a>
        <LiveSign />
      </header>
      <div id="navigation" class={`side ${isOpen ? "side-open" : ""}`}>
        <Navigation here={here} />
        <Foot />
      </div>
      <main id="content" tabIndex={-1}>
        {drawPage(here) ?? <NoPage />}
      </main>
    </div>
  );
}

function isHere(entry: string, here: string): boolean {
  if (entry === "/admin") return here.replace(/\/$/, "") === entry;
  return here === entry || here.startsWith(`${entry}/`);
}

function Navigation({ here }: { readonly here: string }) {
  return (
    <nav aria-label={shell("navigation")}>
      <ul>
        {ENTRIES.filter(({ scope }) => may(scope)).map(({ path: to, title, icon }) => (
          <li key={to}>
            <a href={to} aria-current={isHere(to, here) ? "page" : undefined}>
              <Icon name={icon} /> {title()}
            </a>
          </li>
        ))}
      </ul>
      <ul class="side-more">
        {session.value?.simulator !== null && may("simulator:write") && (
          <li>
            <a href="/simulator">
              <Icon name="phone" /> {shell("simulator")}
            </a>
          </li>
        )}
        <li>
          <a href="/docs">
            <Icon name="book" /> {shell("docs")}
          </a>
        </li>
      </ul>
    </nav>
  );
}

function Foot() {
  const known = session.value;
  const name = known?.actor === "admin" ? shell("admin_key") : (known?.name ?? "");
  return (
    <footer class="side-foot">
      <p class="who">
        <Icon name="key" size={16} /> {shell("signed_in_as", { name })}
      </p>
      {known?.sees_numbers === false && <p class="hint">{shell("numbers_masked")}</p>}
      <Preferences />
      <Action small run={signOut}>
        {common("sign_out")}
      </Action>
      <p class="hint">Ponte {known?.version}</p>
    </footer>
  );
}

/** Whether what is shown is told live. */
function LiveSign() {
  const state = liveState.value;
  const said =
    state === "open"
      ? common("live")
      : state === "lost"
        ? common("reconnecting")
        : common("connecting");
  return (
    <span class={`live live-${state}`} role="status">
      <span class="live-dot" aria-hidden="true" /> {said}
    </span>
  );
}

function NoPage() {
  return (
    <Empty title={shell("not_found")} icon="question">
      <a class="button" href="/admin">
        {shell("to_overview")}
      </a>
    </Empty>
  );
}
