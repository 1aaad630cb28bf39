import type { TemplateRow } from "../../../src/db/templates.ts";

/** A template in three variables, all of them named, unless something else is asked for. */
export function rowWith(changes: Partial<TemplateRow> = {}): TemplateRow {
  return {
    id: "00000000-0000-7000-8000-000000000001",
    channel: "whatsapp",
    name: "po_notification",
    language: "pt_BR",
    external_id: "1700000000000001",
    category: "UTILITY",
    status: "APPROVED",
    quality: "GREEN",
    reason: null,
    parameter_format: "named",
    components: [body("Olá, {{supplier_name}}! Pedido {{po_number}}: {{total_amount}}, aprovado.")],
    created_at: "2026-11-21T10:00:00.000000Z",
    updated_at: "2026-11-21T10:00:00.000000Z",
    synced_at: "2026-11-21T10:00:00.000000Z",
    gone_at: null,
    ...changes,
  };
}

export const body = (text: string) => ({ type: "BODY", text });

/** A template with numbered variables. */
export function numberedRow(...components: readonly Record<string, unknown>[]): TemplateRow {
  return rowWith({
    name: "aviso_consulta",
    parameter_format: "positional",
    components: [...components],
  });
}
