import { randomUUIDv7 } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { Database } from "../../../src/db/driver.ts";
import { readCampaignReport } from "../../../src/http/api/campaign-report.ts";
import { listQuickest } from "../../database.ts";
import { addCampaigns, addMessage, addRecipient, CAMPAIGN } from "../../db/campaign-rows.ts";
import { CHANNELS } from "./api-client.ts";
import { emptyDatabase } from "../../db/empty.ts";

const PRICES = {
  currency: "BRL",
  prices: { whatsapp: { marketing: 0.5, utility: 0.1, service: 0.02 } },
  freeServiceMessages: 3,
};

const TEMPLATE = {
  id: CAMPAIGN,
  channel: "whatsapp",
  accounts: ["111"],
  message: { template: { name: "aviso", language: "pt_BR" } },
  category: "MARKETING",
  rate_per_second: 2,
};

describe.each(await listQuickest())("the report of a campaign on $label", ({ open }) => {
  let db: Database;

  beforeAll(async () => {
    db = await open();
  });

  afterAll(() => db.close());

  beforeEach(async () => {
    await emptyDatabase(db);
    await addCampaigns(db);
  });

  const report = (campaign: Partial<Parameters<typeof readCampaignReport>[0]> = {}) =>
    readCampaignReport(
      { ...TEMPLATE, ...campaign },
      {
        db,
        channels: CHANNELS,
        hint: (type, code, language) =>
          code === "131026" ? `${type} ${code} ${language}` : undefined,
        costs: PRICES,
      },
      "pt-BR",
    );

  const billed = async (pricing: object | null, status = "delivered") => {
    const recipient = await addRecipient(db, "released");
    const id = await addMessage(db, { recipient, status });
    await db.query("update messages set pricing = $2::text::jsonb where id = $1::text::uuid", [
      id,
      pricing === null ? null : JSON.stringify(pricing),
    ]);
  };

  test("what is queued is estimated in time and money", async () => {
    for (let n = 0; n < 5; n += 1) await addRecipient(db, "open");
    await addRecipient(db, "skipped");
    expect(await report()).toMatchObject({
      figures: { audience: 6, queued: 5, skipped: 1 },
      eta_seconds: 3,
      cost: { estimated: { currency: "BRL", amount: 2.5 }, actual: { amount: 0 } },
    });
  });

  test.each([
    { label: "the campaign's own", category: "UTILITY", want: 0.1 },
    { label: "that of the template, where the campaign has none", category: null, want: 0.5 },
  ])("the category is $label", async ({ category, want }) => {
    await addRecipient(db, "open");
    await db.query(
      `insert into templates (id, channel, name, language, category, status)
       values ($1::text::uuid, 'whatsapp', 'aviso', 'pt_BR', 'MARKETING', 'APPROVED')`,
      [randomUUIDv7()],
    );
    expect((await report({ category })).cost.estimated.amount).toBe(want);
  });

  test("a template of which nothing is known has no estimate, and the note is in the caller's language", async () => {
    await addRecipient(db, "open");
    const { cost } = await report({ category: null });
    expect(cost.estimated).toMatchObject({
      amount: null,
      notes: [
        {
          code: "price_unknown",
          detail: "costs.prices não tem preço para whatsapp e categoria desconhecida",
        },
      ],
    });
  });

  test("what was sent costs what the provider said of it", async () => {
    await billed({ category: "MARKETING", billable: true });
    await billed({ category: "utility", billable: true }, "read");
    await billed({ category: "utility", billable: false });
    await billed(null, "sent");
    await billed({ category: "marketing", billable: true }, "failed");
    const { actual } = (await report()).cost;
    expect(actual).toMatchObject({
      amount: 0.6,
      notes: [{ code: "price_not_reported" }],
    });
  });

  test("texts come under the allowance of their number first", async () => {
    const message = { text: "Olá" };
    for (let n = 0; n < 2; n += 1) await billed({ category: "service", billable: true });
    for (let n = 0; n < 4; n += 1) await addRecipient(db, "open");
    const { cost } = await report({ message, category: null });
    expect(cost.actual.amount).toBe(0);
    expect(cost.estimated).toMatchObject({ amount: 0.06 });
    for (let n = 0; n < 2; n += 1) await billed({ category: "service", billable: true });
    expect((await report({ message, category: null })).cost.actual.amount).toBe(0.02);
  });

  test("failures come with a hint in the caller's language", async () => {
    for (const error of [
      { code: "131026", title: "Undeliverable" },
      { reason: "channel_unavailable" },
    ])
      await addMessage(db, {
        recipient: await addRecipient(db, "released"),
        status: "failed",
        error,
      });
    const { failures } = await report();
    expect(failures).toMatchObject([
      { code: "131026", reason: null, count: 1, hint: "cloud 131026 pt-BR" },
      {
        code: null,
        reason: "channel_unavailable",
        count: 1,
        hint: expect.stringContaining("provedor"),
      },
    ]);
    expect(failures[0]).not.toHaveProperty("channel");
  });
});
