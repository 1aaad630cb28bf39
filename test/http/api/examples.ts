import { FOREIGN_KEY, IDS } from "./seed.ts";

/** How an operation is called on the seeded database, and what a key of another tenant is told by the same call. */
export interface Example {
  readonly path: string;
  /** The least that the operation takes; a text is sent as CSV. */
  readonly body?: object | string;
  /**
   * `not found`: what belongs to others does not exist. `nothing`: an empty list or a change of nothing. `refused`: a
   * channel of others that the body names is one that nobody has. `forbidden`: it belongs to the whole installation.
   * `open`: it says nothing of anybody's, or only of the caller's own.
   */
  readonly foreign: "not found" | "nothing" | "refused" | "forbidden" | "open";
}

/** Every operation of the API by verb and path: one without an entry fails document.test.ts and tenants.test.ts. */
export const EXAMPLES: Readonly<Record<string, Example>> = {
  "get /messages": { path: "/messages", foreign: "nothing" },
  "post /messages": {
    path: "/messages",
    body: { channel: "whatsapp", to: "+5561991234567", text: "Olá" },
    foreign: "not found",
  },
  "post /messages/{id}/cancel": {
    path: `/messages/${IDS.secondAnswer}/cancel`,
    foreign: "not found",
  },
  "get /messages/{id}": { path: `/messages/${IDS.answer}`, foreign: "not found" },
  "get /messages/{id}/explain": { path: `/messages/${IDS.answer}/explain`, foreign: "not found" },
  "get /messages/{id}/file": { path: `/messages/${IDS.question}/file`, foreign: "not found" },
  "get /conversations": { path: "/conversations", foreign: "nothing" },
  "get /conversations/{id}": {
    path: `/conversations/${IDS.phoneConversation}`,
    foreign: "not found",
  },
  "get /conversations/{id}/messages": {
    path: `/conversations/${IDS.phoneConversation}/messages`,
    foreign: "not found",
  },
  "post /conversations/{id}/pause": {
    path: `/conversations/${IDS.webConversation}/pause`,
    foreign: "not found",
  },
  "post /conversations/{id}/trigger": {
    path: `/conversations/${IDS.webConversation}/trigger`,
    body: { intent: "EXTERNAL_news" },
    foreign: "not found",
  },
  "post /conversations/{id}/resume": {
    path: `/conversations/${IDS.webConversation}/resume`,
    foreign: "not found",
  },
  "get /conversations/{id}/slots": {
    path: `/conversations/${IDS.webConversation}/slots`,
    foreign: "not found",
  },
  "patch /conversations/{id}/slots": {
    path: `/conversations/${IDS.webConversation}/slots`,
    foreign: "not found",
  },
  "post /conversations/{id}/reset": {
    path: `/conversations/${IDS.webConversation}/reset`,
    foreign: "not found",
  },
  "get /interactions": { path: "/interactions", foreign: "nothing" },
  "get /events": { path: "/events", foreign: "nothing" },
  "get /events/{id}": { path: `/events/${IDS.event}`, foreign: "not found" },
  "post /events/{id}/replay": { path: `/events/${IDS.event}/replay`, foreign: "not found" },
  "get /dead-letters": { path: "/dead-letters", foreign: "nothing" },
  "post /dead-letters/replay": {
    path: "/dead-letters/replay",
    body: { filter: {}, dry_run: true },
    foreign: "nothing",
  },
  "post /dead-letters/discard": {
    path: "/dead-letters/discard",
    body: { filter: {}, dry_run: true },
    foreign: "nothing",
  },
  "get /channels": { path: "/channels", foreign: "open" },
  "get /backends": { path: "/backends", foreign: "forbidden" },
  "post /backends/{name}/try": {
    path: "/backends/templates/try",
    body: { text: "oi" },
    foreign: "forbidden",
  },
  "post /channels/{name}/connect": {
    path: "/channels/whatsapp/connect",
    body: { account: "111" },
    foreign: "not found",
  },
  "post /channels/{name}/check": { path: "/channels/whatsapp/check", foreign: "not found" },
  "get /contacts": { path: "/contacts", foreign: "nothing" },
  "post /contacts": {
    path: "/contacts",
    body: { channel: "whatsapp", to: "+5561994444444" },
    foreign: "not found",
  },
  "get /contacts/{id}/export": { path: `/contacts/${IDS.maria}/export`, foreign: "not found" },
  "delete /contacts/{id}": { path: `/contacts/${IDS.passerBy}`, foreign: "not found" },
  "get /contacts/{id}": { path: `/contacts/${IDS.maria}`, foreign: "not found" },
  "patch /contacts/{id}": { path: `/contacts/${IDS.maria}`, foreign: "not found" },
  "post /contacts/{id}/opt-out": { path: `/contacts/${IDS.maria}/opt-out`, foreign: "not found" },
  "post /contacts/{id}/opt-in": { path: `/contacts/${IDS.maria}/opt-in`, foreign: "not found" },
  "get /outgoing-events": { path: "/outgoing-events", foreign: "forbidden" },
  "post /outgoing-events/{id}/replay": {
    path: `/outgoing-events/${IDS.outgoingEvent}/replay`,
    foreign: "forbidden",
  },
  "get /notifications/events": { path: "/notifications/events", foreign: "nothing" },
  "get /start-link": { path: "/start-link?phone=556130000000&reference=42", foreign: "open" },
  "get /events/stream": { path: "/events/stream?once=true", foreign: "nothing" },
  "get /stats/delivery": {
    path: "/stats/delivery?group_by=channel&since=2026-03-01T00:00:00Z&until=2026-04-01T00:00:00Z",
    foreign: "nothing",
  },
  "get /stats/overview": { path: "/stats/overview?hours=1", foreign: "nothing" },
  "get /settings": { path: "/settings", foreign: "forbidden" },
  "post /settings/reload": { path: "/settings/reload", foreign: "forbidden" },
  "get /settings/log-level": { path: "/settings/log-level", foreign: "forbidden" },
  "put /settings/log-level": {
    path: "/settings/log-level",
    body: { level: "info" },
    foreign: "forbidden",
  },
  "get /stats/service-messages": { path: "/stats/service-messages", foreign: "nothing" },
  "get /keys": { path: "/keys", foreign: "open" },
  "post /keys": {
    path: "/keys",
    body: { name: "a shop", scopes: ["messages:read"] },
    foreign: "open",
  },
  "delete /keys/{key_id}": { path: `/keys/${IDS.key}`, foreign: "not found" },
  "get /session": { path: "/session", foreign: "open" },
  "post /session": { path: "/session", body: { key: FOREIGN_KEY }, foreign: "open" },
  "delete /session": { path: "/session", foreign: "open" },
  "get /audit": { path: "/audit", foreign: "open" },
  "get /campaigns": { path: "/campaigns", foreign: "nothing" },
  "post /campaigns": {
    path: "/campaigns",
    body: { channel: "whatsapp", name: "Aviso", text: "Olá {{name}}" },
    foreign: "refused",
  },
  "get /campaigns/{id}": { path: `/campaigns/${IDS.campaign}`, foreign: "not found" },
  "patch /campaigns/{id}": {
    path: `/campaigns/${IDS.campaign}`,
    body: { name: "Outro aviso" },
    foreign: "not found",
  },
  "delete /campaigns/{id}": { path: `/campaigns/${IDS.deletable}`, foreign: "not found" },
  "get /campaigns/{id}/log": { path: `/campaigns/${IDS.paused}/log`, foreign: "not found" },
  "post /campaigns/{id}/start": {
    path: `/campaigns/${IDS.startable}/start`,
    foreign: "not found",
  },
  "post /campaigns/{id}/pause": { path: `/campaigns/${IDS.running}/pause`, foreign: "not found" },
  "post /campaigns/{id}/resume": { path: `/campaigns/${IDS.paused}/resume`, foreign: "not found" },
  "post /campaigns/{id}/cancel": {
    path: `/campaigns/${IDS.cancellable}/cancel`,
    foreign: "not found",
  },
  "post /campaigns/{id}/recipients": {
    path: `/campaigns/${IDS.listedCampaign}/recipients`,
    body: "telefone;nome\n+5561991112222;Ana",
    foreign: "not found",
  },
  "get /campaigns/{id}/recipients": {
    path: `/campaigns/${IDS.listedCampaign}/recipients`,
    foreign: "not found",
  },
  "delete /campaigns/{id}/recipients/{recipient_id}": {
    path: `/campaigns/${IDS.listedCampaign}/recipients/${IDS.recipient}`,
    foreign: "not found",
  },
  "get /campaigns/{id}/recipients/export": {
    path: `/campaigns/${IDS.listedCampaign}/recipients/export`,
    foreign: "not found",
  },
  "get /campaigns/{id}/imports": {
    path: `/campaigns/${IDS.listedCampaign}/imports`,
    foreign: "not found",
  },
  "get /campaigns/{id}/imports/{import_id}/report": {
    path: `/campaigns/${IDS.listedCampaign}/imports/${IDS.recipientImport}/report`,
    foreign: "not found",
  },
  "get /templates": { path: "/templates", foreign: "nothing" },
  "get /templates/{id}": { path: `/templates/${IDS.template}`, foreign: "not found" },
  "post /templates": {
    path: "/templates",
    body: {
      channel: "whatsapp",
      name: "novo_aviso",
      language: "pt_BR",
      category: "UTILITY",
      components: [{ type: "BODY", text: "Olá" }],
    },
    foreign: "not found",
  },
  "delete /templates/{id}": { path: `/templates/${IDS.oldTemplate}`, foreign: "not found" },
  "post /templates/sync": { path: "/templates/sync", foreign: "nothing" },
  "post /templates/{id}/preview": {
    path: `/templates/${IDS.template}/preview`,
    foreign: "not found",
  },
  "get /simulator": { path: "/simulator", foreign: "open" },
  "post /simulator/webhooks": {
    path: "/simulator/webhooks",
    body: {
      channel: "whatsapp",
      messages: [{ from: "+5561995555555", content: { type: "text", text: "oi" } }],
    },
    foreign: "not found",
  },
  "post /simulator/statuses": {
    path: "/simulator/statuses",
    body: { channel: "whatsapp", message_id: IDS.answer, status: "read" },
    foreign: "not found",
  },
  "get /simulator/behaviour": {
    path: "/simulator/behaviour?channel=whatsapp&person=%2B5561995555555",
    foreign: "not found",
  },
  "post /simulator/behaviour": {
    path: "/simulator/behaviour",
    body: { channel: "whatsapp", person: "+5561995555555" },
    foreign: "not found",
  },
  "post /simulator/clock": {
    path: "/simulator/clock",
    body: { channel: "whatsapp", person: "+5561991234567", hours: 0 },
    foreign: "not found",
  },
  "post /simulator/reset": {
    path: "/simulator/reset",
    body: { channel: "whatsapp", person: "+5561995555555" },
    foreign: "not found",
  },
  "post /simulator/files": { path: "/simulator/files", body: "a,b", foreign: "not found" },
  "get /openapi.json": { path: "/openapi.json", foreign: "open" },
};
