import type { ComponentChildren } from "preact";
import type { Scope } from "../../http/api/caller.ts";
import { shell } from "../i18n/shell.ts";
import { matchPath } from "../shared/router.ts";
import type { IconName } from "../shared/ui/icon.tsx";
import { lazily } from "../shared/lazily.tsx";

// Each area is fetched when somebody first goes there.
const CampaignPage = lazily(() => import("./campaigns/pages.ts").then((part) => part.CampaignPage));
const CampaignsPage = lazily(() =>
  import("./campaigns/pages.ts").then((part) => part.CampaignsPage),
);
const ImportPage = lazily(() =>
  import("./campaigns/import-page.tsx").then((part) => part.ImportPage),
);
const ConversationsPage = lazily(() =>
  import("./conversations/conversations-page.tsx").then((part) => part.ConversationsPage),
);
const BackendsPage = lazily(() =>
  import("./operations/pages.ts").then((part) => part.BackendsPage),
);
const ChannelsPage = lazily(() =>
  import("./operations/pages.ts").then((part) => part.ChannelsPage),
);
const DeadLettersPage = lazily(() =>
  import("./operations/pages.ts").then((part) => part.DeadLettersPage),
);
const EventsPage = lazily(() => import("./operations/pages.ts").then((part) => part.EventsPage));
const OverviewPage = lazily(() =>
  import("./overview/overview-page.tsx").then((part) => part.OverviewPage),
);
const PeoplePage = lazily(() => import("./settings/pages.ts").then((part) => part.PeoplePage));
const SettingsPage = lazily(() => import("./settings/pages.ts").then((part) => part.SettingsPage));
const TemplatesPage = lazily(() =>
  import("./templates/templates-page.tsx").then((part) => part.TemplatesPage),
);

/** An entry of the navigation. */
export interface Entry {
  readonly path: string;
  readonly title: () => string;
  readonly icon: IconName;
  /** What a key must allow for the page to be of use; the page is not offered without. */
  readonly scope: Scope;
}

export const ENTRIES: readonly Entry[] = [
  { path: "/admin", title: () => shell("overview"), icon: "overview", scope: "stats:read" },
  {
    path: "/admin/conversations",
    title: () => shell("conversations"),
    icon: "conversations",
    scope: "conversations:read",
  },
  {
    path: "/admin/campaigns",
    title: () => shell("campaigns"),
    icon: "campaigns",
    scope: "campaigns:read",
  },
  {
    path: "/admin/templates",
    title: () => shell("templates"),
    icon: "templates",
    scope: "templates:read",
  },
  { path: "/admin/events", title: () => shell("events"), icon: "events", scope: "events:read" },
  {
    path: "/admin/dead-letters",
    title: () => shell("dead_letters"),
    icon: "dead",
    scope: "events:read",
  },
  {
    path: "/admin/channels",
    title: () => shell("channels"),
    icon: "channels",
    scope: "channels:read",
  },
  { path: "/admin/backends", title: () => shell("backends"), icon: "backends", scope: "admin" },
  { path: "/admin/people", title: () => shell("people"), icon: "people", scope: "contacts:read" },
  { path: "/admin/settings", title: () => shell("settings"), icon: "settings", scope: "admin" },
];

type Draw = (parts: Readonly<Record<string, string>>) => ComponentChildren;

const PAGES: readonly (readonly [pattern: string, draw: Draw])[] = [
  ["/admin", () => <OverviewPage />],
  ["/admin/conversations", () => <ConversationsPage />],
  ["/admin/conversations/:id", ({ id = "" }) => <ConversationsPage id={id} />],
  ["/admin/campaigns", () => <CampaignsPage />],
  ["/admin/campaigns/new", () => <ImportPage />],
  ["/admin/campaigns/:id", ({ id = "" }) => <CampaignPage id={id} />],
  ["/admin/campaigns/:id/import", ({ id = "" }) => <ImportPage id={id} />],
  ["/admin/templates", () => <TemplatesPage />],
  ["/admin/templates/:id", ({ id = "" }) => <TemplatesPage id={id} />],
  ["/admin/events", () => <EventsPage />],
  ["/admin/events/:id", ({ id = "" }) => <EventsPage id={id} />],
  ["/admin/dead-letters", () => <DeadLettersPage />],
  ["/admin/channels", () => <ChannelsPage />],
  ["/admin/backends", () => <BackendsPage />],
  ["/admin/people", () => <PeoplePage />],
  ["/admin/people/:id", ({ id = "" }) => <PeoplePage id={id} />],
  ["/admin/settings", () => <SettingsPage />],
];

/** Draws the page of a path; undefined where there is none. */
export function drawPage(path: string): ComponentChildren | undefined {
  for (const [pattern, draw] of PAGES) {
    const parts = matchPath(pattern, path);
    if (parts !== undefined) return draw(parts);
  }
  return undefined;
}
