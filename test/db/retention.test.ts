import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Database } from "../../src/db/driver.ts";
import { deleteExpired, RULES } from "../../src/db/retention.ts";
import { listQuickest } from "../database.ts";
import { emptyDatabase } from "./empty.ts";

const RETENTION = { rawWebhooksDays: 2, inboxDays: 8, parkedDays: 3, historyDays: 5 };

describe.each(await listQuickest())("retention", ({ open }) => {
  let db: Database;
  beforeAll(async () => {
    db = await open();
  });
  afterAll(() => db.close());

  test("every table has a rule or a reason why it is kept", async () => {
    const rows = await db.query(
      `select relname::text as name from pg_class where relkind in ('r', 'p') and not relispartition
         and relnamespace = current_schema()::regnamespace order by 1`,
    );
    expect(Object.keys(RULES).toSorted()).toEqual(rows.map(({ name }) => String(name)).toSorted());
    for (const rule of Object.values(RULES))
      if (rule.kind === "with") expect(RULES[rule.table]?.kind).toBe("days");
  });

  const KINDS = [
    {
      table: "account_notices",
      insert: `insert into account_notices (id, channel, account, severity, topic, detail, at)
        select gen_random_uuid(), 'c', 'a', 'info', 't', age, now() - age::interval`,
    },
    {
      table: "token_usage",
      insert: `insert into token_usage (day, backend, contact_id)
        select (now() - age::interval)::date, 'llm', gen_random_uuid()`,
    },
    {
      table: "sign_outs",
      insert: `insert into sign_outs (session_id, ends_at)
        select gen_random_uuid(), now() + interval '5 days' - age::interval`,
    },
  ];

  test.each(KINDS)("$table: what is past its time goes, by the table's name", async (kind) => {
    await emptyDatabase(db);
    await db.script(`${kind.insert} from unnest(array['8 days', '7 days', '1 day']) age`);
    expect(await deleteExpired(db, RETENTION)).toEqual({ [kind.table]: 2 });
    expect(await db.query(`select from ${kind.table}`)).toHaveLength(1);
    expect(await deleteExpired(db, RETENTION)).toEqual({});
  });

  test("a campaign takes its events, imports and their lines with it", async () => {
    await emptyDatabase(db);
    await db.script(`
      insert into campaigns (id, channel, accounts, name, message, created_by, finished_at)
        values ('00000000-0000-7000-8000-000000000001', 'c', '{1}', 'n', '{}', 'me', now() - interval '6 days');
      insert into campaign_events (id, campaign_id, actor, kind) select gen_random_uuid(), id, 'me', 'created' from campaigns;
      insert into campaign_imports (id, campaign_id, state, source) select id, id, 'done', 'csv' from campaigns;
      insert into campaign_import_lines (import_id, line, outcome, value, detail) select id, 1, 'invalid', '+55', 'd' from campaigns`);
    await deleteExpired(db, RETENTION);
    for (const table of [
      "campaigns",
      "campaign_events",
      "campaign_imports",
      "campaign_import_lines",
    ])
      expect(await db.query(`select from ${table}`)).toEqual([]);
  });
});
