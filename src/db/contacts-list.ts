import { z } from "zod";
import { contactRow, identityRow } from "./contacts-read.ts";
import type { Queryable } from "./driver.ts";
import { narrow } from "./narrow.ts";
import type { Page } from "./page.ts";
import { utc, utcText } from "./utc.ts";

/** A person in a list. */
export const listedContact = contactRow.extend({ identities: z.array(identityRow) });

export type ListedContact = z.infer<typeof listedContact>;

/** What a list of people may be narrowed by. */
export interface ContactFilter {
  readonly channel?: string | undefined;
  /** The keys under which an identity may be kept; on the channels of `lookIn`. */
  readonly keys?: readonly string[] | undefined;
  readonly lookIn: readonly string[];
  /** The beginning of the name, whatever its case. */
  readonly name?: string | undefined;
  readonly since?: string | undefined;
  /** Channels whose people are listed, and by which they are named; undefined: all. */
  readonly channels: readonly string[] | undefined;
}

const HAS = "exists (select from contact_identities i where i.contact_id = p.id and i.channel";

/** Lists people, the newest first. Throws `store_*`. */
export async function listContacts(
  db: Queryable,
  filter: ContactFilter,
  page: Page,
): Promise<ListedContact[]> {
  const { channels, keys, lookIn } = filter;
  const { sql, values } = narrow(
    [
      [`${HAS} = any(?::text[]))`, channels],
      [`${HAS} = ?::text)`, filter.channel],
      [
        `p.id in (select i.contact_id from contact_identities i
          where (i.channel, i.match_key) in (select w.channel, w.key from jsonb_to_recordset(?::text::jsonb)
            as w (channel text, key text)))`,
        keys && JSON.stringify(lookIn.flatMap((channel) => keys.map((key) => ({ channel, key })))),
      ],
      ["starts_with(lower(p.name), lower(?::text))", filter.name],
      ["p.created_at >= ?::timestamptz", filter.since],
    ],
    4,
  );
  const rows = await db.query(
    `select p.id, p.name, p.username, p.language, p.properties, ${utc("p.created_at")}, ${utc("p.updated_at")},
       coalesce((
         select json_agg(json_build_object('channel', i.channel, 'kind', i.kind, 'value', i.value,
           'created_at', ${utcText("i.created_at")}, 'last_seen_at', ${utcText("i.last_seen_at")})
           order by i.channel, i.last_seen_at desc, i.match_key)
         from contact_identities i
         where i.contact_id = p.id and ($4::text[] is null or i.channel = any($4::text[]))), '[]') as identities
     from contacts p
     where (p.created_at, p.id) < ($1::timestamptz, $2::uuid)${sql}
     order by p.created_at desc, p.id desc limit $3::int`,
    [page.after.at, page.after.id, page.limit, channels ?? null, ...values],
  );
  return z.array(listedContact).parse(rows);
}
