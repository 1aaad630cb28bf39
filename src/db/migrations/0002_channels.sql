-- How many times the provider took a message and reported later that it had failed.
alter table messages add column round integer not null default 0;

-- The provider's answer to a try, where nobody has described what it should look like.
alter table send_attempts add column evidence text;

-- A message that was sent on another channel instead, because this one could not reach the person.
alter table messages add column fallback_of uuid;
create unique index messages_fallback on messages (fallback_of) where fallback_of is not null;

-- `push`: the bot spoke without having been asked; `fallback`: sent instead of another channel's message.
alter table messages drop constraint messages_origin_check;
alter table messages add constraint messages_origin_check
  check (origin in ('person', 'reply', 'push', 'fallback', 'api', 'campaign'));

-- A status may name the message by the id under which the provider took the request.
alter table parked_statuses add column request_id text;
create index parked_statuses_request on parked_statuses (channel, request_id) where request_id is not null;

-- The choices offered last, for channels on which people type instead of tapping; and the name under which a backend
-- knows the conversation, for what it says later without having been asked.
alter table conversations add column menu jsonb;
alter table conversations add column menu_at timestamptz;
alter table conversations add column session text;
create index conversations_session on conversations (session) where session is not null;

-- Whether an account can send and receive, as its provider last said.
create table account_states (
  channel text not null,
  account text not null,
  state text not null check (state in ('connected', 'connecting', 'disconnected')),
  detail text not null default '',
  changed_at timestamptz not null default now(),
  primary key (channel, account)
);

-- The outbound traffic of an account, for its figures of the day.
create index messages_account on messages (channel, account, created_at) where direction = 'out';

-- Files that people sent. `storage_key` says where the bytes are; they are deleted after their time, the row stays.
create table media_files (
  id uuid primary key,
  channel text not null,
  account text not null,
  message_id uuid not null,
  storage_key text,
  mime_type text not null,
  size_bytes bigint not null,
  sha256 text not null,
  file_name text,
  created_at timestamptz not null default now(),
  unique (message_id)
);
create index media_files_age on media_files (created_at) where storage_key is not null;

create or replace view message_log as
  select id, conversation_id, contact_id, channel, account, direction, status, external_id, in_reply_to, origin, text,
    content, payload, notes, attempts, error, pricing, created_at, sending_at, uncertain_at, sent_at, delivered_at, read_at,
    failed_at, fallback_of
  from messages
  union all
  select i.message_id, i.conversation_id, c.contact_id, i.channel, i.account, 'in', 'received', i.external_id, null, 'person',
    i.message ->> 'text', i.message -> 'content', null, '[]'::jsonb, i.attempts, null, null, i.received_at, null, null, null,
    null, null, null, null
  from inbox i join conversations c on c.id = i.conversation_id
  where i.done_at is null and not i.emitted;
