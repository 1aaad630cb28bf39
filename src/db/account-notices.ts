import type { Queryable } from "./driver.ts";

/** Something that a provider told of our accounts or templates. */
export interface NoticeRow {
  /** Follows from what it says, so that the same notice told twice is one. */
  readonly id: string;
  readonly channel: string;
  readonly account: string;
  readonly severity: "info" | "warning" | "alert";
  readonly topic: string;
  readonly detail: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Keeps notices; those that are known change nothing. The time is when we first heard of them. */
export async function saveNotices(db: Queryable, all: readonly NoticeRow[]): Promise<void> {
  const rows = [...new Map(all.map((row) => [row.id, row])).values()].toSorted((a, b) =>
    a.id < b.id ? -1 : 1,
  );
  if (rows.length === 0) return;
  await db.query(
    `insert into account_notices (id, channel, account, severity, topic, detail, data)
     select id, channel, account, severity, topic, detail, data::jsonb
     from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[])
       as n (id, channel, account, severity, topic, detail, data)
     on conflict (id) do nothing`,
    [
      rows.map(({ id }) => id),
      rows.map(({ channel }) => channel),
      rows.map(({ account }) => account),
      rows.map(({ severity }) => severity),
      rows.map(({ topic }) => topic),
      rows.map(({ detail }) => detail),
      rows.map(({ data }) => JSON.stringify(data)),
    ],
  );
}
