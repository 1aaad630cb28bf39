-- What a person is told a key is for; null where its scopes were chosen one by one.
alter table api_keys add column role text check (role in ('viewer', 'operator', 'admin'));

-- What the backend said, before any channel changed it. Left out where it is very long: context_data says so.
alter table interactions add column replies jsonb;

-- Dead letters that an operator has put away: they stay in the log and are in no list of what can be replayed.
alter table inbox add column discarded_at timestamptz;
alter table messages add column discarded_at timestamptz;
alter table webhook_events add column discarded_at timestamptz;

drop index inbox_dead;
create index inbox_dead on inbox (dead_at desc, id desc) where dead_at is not null and discarded_at is null;
drop index messages_failed;
create index messages_failed on messages (failed_at desc, id desc) include (conversation_id, discarded_at)
  where direction = 'out' and status = 'failed';
-- The failed messages by the time they were asked for, for the list of messages.
create index messages_failed_recent on messages (created_at desc, id desc) where status = 'failed';
drop index webhook_events_quarantined;
create index webhook_events_quarantined on webhook_events (received_at desc, id desc)
  where state = 'quarantined' and discarded_at is null;

-- The webhooks of one channel, the last of them first.
create index webhook_events_channel on webhook_events (channel, received_at desc, id desc);

-- The traffic of a time, counted from the index alone: neither column ever changes.
drop index messages_recent;
create index messages_recent on messages (created_at desc, id desc) include (channel, direction);

-- A conversation of many thousand messages, page by page.
create index messages_timeline on messages (conversation_id, created_at desc, id desc);

-- Turns in which the bot was asked, for how long it took and who answered.
create index interactions_asked on interactions (created_at) include (channel, backend, fallback_used, processing_time_ms)
  where not context_data ? 'plan';

-- The notices of an account.
create index account_notices_account on account_notices (channel, account, at desc);

-- The backend that answered last.
alter table conversations add column last_backend text;
update conversations c set last_backend = last.backend
from (
  select distinct on (conversation_id) conversation_id, backend from interactions
  where backend is not null order by conversation_id, created_at desc
) last
where last.conversation_id = c.id;
