import { randomUUIDv7 } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { ImportRow } from "../../../src/campaigns/import/read-row.ts";
import { readFields } from "../../../src/campaigns/import/read-row.ts";
import { runImport } from "../../../src/campaigns/import/run-import.ts";
import { listReportLines } from "../../../src/db/campaign-import-lines.ts";
import {
  failDeadImports,
  findImport,
  hasRunningImport,
  startImport,
} from "../../../src/db/campaign-imports.ts";
import { FIRST_PLACE, listRecipients } from "../../../src/db/campaign-recipients.ts";
import type { Database } from "../../../src/db/driver.ts";
import { BridgeError } from "../../../src/errors.ts";
import { listQuickest } from "../../database.ts";
import { until } from "../../until.ts";
import { addCampaign, addPerson } from "./scene.ts";

const row = (line: number, to: string): ImportRow =>
  readFields(line, { to, params: { nome: `Ana ${line}` } }, undefined);

/** A number that is nobody else's. */
const phone = (number: number): string => `+5561${991_000_000 + number}`;

const rows = (from: number, count: number): ImportRow[] =>
  Array.from({ length: count }, (_value, index) => row(index + 2, phone(from + index)));

/** The same people the other way round. */
const backwards = (count: number): ImportRow[] =>
  Array.from({ length: count }, (_value, index) => row(index + 2, phone(count - 1 - index)));

describe.each(await listQuickest())("on $label", ({ open }) => {
  let db: Database;
  beforeAll(async () => {
    db = await open();
  });
  afterAll(() => db.close());

  const add = (
    campaignId: string,
    list: AsyncIterable<ImportRow> | Iterable<ImportRow>,
    { maxRecipients = 1_000_000, id = randomUUIDv7() } = {},
  ) => {
    const job = {
      id,
      campaignId,
      source: "csv",
      settings: { params: ["nome"] },
      maxRecipients,
    } as const;
    return runImport(db, job, list);
  };

  const namesOf = async (campaignId: string) =>
    (await listRecipients(db, campaignId, {}, { after: FIRST_PLACE, limit: 10_000 })).map(
      ({ identity, status }) => `${identity.value} ${status}`,
    );

  test("a list is added in its order, in batches, whatever order its keys have", async () => {
    const campaign = await addCampaign(db);
    const list = backwards(2_500);
    const { summary } = await add(campaign, list);
    expect(summary).toMatchObject({ state: "done", rows_read: 2_500, added: 2_500, error: null });
    expect(await namesOf(campaign)).toEqual(
      list.map((one) => (one.kind === "recipient" ? `${one.identity.value} queued` : "")),
    );
  });

  test("who is there already is added once, with and without the ninth digit, and reported", async () => {
    const campaign = await addCampaign(db);
    await add(campaign, [row(2, "+5561991112222")]);
    const { summary, sample } = await add(campaign, [
      row(2, "+556191112222"),
      row(3, "+5561991113333"),
      row(4, "+556191113333"),
      row(5, "nobody"),
    ]);
    expect(summary).toMatchObject({ rows_read: 4, added: 1, duplicate: 2, invalid: 1 });
    const detail = "the person is in the campaign or further up in this list already";
    const wrong = "has no country code: write it as +5561991112222";
    expect(sample).toEqual([
      { line: 2, outcome: "duplicate", value: "+556191112222", detail },
      { line: 4, outcome: "duplicate", value: "+556191113333", detail },
      { line: 5, outcome: "invalid", value: "nobody", detail: wrong },
    ]);
    expect(await listReportLines(db, summary.id, 0, 10)).toEqual(sample);
    expect(await namesOf(campaign)).toEqual(["5561991112222 queued", "5561991113333 queued"]);
  });

  test("the same person at both ends of a list of several batches is added once", async () => {
    const campaign = await addCampaign(db);
    const { summary } = await add(campaign, [...rows(0, 1_500), row(1_502, phone(0))]);
    expect(summary).toMatchObject({ rows_read: 1_501, added: 1_500, duplicate: 1 });
  });

  test.each([
    { label: "all messages", scope: "all", category: null, number: 900_041, want: "skipped" },
    {
      label: "promotions, of a promotion,",
      scope: "marketing",
      category: "MARKETING",
      number: 900_042,
      want: "skipped",
    },
    {
      label: "promotions, of something else,",
      scope: "marketing",
      category: "UTILITY",
      number: 900_043,
      want: "queued",
    },
  ] as const)("who has refused $label is $want", async ({ scope, category, number, want }) => {
    const campaign = await addCampaign(db, { category });
    const value = phone(number).slice(1);
    await addPerson(db, { value, key: `phone:5561${value.slice(5)}` }, scope);
    const { summary } = await add(campaign, [row(2, phone(number))]);
    expect(summary).toMatchObject(
      want === "skipped" ? { added: 0, opted_out: 1 } : { added: 1, opted_out: 0 },
    );
    expect(await namesOf(campaign)).toEqual([`${value} ${want}`]);
  });

  test.each(["draft", "scheduled", "running", "paused"])(
    "a %s campaign takes more",
    async (state) => {
      const campaign = await addCampaign(db, { state });
      expect((await add(campaign, rows(0, 1))).summary.added).toBe(1);
    },
  );

  test.each(["done", "cancelled"])("a %s campaign takes no more", async (state) => {
    const campaign = await addCampaign(db, { state });
    await expect(add(campaign, rows(0, 1))).rejects.toMatchObject({ code: "request_conflict" });
    expect(await namesOf(campaign)).toEqual([]);
  });

  test("a campaign that is cancelled meanwhile takes nothing of the next batch", async () => {
    const campaign = await addCampaign(db);
    async function* list() {
      yield* rows(0, 1_000);
      await until(async () => (await namesOf(campaign)).length === 1_000);
      await db.query("update campaigns set state = 'cancelled' where id = $1::text::uuid", [
        campaign,
      ]);
      yield* rows(1_000, 10);
    }
    await expect(add(campaign, list())).rejects.toMatchObject({ code: "request_conflict" });
    expect(await namesOf(campaign)).toHaveLength(1_000);
  });

  test("a list that breaks off ends as failed, and sent again adds the rest", async () => {
    const campaign = await addCampaign(db);
    const id = randomUUIDv7();
    async function* half() {
      yield* rows(0, 1_200);
      await sleep(1);
      throw new BridgeError("request_malformed", "the body broke off");
    }
    await expect(add(campaign, half(), { id })).rejects.toMatchObject({
      code: "request_malformed",
      detail: `the body broke off; 1200 lines were read before, see the report of import ${id}`,
    });
    expect(await findImport(db, campaign, id)).toMatchObject({
      state: "failed",
      error: "the body broke off",
      rows_read: 1_200,
      added: 1_200,
    });
    const { summary } = await add(campaign, rows(0, 1_500));
    expect(summary).toMatchObject({ state: "done", added: 300, duplicate: 1_200 });
  });

  test("a campaign takes no more than it may hold", async () => {
    const campaign = await addCampaign(db);
    const full = add(campaign, rows(0, 50), { maxRecipients: 30 });
    await expect(full).rejects.toMatchObject({ code: "request_conflict" });
    expect(await namesOf(campaign)).toHaveLength(30);
    const again = add(campaign, rows(0, 30), { maxRecipients: 30 });
    await expect(again).rejects.toMatchObject({ code: "request_conflict" });
    expect(await namesOf(campaign)).toHaveLength(30);
  });

  test("two lists of the same people in opposite order add each once", async () => {
    const campaign = await addCampaign(db);
    const results = await Promise.all([
      add(campaign, rows(0, 3_000)),
      add(campaign, backwards(3_000)),
    ]);
    const added = results.reduce((sum, { summary }) => sum + summary.added, 0);
    expect(added).toBe(3_000);
    expect(new Set(await namesOf(campaign)).size).toBe(3_000);
  });

  test("the import of a process that died is failed, and it adds nothing any more", async () => {
    const campaign = await addCampaign(db);
    const id = randomUUIDv7();
    async function* slow() {
      yield* rows(0, 1_000);
      await until(() => hasRunningImport(db, campaign));
      await db.query(
        "update campaign_imports set touched_at = now() - interval '121 seconds' where id = $1::text::uuid",
        [id],
      );
      expect(await hasRunningImport(db, campaign)).toBe(false);
      await failDeadImports(db, campaign);
      yield* rows(1_000, 1_000);
    }
    await expect(add(campaign, slow(), { id })).rejects.toMatchObject({ code: "request_conflict" });
    expect(await findImport(db, campaign, id)).toMatchObject({
      state: "failed",
      error: "the process that read the list died; send the list again",
    });
    expect((await namesOf(campaign)).length).toBeLessThanOrEqual(1_000);
  });

  test("a list that is being read is seen as such", async () => {
    const campaign = await addCampaign(db);
    const begun = {
      id: randomUUIDv7(),
      campaignId: campaign,
      source: "csv",
      settings: {},
    } as const;
    expect(await hasRunningImport(db, campaign)).toBe(false);
    await startImport(db, begun);
    expect(await hasRunningImport(db, campaign)).toBe(true);
    await failDeadImports(db, campaign);
    expect(await hasRunningImport(db, campaign)).toBe(true);
  });

  test("values that mean something to SQL or JSON are only values", async () => {
    const campaign = await addCampaign(db);
    const nasty = `'; drop table campaigns; -- "\\u0000 {{nome}} $1 \u2028`;
    await add(campaign, [
      readFields(2, { to: phone(1), name: nasty, params: { [nasty]: nasty } }, undefined),
    ]);
    const [stored] = await listRecipients(db, campaign, {}, { after: FIRST_PLACE, limit: 1 });
    expect(stored).toMatchObject({ name: nasty.trim(), params: { [nasty.trim()]: nasty.trim() } });
  });
});
