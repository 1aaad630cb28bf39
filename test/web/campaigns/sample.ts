import type { CampaignDetail, Figures } from "../../../src/web/admin/campaigns/types.ts";

/** Of a hundred: 15 wait, 5 were left out, 5 failed, 5 nobody knows of, 70 were sent. */
export const figures: Figures = {
  audience: 100,
  queued: 15,
  sent: 10,
  delivered: 45,
  read: 15,
  failed: 5,
  skipped: 5,
  uncertain: 5,
  reached_sent: 70,
  reached_delivered: 60,
  reached_read: 15,
  replied: 3,
  sent_per_minute: 12,
  first_sent_at: null,
  last_sent_at: null,
};

const free = { currency: "USD", amount: 0, by_category: [], notes: [] };

export const campaign: CampaignDetail = {
  id: "0199c7a0-0000-7000-8000-000000000001",
  channel: "whatsapp",
  accounts: ["810000000000001"],
  name: "Pedidos",
  state: "running",
  state_reason: null,
  category: "utility",
  rate_per_second: 20,
  start_at: null,
  created_at: "2026-11-21T10:00:00.000000Z",
  created_by: "admin",
  updated_at: "2026-11-21T10:00:00.000000Z",
  started_at: null,
  paused_at: null,
  finished_at: null,
  message: {
    template: {
      name: "po_notification",
      language: "pt_BR",
      params: { supplier_name: "{{nome}}", po_number: "{{pedido}}", total_amount: "R$ 10" },
    },
  },
  placeholders: ["nome", "pedido"],
  values: { loja: "Centro" },
  language: "pt_BR",
  route: [],
  hours: { from: "09:00", to: "18:00", time_zone: "America/Sao_Paulo", days: [1, 2] },
  guard: { error_rate: 0.1, sample: 50 },
  default_country: "BR",
  warnings: [],
  pause: null,
  figures,
  eta_seconds: 60,
  failures: [],
  cost: { estimated: free, actual: free },
};
