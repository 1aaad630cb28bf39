import type { Database } from "../../../src/db/driver.ts";
import { emptyDatabase } from "../../db/empty.ts";

/** A readable id: the number is the only part that differs. */
export const uuid = (number: number) =>
  `00000000-0000-7000-8000-${String(number).padStart(12, "0")}`;

/** The ids of the seeded rows by what they are. */
export const IDS = {
  maria: uuid(1),
  webVisitor: uuid(2),
  passerBy: uuid(3),
  phoneConversation: uuid(11),
  webConversation: uuid(12),
  question: uuid(21),
  answer: uuid(22),
  secondAnswer: uuid(23),
  failedNotice: uuid(24),
  waiting: uuid(25),
  dead: uuid(26),
  /** The file of the question. */
  photo: uuid(27),
  event: uuid(31),
  brokenEvent: uuid(32),
  interaction: uuid(41),
  optOut: uuid(51),
  oldOptOut: uuid(52),
  outgoingEvent: uuid(61),
  listedCampaign: uuid(81),
  recipientImport: uuid(82),
  recipient: uuid(83),
  template: uuid(71),
  oldTemplate: uuid(72),
  key: "keyAAAA1",
  /** A draft with one open recipient. */
  campaign: uuid(181),
  startable: uuid(183),
  running: uuid(184),
  paused: uuid(185),
  cancellable: uuid(186),
  deletable: uuid(187),
} as const;

/** A key of the tenant `other`, which reads channels. */
export const FOREIGN_KEY = `ponte_keyBBBB2_${"k".repeat(32)}`;

/** A key that a provider repeats in its webhooks. */
export const SECRET = "EAAB-token-0123456789";

/** What the provider sent: a body with our key in it, and bytes that are not UTF-8. */
export const EVENT_BODY = Buffer.from(`{"apikey":"${SECRET}","text":"olá"}`);
const BROKEN_BODY = Buffer.from([0x7b, 0xff, 0x00, 0x7d]);

const PEOPLE = `
  insert into contacts (id, name, username, language, created_at, updated_at) values
    ('${IDS.maria}', 'Maria', null, 'pt-BR', '2026-03-01T10:00:00Z', '2026-03-01T10:00:00Z'),
    ('${IDS.webVisitor}', null, null, null, '2026-03-01T11:00:00Z', '2026-03-01T11:00:00Z');
  insert into contact_identities (channel, match_key, kind, value, contact_id, created_at, last_seen_at) values
    ('whatsapp', 'phone:556191234567', 'phone', '5561991234567', '${IDS.maria}', '2026-03-01T10:00:00Z',
      '2026-03-02T10:00:00Z'),
    ('whatsapp', 'bsuid:BR.1', 'bsuid', 'BR.1', '${IDS.maria}', '2026-03-01T10:00:00Z', '2026-03-01T10:00:00Z'),
    ('rest', 'sender:maria', 'sender', 'maria', '${IDS.maria}', '2026-03-01T10:00:00Z', '2026-03-01T10:00:00Z');
  insert into opt_outs (id, contact_id, channel, account, scope, method, created_at, revoked_at, revoked_method) values
    ('${IDS.optOut}', '${IDS.maria}', 'whatsapp', '111', 'marketing', 'keyword', '2026-03-02T10:00:00Z', null, null),
    ('${IDS.oldOptOut}', '${IDS.maria}', 'whatsapp', '111', 'all', 'keyword', '2026-03-01T10:00:00Z',
      '2026-03-01T12:00:00Z', 'start');
  insert into conversations (id, channel, account, contact_id, address, language, last_inbound_at, created_at,
      updated_at) values
    ('${IDS.phoneConversation}', 'whatsapp', '111', '${IDS.maria}', '{"account":"111","identities":[{"kind":"phone","value":"5561991234567"}]}', 'pt-BR', now() - interval '1 hour',
      '2026-03-01T10:00:00Z', '2026-03-02T10:00:00.000002Z'),
    ('${IDS.webConversation}', 'rest', 'rest', '${IDS.webVisitor}', '{"account":"rest","identities":[{"kind":"sender","value":"maria"}]}', null, '2026-03-01T11:00:00Z',
      '2026-03-01T11:00:00Z', '2026-03-01T11:00:00Z');`;

const WEBHOOKS = `
  insert into webhook_events (id, channel, state, reason, headers, body, event_count, received_at) values
    ('${IDS.event}', 'whatsapp', 'stored', null, '{"user-agent":"facebook","x-key":"${SECRET}"}',
      decode('${EVENT_BODY.toString("hex")}', 'hex'), 1, '2026-03-02T09:59:59.123456Z'),
    ('${IDS.brokenEvent}', 'whatsapp', 'quarantined', 'the body is not JSON', '{}',
      decode('${BROKEN_BODY.toString("hex")}', 'hex'), 0, '2026-03-02T10:30:00Z');`;

const INBOX = `
  insert into inbox (id, conversation_id, channel, account, external_id, message_id, event_id, message, sent_at,
      received_at, attempts, emitted, done_at, dead_at, dead_reason, dead_detail) values
    (1, '${IDS.phoneConversation}', 'whatsapp', '111', 'wamid.in1', '${IDS.question}', '${IDS.event}',
      '{"kind":"message","text":"oi"}', '2026-03-02T09:59:58Z', '2026-03-02T10:00:00Z', 1, true, '2026-03-02T10:00:01Z', null,
      null, null),
    (2, '${IDS.phoneConversation}', 'whatsapp', '111', 'wamid.in2', '${IDS.waiting}', '${IDS.event}',
      '{"kind":"message","text":"ainda aí?","content":{"type":"text"}}', '2026-03-02T10:00:30Z',
      '2026-03-02T10:00:31Z', 0, false, null, null, null, null),
    (3, '${IDS.webConversation}', 'rest', 'rest', 'web-1', '${IDS.dead}', null, '{"kind":"message","text":"hello"}',
      '2026-03-02T10:10:00Z', '2026-03-02T10:10:00Z', 5, true, '2026-03-02T10:20:00Z', '2026-03-02T10:20:00.5Z',
      'answer_unreachable', 'no backend could be reached');
  select setval('inbox_id_seq', 100);`;

const MESSAGES = `
  insert into messages (id, seq, conversation_id, contact_id, channel, account, direction, status, external_id,
      in_reply_to, origin, text, content, payload, notes, attempts, error, created_at, sent_at, delivered_at,
      failed_at) values
    ('${IDS.dead}', 5, '${IDS.webConversation}', '${IDS.webVisitor}', 'rest', 'rest', 'in', 'received', 'web-1', null,
      'person', 'hello', '{"type":"text"}', null, '[]', 0, null, '2026-03-02T10:10:00Z', null, null, null),
    ('${IDS.question}', 1, '${IDS.phoneConversation}', '${IDS.maria}', 'whatsapp', '111', 'in', 'received', 'wamid.in1',
      null, 'person', 'oi', '{"type":"media","media":"image","file":{"id":"${IDS.photo}","mimeType":"image/jpeg","sizeBytes":5,"sha256":"00"}}',
      null, '[]', 0, null, '2026-03-02T10:00:00.000001Z', null, null, null),
    ('${IDS.answer}', 2, '${IDS.phoneConversation}', '${IDS.maria}', 'whatsapp', '111', 'out', 'delivered', 'wamid.out1',
      '${IDS.question}', 'reply', 'Olá!', null, '{"type":"text","text":{"body":"Olá!"}}',
      '[{"code":"title_cut","detail":"a title was cut"}]', 2, null, '2026-03-02T10:00:01.000001Z',
      '2026-03-02T10:00:03Z', '2026-03-02T10:00:04Z', null),
    ('${IDS.secondAnswer}', 3, '${IDS.phoneConversation}', '${IDS.maria}', 'whatsapp', '111', 'out', 'queued', null,
      '${IDS.question}', 'reply', 'Como posso ajudar?', null, '{"type":"text"}', '[]', 0, null,
      '2026-03-02T10:00:01.000001Z', null, null, null),
    ('${IDS.failedNotice}', 4, '${IDS.phoneConversation}', '${IDS.maria}', 'whatsapp', '111', 'out', 'failed',
      'wamid.out3', null, 'api', 'Aviso', null, '{"type":"text"}', '[]', 3,
      '{"reason":"channel_refused","code":"131026","title":"Undeliverable","details":"Receiver is incapable","traceId":"trace-1"}',
      '2026-03-02T10:05:00Z', '2026-03-02T10:05:01Z', null, '2026-03-02T10:05:02Z');
  insert into send_attempts (message_id, attempt, outcome, error, external_id, evidence, started_at, finished_at) values
    ('${IDS.answer}', 1, 'retry', '{"reason":"channel_unavailable","code":"","title":"HTTP 500"}', null, null, '2026-03-02T10:00:02Z',
      '2026-03-02T10:00:02.1Z'),
    ('${IDS.answer}', 2, 'sent', null, 'wamid.out1', '{"messages":[{"id":"wamid.out1"}]}', '2026-03-02T10:00:02.5Z', '2026-03-02T10:00:03Z');
  insert into media_files (id, channel, account, message_id, storage_key, mime_type, size_bytes, sha256, file_name) values
    ('${IDS.photo}', 'whatsapp', '111', '${IDS.question}', 'the-key', 'image/jpeg', 5, '00', 'praia.jpg');
  insert into message_statuses (message_id, external_id, status, at, error, recorded_at) values
    ('${IDS.answer}', 'wamid.out1', 'delivered', '2026-03-02T10:00:04Z', null, '2026-03-02T10:00:05Z'),
    ('${IDS.failedNotice}', 'wamid.out3', 'failed', '2026-03-02T10:05:02Z',
      '{"code":"131026","title":"Undeliverable"}', '2026-03-02T10:05:02Z');
  insert into interactions (id, conversation_id, contact_id, channel, account, message_id, message_text,
      intent_detected, confidence, template_used, response_text, response_id, parameters_used, fallback_used, backend,
      backend_chain, language, processing_time_ms, success, error_message, context_data, created_at) values
    ('${IDS.interaction}', '${IDS.phoneConversation}', '${IDS.maria}', 'whatsapp', '111', '${IDS.question}', 'oi',
      'greet', 0.5, 'utter_greet#0', 'Olá!', '${IDS.answer}', '{"name":"Maria"}', false, 'templates',
      '[{"backend":"rasa","outcome":"no_answer","ms":12},{"backend":"templates","outcome":"answered","ms":3}]', 'pt-BR',
      15, true, null, '{"session":1}', '2026-03-02T10:00:01Z');`;

const EVENTS = `
  insert into outgoing_events (id, endpoint, type, payload, attempts, last_error, created_at, dead_at) values
    ('${IDS.outgoingEvent}', 'desk', 'conversation.handoff', '{"type":"conversation.handoff","data":{}}', 7, 'answered 503',
      '2026-03-02T10:00:00Z', '2026-03-03T10:00:00Z');
  insert into notification_events (id, source, event_id, rule, type, channel, outcome, detail, received_at) values
    ('00000000-0000-7000-8000-000000000081', 'ponte.events', 'po-42', 'purchase-order-approved', 'purchase_order.approved',
      'whatsapp', 'refused', 'to gives nothing', '2026-03-02T10:00:00Z')`;

const KEYS = `
  insert into api_keys (id, tenant, name, digest, scopes, created_at, created_by) values
    ('${IDS.key}', 'default', 'the shop''s desk', '\\x00', '{messages:read}', '2026-03-01T10:00:00Z', 'admin'),
    ('keyBBBB2', 'other', 'a desk elsewhere', sha256('${FOREIGN_KEY}'), '{channels:read}', '2026-03-01T09:00:00Z', 'admin');
  insert into audit_log (id, at, actor, tenant, action, subject) values
    ('00000000-0000-7000-8000-000000000071', '2026-03-01T10:00:00Z', 'key:${IDS.key}', 'default',
      'post /conversations/{id}/pause', '${IDS.phoneConversation}')`;

const CAMPAIGNS = `
  insert into campaigns (id, channel, accounts, name, message, state, state_reason, created_at, created_by, started_at,
      running_since, paused_at) values
    ('${IDS.campaign}', 'whatsapp', '{111}', 'Aviso', '{"text":"Olá {{name}}"}', 'draft', null, '2026-03-01T10:00:00Z',
      'admin', null, null, null),
    ('${IDS.startable}', 'whatsapp', '{111}', 'Start', '{"text":"Olá"}', 'draft', null, '2026-03-01T10:00:01Z', 'admin',
      null, null, null),
    ('${IDS.running}', 'whatsapp', '{111}', 'Running', '{"text":"Olá"}', 'running', null, '2026-03-01T10:00:02Z', 'admin',
      '2026-03-01T11:00:00Z', '2026-03-01T11:00:00Z', null),
    ('${IDS.paused}', 'whatsapp', '{111}', 'Paused', '{"text":"Olá"}', 'paused', 'error_rate', '2026-03-01T10:00:03Z',
      'admin', '2026-03-01T11:00:00Z', '2026-03-01T11:00:00Z', '2026-03-01T11:10:00Z'),
    ('${IDS.cancellable}', 'whatsapp', '{111}', 'Cancel', '{"text":"Olá"}', 'running', null, '2026-03-01T10:00:04Z',
      'admin', '2026-03-01T11:00:00Z', '2026-03-01T11:00:00Z', null),
    ('${IDS.deletable}', 'whatsapp', '{111}', 'Delete', '{"text":"Olá"}', 'draft', null, '2026-03-01T10:00:05Z', 'admin',
      null, null, null);
  insert into campaign_events (id, campaign_id, at, actor, kind, detail) values
    ('00000000-0000-7000-8000-000000000091', '${IDS.paused}', '2026-03-01T11:10:00Z', 'bridge', 'paused',
      '{"reason":"error_rate","failed":20,"tried":50}');
  insert into campaign_recipients (id, campaign_id, identity, match_key, name, params) values
    ('00000000-0000-7000-8000-000000000191', '${IDS.campaign}', '{"kind":"phone","value":"5561991234567"}', 'phone:556191234567', 'Maria',
      '{"city":"Gama"}'),
    ('00000000-0000-7000-8000-000000000192', '${IDS.startable}', '{"kind":"phone","value":"5561991234567"}',
      'phone:556191234567', null, '{}')`;

const RECIPIENTS = `
  insert into contacts (id, name) values ('${IDS.passerBy}', 'Rui');
  insert into contact_identities (channel, match_key, kind, value, contact_id) values
    ('whatsapp', 'phone:556192222222', 'phone', '5561992222222', '${IDS.passerBy}');
  insert into campaigns (id, channel, accounts, name, message, created_by) values
    ('${IDS.listedCampaign}', 'whatsapp', '{111}', 'Aviso', '{"text":"Olá {{nome}}"}', 'admin');
  insert into campaign_imports (id, campaign_id, state, source, rows_read, added, started_at, finished_at) values
    ('${IDS.recipientImport}', '${IDS.listedCampaign}', 'done', 'csv', 1, 1, '2026-03-01T10:00:00Z', '2026-03-01T10:00:01Z');
  insert into campaign_recipients (id, campaign_id, identity, match_key, import_id) values
    ('${IDS.recipient}', '${IDS.listedCampaign}', '{"kind":"phone","value":"5561993333333"}', 'phone:556193333333',
      '${IDS.recipientImport}')`;

const TEMPLATES = `
  insert into templates (id, channel, name, language, external_id, category, status, quality, parameter_format, components,
    created_at, synced_at) values
    ('${IDS.template}', 'whatsapp', 'po_notification', 'pt_BR', '1700000000000001', 'UTILITY', 'APPROVED', 'GREEN', 'named',
      '[{"type":"BODY","text":"Olá, {{supplier_name}}! O pedido {{po_number}} foi aprovado.","example":{"body_text_named_params":[{"param_name":"supplier_name","example":"Papelaria"},{"param_name":"po_number","example":"45"}]}},{"type":"BUTTONS","buttons":[{"type":"URL","text":"Ver","url":"https://p.example.org/{{1}}","example":["https://p.example.org/45"]}]}]',
      '2026-03-01T10:00:00Z', '2026-03-01T10:00:00Z'),
    ('${IDS.oldTemplate}', 'whatsapp', 'aviso_antigo', 'pt_BR', '1700000000000002', 'MARKETING', 'PAUSED', 'RED', 'positional',
      '[{"type":"BODY","text":"Olá"}]', '2026-03-01T09:00:00Z', '2026-03-01T10:00:00Z')`;

/** Fills a database with one person on WhatsApp, a web visitor, and one of every kind of trouble. */
export async function seed(db: Pick<Database, "script">): Promise<void> {
  await emptyDatabase(db);
  const scripts = [
    PEOPLE,
    WEBHOOKS,
    INBOX,
    MESSAGES,
    EVENTS,
    KEYS,
    CAMPAIGNS,
    RECIPIENTS,
    TEMPLATES,
  ];
  await db.script(scripts.join(";\n"));
}
