/** Addresses of earlier integrations that go on working: what they serve, and for which channel. */
export const ALIASES = [
  { path: "/api/v1/whatsapp/webhook", channel: "whatsapp", serves: "webhook" },
  { path: "/api/v1/whatsapp/health", channel: "whatsapp", serves: "status" },
] as const;
