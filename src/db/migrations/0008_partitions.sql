-- Three tables that grow for ever are split by month (docs/adr/0020-partitions-by-id.md). Two of them by their ids, which begin
-- with the time they were made at (UUIDv7, RFC 9562), so that no key changes. What is there becomes the first partition, which
-- reaches to the end of this month; a row that none of the months takes goes into the default one. The months themselves are
-- made by the program (src/db/partitions.ts).
alter table webhook_events rename to webhook_events_first;
alter table webhook_events_first rename constraint webhook_events_pkey to webhook_events_first_pkey;
alter index webhook_events_recent rename to webhook_events_first_recent;
alter index webhook_events_quarantined rename to webhook_events_first_quarantined;
alter index webhook_events_channel rename to webhook_events_first_channel;
create table webhook_events (like webhook_events_first including defaults including constraints) partition by range (id);
alter table webhook_events add primary key (id);
create index webhook_events_recent on webhook_events (received_at desc, id desc);
create index webhook_events_quarantined on webhook_events (received_at desc, id desc)
  where state = 'quarantined' and discarded_at is null;
create index webhook_events_channel on webhook_events (channel, received_at desc, id desc);
create table webhook_events_default partition of webhook_events default;

alter table interactions rename to interactions_first;
alter table interactions_first rename constraint interactions_pkey to interactions_first_pkey;
alter index interactions_recent rename to interactions_first_recent;
alter index interactions_conversation rename to interactions_first_conversation;
alter index interactions_message rename to interactions_first_message;
alter index interactions_asked rename to interactions_first_asked;
create table interactions (like interactions_first including defaults including constraints) partition by range (id);
alter table interactions add primary key (id);
create index interactions_recent on interactions (created_at desc, id desc);
create index interactions_conversation on interactions (conversation_id, created_at desc);
create index interactions_message on interactions (message_id);
create index interactions_asked on interactions (created_at) include (channel, backend, fallback_used, processing_time_ms)
  where not context_data ? 'plan';
create table interactions_default partition of interactions default;

alter table send_attempts rename to send_attempts_first;
alter index send_attempts_message rename to send_attempts_first_message;
create table send_attempts (like send_attempts_first including defaults including constraints)
  partition by range (finished_at);
create index send_attempts_message on send_attempts (message_id, attempt);
create table send_attempts_default partition of send_attempts default;

do $$
declare
  month timestamp := date_trunc('month', now() at time zone 'utc') + interval '1 month';
  edge uuid := (lpad(to_hex((extract(epoch from month) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid;
begin
  -- Ids that are not of the past: made by a clock that was wrong, or not by this program.
  with moved as (delete from webhook_events_first where id >= edge returning *)
  insert into webhook_events_default select * from moved;
  with moved as (delete from interactions_first where id >= edge returning *)
  insert into interactions_default select * from moved;
  with moved as (delete from send_attempts_first where finished_at >= month at time zone 'utc' returning *)
  insert into send_attempts_default select * from moved;
  execute format('alter table webhook_events attach partition webhook_events_first for values from (minvalue) to (%L)', edge);
  execute format('alter table interactions attach partition interactions_first for values from (minvalue) to (%L)', edge);
  execute format('alter table send_attempts attach partition send_attempts_first for values from (minvalue) to (%L)',
    month at time zone 'utc');
end $$;

-- The views over them, word for word as they were: a view follows the table that it was made with, whatever its name.
create or replace view whatsapp_interaction_logs as
  select i.id, i.conversation_id, i.contact_id as user_id, i.channel, i.account, i.message_id, i.message_text, i.intent_detected,
    i.confidence, i.template_used, i.response_text, i.response_id, i.parameters_used, i.fallback_used, i.backend, i.language,
    i.processing_time_ms, i.success, i.error_message, i.context_data, i.created_at
  from interactions i cross join (select 1) as read_only;

create or replace view whatsapp_event_grid_logs as
  select e.id, e.channel, e.headers ->> 'aeg-event-type' as event_type,
    (e.headers ->> 'aeg-delivery-count')::int as delivery_count, e.event_count, e.state as processing_status,
    e.reason as error_message, e.body as event_data, e.received_at
  from webhook_events e cross join (select 1) as read_only
  where e.headers ? 'aeg-event-type';

-- The copy of another database into this one, while it is made and afterwards (`ponte migrate-to-postgres`). `places`: up to
-- which row each table was copied.
create table database_copies (
  single boolean primary key default true check (single),
  source text not null,
  started_at timestamptz not null default now(),
  finished_at timestamptz,
  places jsonb not null default '{}'
);
