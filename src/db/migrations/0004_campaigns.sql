-- Who may call the API. Of a key only its digest is kept.
create table api_keys (
  id text primary key,
  tenant text not null,
  name text not null,
  digest bytea not null,
  scopes text[] not null,
  per_minute integer,
  created_at timestamptz not null default now(),
  created_by text not null,
  expires_at timestamptz,
  last_used_at timestamptz,
  revoked_at timestamptz
);
create index api_keys_recent on api_keys (created_at desc, id desc);

-- What a request with an Idempotency-Key came to, so that its repetition is answered and not done again. While it runs, the
-- status is null and lease_until says when another try may take it over; the lease is a new one then. Ids of what the
-- request makes follow from the seed, which stays. The digest of a body that is read as it comes is known only afterwards.
create table idempotency_keys (
  owner text not null,
  key text not null,
  request_digest bytea not null,
  body_digest text,
  seed uuid not null default gen_random_uuid(),
  lease uuid not null,
  lease_until timestamptz not null,
  status integer,
  answer jsonb,
  created_at timestamptz not null default now(),
  primary key (owner, key)
);
create index idempotency_keys_age on idempotency_keys (created_at);

alter table audit_log add column tenant text;
create index audit_log_recent on audit_log (at desc, id desc);

-- Templates as their providers keep them. `gone_at`: the provider lists it no longer.
create table templates (
  id uuid primary key,
  channel text not null,
  name text not null,
  language text not null,
  external_id text,
  category text,
  status text not null,
  quality text,
  reason text,
  parameter_format text not null default 'positional' check (parameter_format in ('positional', 'named')),
  components jsonb not null default '[]',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  synced_at timestamptz,
  gone_at timestamptz,
  -- The provider's times of its last news, which may come late or twice; and when we heard any of them.
  status_at timestamptz,
  quality_at timestamptz,
  category_at timestamptz,
  told_at timestamptz,
  unique (channel, name, language)
);
create index templates_recent on templates (created_at desc, id desc);
create index templates_external on templates (channel, external_id) where external_id is not null;

-- How the templates of a channel were last listed, and last listed without a gap. `stale_at`: something changed of which we
-- know no more than that.
create table template_syncs (
  channel text primary key,
  started_at timestamptz not null default now(),
  listed_at timestamptz,
  complete_at timestamptz,
  rest_until timestamptz,
  stale_at timestamptz,
  error text
);

-- What providers told of our accounts and templates; `data` in their own words, without personal data.
create table account_notices (
  id uuid primary key,
  channel text not null,
  account text not null,
  severity text not null check (severity in ('info', 'warning', 'alert')),
  topic text not null,
  detail text not null,
  data jsonb not null default '{}',
  at timestamptz not null default now()
);
create index account_notices_recent on account_notices (at desc, id desc);

-- One message for many people. `message` is a text, a reply or a template with {{placeholders}}; `channel` also says whose
-- it is. A campaign's figures are counted from its recipients and their messages, never kept.
create table campaigns (
  id uuid primary key,
  channel text not null,
  accounts text[] not null,
  name text not null,
  message jsonb not null,
  "values" jsonb not null default '{}',
  language text,
  route jsonb not null default '[]',
  category text,
  state text not null default 'draft'
    check (state in ('draft', 'scheduled', 'running', 'paused', 'done', 'cancelled')),
  state_reason text,
  start_at timestamptz,
  rate_per_second double precision,
  hours jsonb,
  guard jsonb not null default '{}',
  default_country text,
  created_at timestamptz not null default now(),
  created_by text not null,
  updated_at timestamptz not null default now(),
  started_at timestamptz,
  running_since timestamptz,
  paused_at timestamptz,
  finished_at timestamptz
);
create index campaigns_recent on campaigns (created_at desc, id desc);
create index campaigns_open on campaigns (state) where state in ('scheduled', 'running', 'paused');

-- open: to be sent; released: its message is in the outbox and says what became of it; skipped: not to be written to.
-- The lease keeps a recipient for the process that prepares the message.
create sequence campaign_recipient_place_seq;
create table campaign_recipients (
  id uuid primary key,
  campaign_id uuid not null references campaigns (id) on delete cascade,
  place bigint not null default nextval('campaign_recipient_place_seq'),
  identity jsonb not null,
  match_key text not null,
  name text,
  language text,
  params jsonb not null default '{}',
  state text not null default 'open' check (state in ('open', 'released', 'skipped')),
  skip_reason text,
  lease_until timestamptz,
  lease uuid,
  account text,
  contact_id uuid,
  conversation_id uuid,
  message_id uuid,
  import_id uuid,
  created_at timestamptz not null default now(),
  released_at timestamptz,
  skipped_at timestamptz,
  replied_at timestamptz,
  unique (campaign_id, match_key)
) with (fillfactor = 80);
create index campaign_recipients_open on campaign_recipients (campaign_id, place) where state = 'open';
create index campaign_recipients_place on campaign_recipients (campaign_id, place);
create index campaign_recipients_state on campaign_recipients (campaign_id, state);
create index campaign_recipients_replied on campaign_recipients (campaign_id) where replied_at is not null;
create index campaign_recipients_contact on campaign_recipients (contact_id) where contact_id is not null;

-- One list of recipients as it was read, with the lines that were not taken.
create table campaign_imports (
  id uuid primary key,
  campaign_id uuid not null references campaigns (id) on delete cascade,
  state text not null check (state in ('running', 'done', 'failed')),
  source text not null check (source in ('csv', 'json')),
  settings jsonb not null default '{}',
  rows_read bigint not null default 0,
  added bigint not null default 0,
  duplicate bigint not null default 0,
  invalid bigint not null default 0,
  opted_out bigint not null default 0,
  error text,
  started_at timestamptz not null default now(),
  touched_at timestamptz not null default now(),
  finished_at timestamptz
);
create index campaign_imports_campaign on campaign_imports (campaign_id, started_at desc);

create table campaign_import_lines (
  import_id uuid not null references campaign_imports (id) on delete cascade,
  line bigint not null,
  outcome text not null check (outcome in ('duplicate', 'invalid', 'opted_out')),
  value text not null,
  match_key text,
  detail text not null,
  primary key (import_id, line)
);
create index campaign_import_lines_key on campaign_import_lines (match_key) where match_key is not null;

-- Opt-outs of people who were erased, under a digest of what they are found by: whoever comes back is known to want none.
-- `person` joins the names of one person and means nothing else.
create table erased_opt_outs (
  person uuid not null,
  channel text not null,
  digest bytea not null,
  account text not null,
  scope text not null check (scope in ('all', 'marketing')),
  method text not null,
  created_at timestamptz not null,
  primary key (channel, digest, account, scope)
);
create index erased_opt_outs_person on erased_opt_outs (person);
create index contacts_recent on contacts (created_at desc, id desc);

-- What happened to a campaign as a whole.
create table campaign_events (
  id uuid primary key,
  campaign_id uuid not null references campaigns (id) on delete cascade,
  at timestamptz not null default now(),
  actor text not null,
  kind text not null,
  detail jsonb not null default '{}'
);
create index campaign_events_campaign on campaign_events (campaign_id, at desc, id desc);

-- Buckets of the rate limits, shared by all processes: when each is full again, and until when it is closed. What was asked
-- last, how far the bucket was from full then and how much was given is kept for the answer alone. Not logged, so that
-- pacing costs no flush to disk: after a crash of the server the buckets are full.
create unlogged table rate_buckets (
  key text primary key,
  full_at timestamptz not null default now(),
  blocked_until timestamptz,
  asked float8[],
  lead_ms float8 not null default 0,
  taken float8 not null default 0
) with (fillfactor = 50);

-- Events from message brokers, once each and rule. What was refused waits among the broker's dead letters, and may come
-- again. Without a channel, no rule was found for it.
create table notification_events (
  id uuid not null unique,
  source text not null,
  event_id text not null,
  rule text not null,
  type text not null,
  channel text,
  message_id uuid,
  outcome text not null check (outcome in ('queued', 'skipped', 'refused')),
  detail text,
  received_at timestamptz not null default now(),
  primary key (source, event_id, rule)
);
create index notification_events_recent on notification_events (received_at desc, id desc);

-- Which template a message is, whose campaign's, and the rest of the way it may go. `superseded`: another message was sent
-- instead. Held messages are not in the outbox: until a time, or until the person writes.
alter table messages add column template_name text;
alter table messages add column template_language text;
alter table messages add column campaign_id uuid;
alter table messages add column recipient_id uuid;
alter table messages add column superseded boolean not null default false;
alter table messages add column correlation_id text;
alter table messages add column part_of uuid;
alter table messages add column route jsonb;
alter table messages add column held_for text check (held_for in ('schedule', 'window'));
alter table messages add column held_until timestamptz;
alter table messages add column released_at timestamptz;
-- What is done where the window is closed when it is to be sent: {"wait": true}, or {"instead": a template that is ready}.
alter table messages add column outside_window jsonb;
alter table messages add column bulk boolean not null default false;
alter table messages add column changed_at timestamptz not null default now();
create index messages_campaign on messages (campaign_id, status) include (part_of)
  where campaign_id is not null and not superseded;
create index messages_campaign_sent on messages (campaign_id, sent_at) where campaign_id is not null and sent_at is not null;
create index messages_campaign_failed on messages (campaign_id, failed_at desc)
  where campaign_id is not null and status = 'failed';
create index messages_recipient on messages (recipient_id) where recipient_id is not null;
create index messages_template on messages (channel, template_name, created_at) where template_name is not null;
create index messages_correlation on messages (correlation_id) where correlation_id is not null;
create index messages_held on messages (held_until) where held_for is not null;
create index messages_awaiting on messages (conversation_id) where held_for = 'window';
create index messages_part on messages (part_of) where part_of is not null;
create index messages_changed on messages (changed_at, id) where direction = 'out';
create index inbox_received on inbox (received_at, message_id);

-- By which transaction a message arrived: it tells what was committed since from what was known before, whatever the clock says.
alter table inbox add column arrived xid8;
alter table inbox alter column arrived set default pg_current_xact_id();

-- Whether a conversation is due for bulk messages alone, which wait for everybody else's; and the recipient of the last
-- campaign, who may answer it.
alter table conversations add column bulk boolean not null default false;
alter table conversations add column last_recipient_id uuid;
drop index conversations_due;
create index conversations_due on conversations (due) where due is not null and not bulk;
create index conversations_due_bulk on conversations (due) where due is not null and bulk;

create or replace view message_log as
  select id, conversation_id, contact_id, channel, account, direction, status, external_id, in_reply_to, origin, text,
    content, payload, notes, attempts, error, pricing, created_at, sending_at, uncertain_at, sent_at, delivered_at, read_at,
    failed_at, fallback_of, template_name, template_language, campaign_id, recipient_id, correlation_id, part_of, held_for,
    held_until, changed_at
  from messages
  union all
  select i.message_id, i.conversation_id, c.contact_id, i.channel, i.account, 'in', 'received', i.external_id, null, 'person',
    i.message ->> 'text', i.message -> 'content', null, '[]'::jsonb, i.attempts, null, null, i.received_at, null, null, null,
    null, null, null, null, null, null, null, null, null, null, null, null, i.received_at
  from inbox i join conversations c on c.id = i.conversation_id
  where i.done_at is null and not i.emitted;

-- The tables under which the systems before this one kept the same, for reports that read them. The second table in each
-- `from` keeps a view from taking writes.
create view whatsapp_users as
  select c.id, phone.value as phone_number, own.value as whatsapp_user_id, c.name, c.username, c.language,
    exists (select from opt_outs o where o.contact_id = c.id and o.revoked_at is null and o.scope = 'all') as opted_out,
    c.created_at, c.updated_at, seen.at as last_seen_at
  from contacts c
    left join lateral (select i.value from contact_identities i where i.contact_id = c.id and i.kind = 'phone'
      order by i.last_seen_at desc, i.value limit 1) phone on true
    left join lateral (select i.value from contact_identities i where i.contact_id = c.id and i.kind = 'bsuid'
      order by i.last_seen_at desc, i.value limit 1) own on true
    left join lateral (select max(i.last_seen_at) as at from contact_identities i where i.contact_id = c.id) seen on true;

create view whatsapp_messages as
  select m.id, m.external_id as whatsapp_message_id, m.conversation_id, m.contact_id as user_id, m.channel, m.account,
    case m.direction when 'in' then 'inbound' else 'outbound' end as direction,
    coalesce(m.payload ->> 'type', m.content ->> 'type', 'text') as message_type, m.text as message_text, m.status,
    m.template_name, m.template_language, m.campaign_id, m.correlation_id, nullif(m.error ->> 'code', '') as error_code,
    coalesce(m.error ->> 'details', m.error ->> 'title') as error_message, m.created_at, m.sent_at, m.delivered_at, m.read_at,
    m.failed_at
  from message_log m cross join (select 1) as read_only;

create view whatsapp_delivery_reports as
  select s.message_id, s.external_id as whatsapp_message_id, m.conversation_id, m.contact_id as user_id, m.channel, m.account,
    s.status, nullif(s.error ->> 'code', '') as error_code, coalesce(s.error ->> 'details', s.error ->> 'title') as error_message,
    s.at as status_at, s.recorded_at as received_at
  from message_statuses s join messages m on m.id = s.message_id;

create view whatsapp_interaction_logs as
  select i.id, i.conversation_id, i.contact_id as user_id, i.channel, i.account, i.message_id, i.message_text, i.intent_detected,
    i.confidence, i.template_used, i.response_text, i.response_id, i.parameters_used, i.fallback_used, i.backend, i.language,
    i.processing_time_ms, i.success, i.error_message, i.context_data, i.created_at
  from interactions i cross join (select 1) as read_only;

create view whatsapp_event_grid_logs as
  select e.id, e.channel, e.headers ->> 'aeg-event-type' as event_type,
    (e.headers ->> 'aeg-delivery-count')::int as delivery_count, e.event_count, e.state as processing_status,
    e.reason as error_message, e.body as event_data, e.received_at
  from webhook_events e cross join (select 1) as read_only
  where e.headers ? 'aeg-event-type';

create view whatsapp_templates as
  select t.id, t.channel, t.external_id as template_id, t.name, t.language, t.category, t.status, t.quality, t.reason,
    t.parameter_format, t.components, t.gone_at is null as is_active, t.created_at, t.updated_at, t.synced_at
  from templates t cross join (select 1) as read_only;

create view campaign_contacts as
  select r.id, r.campaign_id, r.contact_id, r.identity ->> 'value' as phone_number, r.name, r.language, r.params as parameters,
    case when m.status is null then case r.state when 'skipped' then 'skipped' else 'queued' end
      when m.status in ('queued', 'sending') then 'queued'
      when m.status = 'failed' and m.error ->> 'reason' = 'channel_uncertain' then 'uncertain'
      when m.status = 'failed' and m.error ->> 'reason' in ('channel_opted_out', 'campaign_cancelled') then 'skipped'
      else m.status end as status,
    coalesce(r.skip_reason, m.error ->> 'reason') as reason, nullif(m.error ->> 'code', '') as error_code,
    coalesce(m.error ->> 'details', m.error ->> 'title') as error_message, m.id as message_id,
    m.external_id as whatsapp_message_id, r.created_at, m.sent_at, m.delivered_at, m.read_at, m.failed_at, r.replied_at
  from campaign_recipients r
    left join lateral (
      select * from messages m where m.recipient_id = r.id and not m.superseded and m.part_of is null
      order by m.seq desc limit 1) m on true;

create view campaign_logs as
  select e.id, e.campaign_id, c.channel, c.name as campaign_name, e.kind as event, e.actor, e.detail as details,
    e.at as created_at
  from campaign_events e join campaigns c on c.id = e.campaign_id;
