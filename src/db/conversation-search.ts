import { narrow } from "./narrow.ts";
import type { SqlValue } from "./driver.ts";

/** Who answers a conversation: the bot, a person of ours (it is paused), or nobody, because the person wants no messages. */
export const CONVERSATION_STATES = ["bot", "human", "opted_out"] as const;

export type ConversationState = (typeof CONVERSATION_STATES)[number];

/** What a list of conversations may be narrowed by. */
export interface ConversationFilter {
  readonly channel?: string | undefined;
  /** The channels that the asker may know of; undefined: all. */
  readonly channels?: readonly string[] | undefined;
  readonly account?: string | undefined;
  readonly contact_id?: string | undefined;
  /** Part of a number, the beginning of a name or of a word in it, or part of what was said last. */
  readonly q?: string | undefined;
  readonly state?: ConversationState | undefined;
  /** The backend that answered last. */
  readonly backend?: string | undefined;
  /** Whether our last message failed or one of the person's was given up. */
  readonly trouble?: boolean | undefined;
}

/** Digits from which a part of a number is looked for: fewer are in every other number. */
const LEAST_DIGITS = 4;

/** A number as people write it. */
const NUMBER = /^[+\d][\d\s().\-/+]*$/;

/** Conversations in whose last message a text is looked for, those changed last. */
const SEARCHED = 5_000;

/** A Brazilian mobile number, or its end, written with the ninth digit; other spellings leave it out. */
const WITH_NINTH = /^((?:55)?\d{2})?9([6-9]\d{7})$/;

/**
 * The digits to look for where a search is for a number, in every spelling in which it may be kept; none where it is for
 * something else.
 */
export function searchedDigits(q: string): readonly string[] {
  const text = q
    .normalize("NFKC")
    .replace(/\p{Cf}/gu, "")
    .trim();
  // 0055 and +55 are the same; so is the 0 that is dialled before an area.
  const digits = NUMBER.test(text) ? text.replace(/\D/g, "").replace(/^0+/, "") : "";
  if (digits.length < LEAST_DIGITS) return [];
  const short = WITH_NINTH.exec(digits);
  return short === null ? [digits] : [digits, `${short[1] ?? ""}${short[2]}`];
}

const IS_OPTED_OUT = `exists (select from opt_outs o where o.contact_id = c.contact_id and o.channel = c.channel
  and o.account = c.account and o.scope = 'all' and o.revoked_at is null)`;

const IS_PAUSED = "coalesce(c.paused_until > now(), false)";

const STATES: Readonly<Record<ConversationState, string>> = {
  bot: `not ${IS_PAUSED} and not ${IS_OPTED_OUT}`,
  human: IS_PAUSED,
  opted_out: IS_OPTED_OUT,
};

/**
 * All conversations with a failed message are found first, from an index that holds nothing else; the last message is
 * looked at only of those.
 */
const TROUBLE = `(c.id in (select conversation_id from inbox where dead_at is not null and discarded_at is null)
  or (c.id in (select conversation_id from messages
      where direction = 'out' and status = 'failed' and discarded_at is null)
    and (select m.status = 'failed' and m.discarded_at is null and not m.superseded from messages m
      where m.conversation_id = c.id and m.direction = 'out' order by m.seq desc limit 1)))`;

/** What was said last in conversation `c`: the last row of the log, or what still waits in the inbox. */
export const LAST_MESSAGE = `
  select * from (
    (select m.id, m.direction, m.status, m.text, m.created_at,
       coalesce(m.payload ->> 'type', m.content ->> 'type', 'text') as content_type
     from messages m where m.conversation_id = c.id order by m.seq desc limit 1)
    union all
    (select i.message_id, 'in', 'received', i.message ->> 'text', i.received_at,
       coalesce(i.message #>> '{content,type}', 'text')
     from inbox i where i.conversation_id = c.id and i.done_at is null and not i.emitted order by i.id desc limit 1)
  ) said order by said.created_at desc limit 1`;

/**
 * What a search `$1` finds among the conversations of `own`: people by their names and numbers, and what was said last.
 * Texts are compared by position, so that no character of them means anything but itself.
 */
function searchSql(q: string, own: string, taken: number) {
  const digits = searchedDigits(q);
  const text = `lower($${taken + 1}::text)`;
  const people = `select k.id from contacts k
    where starts_with(lower(k.name), ${text}) or position(' ' || ${text} in lower(k.name)) > 0`;
  const numbers = `select i.contact_id from contact_identities i
    where i.kind = 'phone'
      and (i.match_key like any ($${taken + 2}::text[]) or i.value like any ($${taken + 2}::text[]))`;
  const said = `select c.id from (
      select * from conversations c where true${own} order by c.updated_at desc, c.id desc limit ${SEARCHED}) c
    cross join lateral (${LAST_MESSAGE}) last where position(${text} in lower(last.text)) > 0`;
  const isNumber = digits.length > 0;
  const found = isNumber ? `${people} union all ${numbers}` : people;
  return {
    sql: ` and (c.contact_id in (${found}) or c.id in (${said}))`,
    values: isNumber ? [q, digits.map((part) => `%${part}%`)] : [q],
  };
}

/** Writes the conditions on conversations `c`, with parameters numbered after the first `taken` ones. */
export function matchingConversations(
  filter: ConversationFilter,
  taken: number,
): { readonly sql: string; readonly values: readonly SqlValue[] } {
  const own = narrow(
    [
      ["c.channel = ?::text", filter.channel],
      ["c.channel = any(?::text[])", filter.channels],
      ["c.account = ?::text", filter.account],
      ["c.contact_id = ?::uuid", filter.contact_id],
      ["c.last_backend = ?::text", filter.backend],
    ],
    taken,
  );
  const search =
    filter.q === undefined
      ? { sql: "", values: [] }
      : searchSql(filter.q, own.sql, taken + own.values.length);
  const state = filter.state === undefined ? "" : ` and ${STATES[filter.state]}`;
  const trouble =
    filter.trouble === undefined ? "" : ` and ${filter.trouble ? TROUBLE : `not ${TROUBLE}`}`;
  return {
    sql: `${own.sql}${state}${trouble}${search.sql}`,
    values: [...own.values, ...search.values],
  };
}
