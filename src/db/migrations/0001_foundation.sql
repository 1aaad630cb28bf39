-- People. A contact has many identities; match_key is the identity in a form that ignores spelling (see flow/identity.ts).
create table contacts (
  id uuid primary key,
  name text,
  username text,
  language text,
  properties jsonb not null default '{}',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create table contact_identities (
  channel text not null,
  match_key text not null,
  kind text not null,
  value text not null,
  contact_id uuid not null references contacts (id) on delete cascade,
  created_at timestamptz not null default now(),
  last_seen_at timestamptz not null default now(),
  primary key (channel, match_key)
);
create index contact_identities_contact on contact_identities (contact_id);

-- The conversation row is the lock of the mailbox: due says when it has work, lease who may do it, wake counts arrivals.
-- While leased, due is the end of the lease, so that a dead worker's conversation comes back by itself.
create table conversations (
  id uuid primary key,
  channel text not null,
  account text not null,
  contact_id uuid not null references contacts (id),
  address jsonb not null,
  language text,
  start_reference text,
  paused_until timestamptz,
  last_inbound_at timestamptz,
  window_closed_at timestamptz,
  hinted_at timestamptz,
  apologised_at timestamptz,
  due timestamptz,
  lease_until timestamptz,
  lease bigint not null default 0,
  wake bigint not null default 0,
  fails integer not null default 0,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
) with (fillfactor = 50);
create index conversations_due on conversations (due) where due is not null;
create index conversations_contact on conversations (contact_id);
create index conversations_recent on conversations (updated_at desc, id desc);

-- Every webhook body as it came, byte for byte.
create table webhook_events (
  id uuid primary key,
  channel text not null,
  state text not null check (state in ('stored', 'quarantined')),
  reason text,
  headers jsonb not null default '{}',
  body bytea not null,
  event_count integer not null default 0,
  received_at timestamptz not null default now()
);
create index webhook_events_recent on webhook_events (received_at desc, id desc);
create index webhook_events_quarantined on webhook_events (received_at desc, id desc) where state = 'quarantined';

-- The work: one row per inbound message, deduplicated by the provider's id, numbered in arrival order.
create sequence inbox_id_seq;
create table inbox (
  id bigint primary key,
  conversation_id uuid not null,
  channel text not null,
  account text not null,
  external_id text not null,
  message_id uuid not null,
  event_id uuid,
  message jsonb not null,
  sent_at timestamptz not null,
  received_at timestamptz not null default now(),
  attempts integer not null default 0,
  emitted boolean not null default false,
  done_at timestamptz,
  dead_at timestamptz,
  dead_reason text,
  dead_detail text,
  constraint inbox_once unique (channel, account, external_id)
);
create index inbox_pending on inbox (conversation_id, id) where done_at is null;
create index inbox_dead on inbox (dead_at desc, id desc) where dead_at is not null;
create index inbox_message on inbox (message_id);

-- What was said, both ways. Outbound rows in 'queued', 'sending' or 'uncertain' are the outbox.
create sequence message_seq;
create table messages (
  id uuid primary key,
  seq bigint not null,
  conversation_id uuid not null,
  contact_id uuid not null,
  channel text not null,
  account text not null,
  direction text not null check (direction in ('in', 'out')),
  status text not null check (
    status in ('received', 'queued', 'sending', 'uncertain', 'sent', 'delivered', 'read', 'failed')
  ),
  external_id text,
  in_reply_to uuid,
  origin text not null default 'reply' check (origin in ('person', 'reply', 'api', 'campaign')),
  text text not null default '',
  content jsonb,
  payload jsonb,
  notes jsonb not null default '[]',
  needs_window boolean not null default true,
  attempts integer not null default 0,
  error jsonb,
  pricing jsonb,
  created_at timestamptz not null default now(),
  sending_at timestamptz,
  uncertain_at timestamptz,
  sent_at timestamptz,
  delivered_at timestamptz,
  read_at timestamptz,
  failed_at timestamptz
) with (fillfactor = 70);
create index messages_outbox on messages (conversation_id, seq)
  where direction = 'out' and status in ('queued', 'sending', 'uncertain');
create index messages_conversation on messages (conversation_id, seq desc);
create index messages_recent on messages (created_at desc, id desc);
create index messages_external on messages (external_id) where external_id is not null;
create index messages_reply on messages (in_reply_to) where in_reply_to is not null;
create index messages_failed on messages (failed_at desc, id desc) where direction = 'out' and status = 'failed';

-- Every status a provider reported, once each.
create table message_statuses (
  message_id uuid not null,
  external_id text not null,
  status text not null,
  at timestamptz not null,
  error jsonb,
  recorded_at timestamptz not null default now(),
  primary key (message_id, external_id, status)
);

-- Statuses that came before their message was known; joined when it is.
create table parked_statuses (
  channel text not null,
  account text not null,
  external_id text not null,
  status text not null,
  update jsonb not null,
  parked_at timestamptz not null default now(),
  primary key (channel, external_id, status)
);
create index parked_statuses_age on parked_statuses (parked_at);

create table send_attempts (
  message_id uuid not null,
  attempt integer not null,
  outcome text not null check (outcome in ('sent', 'retry', 'failed', 'uncertain')),
  error jsonb,
  external_id text,
  started_at timestamptz,
  finished_at timestamptz not null default now()
);
create index send_attempts_message on send_attempts (message_id, attempt);

-- One row per turn: what was asked, who answered, how long it took.
create table interactions (
  id uuid primary key,
  conversation_id uuid not null,
  contact_id uuid not null,
  channel text not null,
  account text not null,
  message_id uuid not null,
  message_text text not null,
  intent_detected text,
  confidence real,
  template_used text,
  response_text text,
  response_id uuid,
  parameters_used jsonb,
  fallback_used boolean not null default false,
  backend text,
  backend_chain jsonb not null default '[]',
  language text,
  processing_time_ms integer not null,
  success boolean not null,
  error_message text,
  context_data jsonb not null default '{}',
  created_at timestamptz not null default now()
);
create index interactions_recent on interactions (created_at desc, id desc);
create index interactions_conversation on interactions (conversation_id, created_at desc);
create index interactions_message on interactions (message_id);

-- Consent. An open row (revoked_at is null) means: do not write to this person on this account.
create table opt_outs (
  id uuid primary key,
  contact_id uuid not null references contacts (id),
  channel text not null,
  account text not null,
  scope text not null check (scope in ('all', 'marketing')),
  method text not null,
  created_at timestamptz not null default now(),
  revoked_at timestamptz,
  revoked_method text
);
create unique index opt_outs_open on opt_outs (contact_id, channel, account, scope) where revoked_at is null;

-- Button payloads too long for a channel, under the short id that was sent instead.
create table button_payloads (
  id text primary key,
  payload text not null,
  used_at timestamptz not null default now()
);

create table audit_log (
  id uuid primary key,
  at timestamptz not null default now(),
  actor text not null,
  action text not null,
  subject text not null,
  detail jsonb not null default '{}'
);

-- Messages with those still waiting in the inbox, so that nothing acknowledged is invisible.
create view message_log as
  select id, conversation_id, contact_id, channel, account, direction, status, external_id, in_reply_to, origin, text,
    content, payload, notes, attempts, error, pricing, created_at, sending_at, uncertain_at, sent_at, delivered_at, read_at,
    failed_at
  from messages
  union all
  select i.message_id, i.conversation_id, c.contact_id, i.channel, i.account, 'in', 'received', i.external_id, null, 'person',
    i.message ->> 'text', i.message -> 'content', null, '[]'::jsonb, i.attempts, null, null, i.received_at, null, null, null,
    null, null, null
  from inbox i join conversations c on c.id = i.conversation_id
  where i.done_at is null and not i.emitted;
