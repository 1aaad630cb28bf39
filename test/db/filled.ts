import type { Database } from "../../src/db/driver.ts";

const uuidAt = (start: string, spread: string): string =>
  `(lpad(to_hex((extract(epoch from now() - interval '${start}' + n * interval '${spread}') * 1000)::bigint), 12, '0')
    || '7' || lpad(to_hex(n), 3, '0') || '8000000000000000')::uuid`;

/** Rows in most tables, with values that are easily changed on the way: bytes, lists, microseconds, small numbers, nulls. */
const FILL = (count: number): string => `
  insert into contacts (id, name, properties, created_at)
    select ${uuidAt("90 days", "1 hour")}, case when n % 3 = 0 then null else E'Zoë "\\\\ \\n' || n end,
      jsonb_build_object('n', n, 'deep', jsonb_build_array(null, 1.50, 'ç')), now() - n * interval '1 microsecond'
    from generate_series(1, ${count}) n;
  insert into contact_identities (channel, match_key, kind, value, contact_id)
    select 'whatsapp', 'phone:' || row_number() over (), 'phone', '+55', id from contacts;
  insert into conversations (id, channel, account, contact_id, address, lease, wake)
    select gen_random_uuid(), 'whatsapp', '1', id, '{}', 9007199254740993, 2 from contacts;
  insert into webhook_events (id, channel, state, headers, body, received_at)
    select ${uuidAt("90 days", "1 hour")}, 'whatsapp', 'stored', '{"a": "b"}', decode('00ff5c27', 'hex') || convert_to(repeat('é', n), 'UTF8'),
      now() - interval '90 days' + n * interval '1 hour'
    from generate_series(1, ${count}) n;
  insert into messages (id, seq, conversation_id, contact_id, channel, account, direction, status, text)
    select gen_random_uuid(), nextval('message_seq'), id, contact_id, channel, account, 'out', 'sent', E'tab\\there'
    from conversations;
  insert into message_statuses (message_id, external_id, status, at) select id, 'wamid.' || seq, 'sent', now() from messages;
  insert into send_attempts (message_id, attempt, outcome, finished_at)
    select id, 1, 'sent', now() - interval '90 days' + seq * interval '1 hour' from messages;
  insert into interactions (id, conversation_id, contact_id, channel, account, message_id, message_text, confidence,
      processing_time_ms, success, created_at)
    select ${uuidAt("90 days", "1 hour")}, gen_random_uuid(), gen_random_uuid(), 'whatsapp', '1', gen_random_uuid(), 'oi', 0.1::real, n, true,
      now() - interval '90 days' + n * interval '1 hour'
    from generate_series(1, ${count}) n;
  insert into inbox (id, conversation_id, channel, account, external_id, message_id, message, sent_at, done_at)
    select nextval('inbox_id_seq'), id, 'whatsapp', '1', id::text, gen_random_uuid(), '{}', now(), now() from conversations;
  insert into campaigns (id, channel, accounts, name, message, rate_per_second, created_by)
    values (gen_random_uuid(), 'whatsapp', array['1', 'a "b", {c}', ''], 'n', '{}', 1e-7, 'me');
  insert into campaign_events (id, campaign_id, actor, kind) select gen_random_uuid(), id, 'me', 'created' from campaigns;
  insert into api_keys (id, tenant, name, digest, scopes, created_by) values ('k', 't', 'n', '\\x00', '{}', 'me');
  insert into rate_buckets (key, asked) values ('b', array[0.1, 'infinity', 3]::float8[])`;

/** Fills a database, of this version or the one before it, with `count` rows in each of the large tables. */
export const fillHistory = (db: Database, count = 40): Promise<void> => db.script(FILL(count));
