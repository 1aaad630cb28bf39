import { saveNotices } from "../db/account-notices.ts";
import type { Queryable } from "../db/driver.ts";
import { applyTemplateNews } from "../db/template-news.ts";
import { derivedId } from "../identity.ts";
import type { AccountNotice } from "../account-notice.ts";
import { storableRecord } from "../storable.ts";
import type { Arrived } from "./side-events.ts";

/** A notice with the id of the webhook it came in and its place there. */
export interface ArrivedNotice extends Arrived<AccountNotice> {
  readonly eventId: string;
  readonly place: number;
}

/** Keeps what providers tell of our accounts, and brings their templates up to date. Told again, it changes nothing. */
export async function storeNotices(
  db: Queryable,
  arrived: readonly ArrivedNotice[],
): Promise<void> {
  await saveNotices(db, arrived.map(toRow));
  const news = arrived.flatMap(({ channel, update: { template, at } }) =>
    template === undefined ? [] : [{ channel, at, ...NO_NEWS, ...template }],
  );
  await applyTemplateNews(db, news);
}

const NO_NEWS = {
  externalId: undefined,
  status: undefined,
  reason: undefined,
  quality: undefined,
  category: undefined,
  isStale: false,
} as const;

/** A notice with a time is the same whenever it is told; one without is another one each time. */
function toRow({ channel, update, eventId, place }: ArrivedNotice) {
  const { account, severity, topic, detail, at, data = {} } = update;
  const kept = storableRecord(data);
  const what = at === undefined ? [eventId, place] : [topic, at, detail, kept];
  const id = derivedId(`notice\n${channel}\n${account}`, JSON.stringify(what));
  return { id, channel, account, severity, topic, detail, data: kept };
}
