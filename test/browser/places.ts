/** What the addresses of pages about one thing are made with. */
export interface PlaceIds {
  readonly conversation: string;
  /** One of our messages in it. */
  readonly message: string;
  readonly contact: string;
  readonly campaign: string;
  readonly template: string;
  readonly event: string;
}

/** A page and where it is. */
export interface Place {
  readonly name: string;
  readonly path: string;
}

/** Every page there is. */
export function listPlaces(ids: PlaceIds): readonly Place[] {
  return [
    { name: "overview", path: "/admin" },
    { name: "conversations", path: "/admin/conversations" },
    { name: "conversation", path: `/admin/conversations/${ids.conversation}` },
    {
      name: "why",
      path: `/admin/conversations/${ids.conversation}?why=${ids.message}`,
    },
    { name: "campaigns", path: "/admin/campaigns" },
    { name: "campaign", path: `/admin/campaigns/${ids.campaign}` },
    { name: "campaign-new", path: "/admin/campaigns/new" },
    { name: "templates", path: "/admin/templates" },
    { name: "template", path: `/admin/templates/${ids.template}` },
    { name: "events", path: "/admin/events" },
    { name: "event", path: `/admin/events/${ids.event}` },
    { name: "dead-letters", path: "/admin/dead-letters" },
    { name: "channels", path: "/admin/channels" },
    { name: "backends", path: "/admin/backends" },
    { name: "people", path: "/admin/people" },
    { name: "person", path: `/admin/people/${ids.contact}` },
    { name: "settings", path: "/admin/settings" },
    { name: "settings-configuration", path: "/admin/settings?part=configuration" },
    { name: "settings-audit", path: "/admin/settings?part=audit" },
    { name: "settings-session", path: "/admin/settings?part=session" },
    { name: "simulator", path: "/simulator" },
  ];
}
