-- What a conversation knows for as long as its session lasts, and what each backend wants to find again next time.
alter table conversations add column slots jsonb not null default '{}';
alter table conversations add column memory jsonb not null default '{}';
alter table conversations add column session_started_at timestamptz;

-- The backend that has asked a question and is to hear the answer first.
alter table conversations add column held_by text;
alter table conversations add column held_until timestamptz;

-- Why the bot is quiet: a person took over, a backend handed over, an operator said so.
alter table conversations add column pause_reason text;

-- Until when a burst of messages may keep being gathered into one turn, null where none is, and when it is over unless
-- more arrives.
alter table conversations add column gather_until timestamptz;
alter table conversations add column gather_at timestamptz;

-- The message with which this one was answered as one turn.
alter table inbox add column merged_into uuid;
create index inbox_merged on inbox (merged_into) where merged_into is not null;
-- When an operator asked for the answer to a message that had come too late for one.
alter table inbox add column replayed_at timestamptz;

alter table interactions add column model text;
alter table interactions add column tokens_in integer;
alter table interactions add column tokens_out integer;
alter table interactions add column cost real;
alter table interactions add column provider_request_id text;
-- What backends would have said that were asked for comparison only.
alter table interactions add column shadow jsonb;

-- What each person's turns cost, by day (UTC) and backend: budgets are read from here.
create table token_usage (
  day date not null,
  backend text not null,
  contact_id uuid not null,
  tokens bigint not null default 0,
  cost double precision not null default 0,
  primary key (day, backend, contact_id)
);

-- Events on their way to the operator's own systems, one row per receiver.
create table outgoing_events (
  id uuid primary key,
  endpoint text not null,
  type text not null,
  payload jsonb not null,
  attempts integer not null default 0,
  due timestamptz not null default now(),
  last_error text,
  created_at timestamptz not null default now(),
  done_at timestamptz,
  dead_at timestamptz
);
create index outgoing_events_due on outgoing_events (endpoint, due) where done_at is null and dead_at is null;
create index outgoing_events_recent on outgoing_events (created_at desc, id desc);

-- Which receiver wants which events, as the process that started last was told.
create table event_subscriptions (
  endpoint text not null,
  type text not null,
  primary key (endpoint, type)
);

-- Pauses whose end is to be told.
create index conversations_paused on conversations (paused_until) where paused_until is not null;

-- Whether an operator has named the person: then the provider's name does not replace it.
alter table contacts add column name_kept boolean not null default false;
