import type { Townsperson } from "./town.ts";

const NAMES = [
  "Joana Pereira",
  "Antônio Carlos Nogueira",
  "Beatriz Lima",
  "Rafael Moura",
  "Conceição dos Santos",
  "Luiz Fernando",
  "Aïcha Diallo",
  "Marcos Vinícius",
  "D. Neuza",
  "Pedro Henrique Sá",
  "Íris Camargo",
  "Thiago 🚲",
] as const;

/** People of the demonstration. */
export const PEOPLE: readonly Townsperson[] = NAMES.map((name, index) => ({
  from: `5561991${String(230_011 + index * 1_733).padStart(6, "0")}`,
  name,
}));

/** Recipients of a campaign as a spreadsheet in Brazil writes them. */
export function recipientList(count: number): string {
  const rows = Array.from({ length: count }, (_, place) => {
    const name = NAMES[place % NAMES.length] ?? "";
    return `(61) 9${9_100_0000 + place * 37};${name};${4_500_000 + place};"R$ ${place + 120},00"`;
  });
  return ["telefone;nome;pedido;valor", ...rows].join("\r\n");
}

/**
 * What a town has said in the last two days, beside the few conversations that were really held: a crowd of people with
 * some messages each, more of them by day than by night.
 */
export const CROWD = `
  with people as (
    select gen_random_uuid() as contact_id, gen_random_uuid() as conversation_id, n,
      (array['Ana', 'Bruno', 'Carla', 'Davi', 'Elisa', 'Fábio', 'Gabi', 'Hugo', 'Iara', 'João'])[1 + n % 10] || ' ' ||
      (array['Alves', 'Barros', 'Costa', 'Dias', 'Freitas', 'Gomes', 'Lopes', 'Melo', 'Nunes'])[1 + n % 9] as name
    from generate_series(1, 90) n
  ), named as (
    insert into contacts (id, name, language, created_at, updated_at)
    select contact_id, name, 'pt-BR', now() - interval '3 days' + n * interval '1 minute', now() - interval '1 day'
    from people
  ), known as (
    insert into contact_identities (channel, match_key, kind, value, contact_id)
    select 'whatsapp', 'phone:55619800' || to_char(n, 'FM0000'), 'phone', '556198000' || to_char(n, 'FM0000'), contact_id
    from people
  ), held as (
    insert into conversations (id, channel, account, contact_id, address, language, last_inbound_at, last_backend, updated_at)
    select conversation_id, 'whatsapp', '810000000000001', contact_id,
      jsonb_build_object('account', '810000000000001', 'identities', jsonb_build_array(jsonb_build_object('kind', 'phone',
        'value', '556198000' || to_char(n, 'FM0000')))),
      'pt-BR', now() - n * interval '31 minutes', 'rasa', now() - n * interval '31 minutes'
    from people
  ), said as (
    select p.*, m, now() - n * interval '31 minutes' - m * interval '4 minutes' as at,
      gen_random_uuid() as question, gen_random_uuid() as answer
    from people p, generate_series(0, 1 + (n * 7) % 5) m
  ), told as (
    insert into messages (id, seq, conversation_id, contact_id, channel, account, direction, status, origin, text, content,
      external_id, created_at)
    select question, nextval('message_seq'), conversation_id, contact_id, 'whatsapp', '810000000000001', 'in', 'received',
      'person', 'Concordo', '{"type":"text"}', 'wamid.' || question, at
    from said
  ), answered as (
    insert into messages (id, seq, conversation_id, contact_id, channel, account, direction, status, origin, text, payload,
      external_id, in_reply_to, created_at, sent_at, delivered_at, read_at)
    select answer, nextval('message_seq'), conversation_id, contact_id, 'whatsapp', '810000000000001', 'out',
      (array['read', 'read', 'delivered', 'sent'])[1 + n % 4], 'reply', 'Obrigado! Voto registrado.',
      '{"type":"text","text":{"body":"Obrigado! Voto registrado."}}', 'wamid.' || answer, question,
      at + interval '2 seconds', at + interval '2 seconds', at + interval '4 seconds', at + interval '9 seconds'
    from said
  )
  insert into interactions (id, conversation_id, contact_id, channel, account, message_id, message_text, response_text,
    response_id, backend, fallback_used, processing_time_ms, success, created_at)
  select gen_random_uuid(), conversation_id, contact_id, 'whatsapp', '810000000000001', question, 'Concordo',
    'Obrigado! Voto registrado.', answer, (array['rasa', 'rasa', 'rasa', 'templates', 'openai'])[1 + (n + m) % 5],
    (n + m) % 11 = 0, 90 + (n * 37 + m * 211) % 900, true, at + interval '1 second'
  from said;
  update contacts set name = (array['Ana Alves', 'Bruno Barros', 'Carla Costa', 'Davi Dias', 'Elisa Freitas', 'Fábio Gomes'])
    [1 + abs(hashtext(id::text)) % 6] where name is null`;
