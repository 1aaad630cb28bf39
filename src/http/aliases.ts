/** Addresses of earlier integrations that go on working: what they serve, and for which channel. */
export const ALIASES = [
  { path: "/api/v1/whatsapp/webhook", channel: "whatsapp", serves: "webhook" },
  { path: "/api/v1/whatsapp/health", channel: "whatsapp", serves: "status" },
  { path: "/api/webhooks/evolution{/*suffix}", channel: "evolution", serves: "webhook" },
  { path: "/whatsapp/webhook", channel: "acs", serves: "webhook" },
  { path: "/api/whatsapp/webhook", channel: "acs", serves: "webhook" },
] as const;
