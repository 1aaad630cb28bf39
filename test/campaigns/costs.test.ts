import { describe, expect, test } from "@jest/globals";
import { actualCost, estimateCost, serviceCost } from "../../src/campaigns/costs.ts";

const PRICES = {
  currency: "BRL",
  prices: { whatsapp: { marketing: 0.35, utility: 0.04, service: 0.02 } },
  freeServiceMessages: 1_000,
};

const used = (count: number, month = "2026-10") => ({
  channel: "whatsapp",
  account: "111",
  month,
  count,
});

describe("an estimate", () => {
  const planned = { channel: "whatsapp", category: "marketing", count: 100, service: [] };

  test.each([
    { label: "is count times price", of: planned, want: { amount: 35, notes: [] } },
    { label: "of nobody is nothing", of: { ...planned, count: 0 }, want: { amount: 0 } },
    {
      label: "of many small prices gathers no error",
      of: { ...planned, category: "utility", count: 1_000_003 },
      want: { amount: 40_000.12 },
    },
    {
      label: "without a price for the category is unknown, never nothing",
      of: { ...planned, category: "authentication" },
      want: {
        amount: null,
        notes: [{ code: "price_unknown", channel: "whatsapp", category: "authentication" }],
      },
    },
    {
      label: "without a category is unknown",
      of: { ...planned, category: null },
      want: { amount: null },
    },
    {
      label: "on a channel without prices is unknown",
      of: { ...planned, channel: "serpro" },
      want: { amount: null },
    },
    {
      label: "is not read from what every object has",
      of: { ...planned, category: "constructor" },
      want: { amount: null },
    },
    {
      label: "of service messages begins where the month's allowance ends",
      of: { ...planned, category: "service", service: [used(950)] },
      want: { amount: 1, notes: [{ code: "free_service_messages", count: 50 }] },
    },
    {
      label: "within the allowance costs nothing, though no price is known",
      of: { ...planned, channel: "serpro", category: "service", service: [used(0)] },
      want: { amount: 0 },
    },
    {
      label: "of a template has no allowance",
      of: { ...planned, category: "utility", service: [used(0)] },
      want: { amount: 4, notes: [] },
    },
  ])("$label", ({ of, want }) => {
    expect(estimateCost(PRICES, of)).toMatchObject({ currency: "BRL", ...want });
  });
});

describe("what was billed", () => {
  const row = {
    channel: "whatsapp",
    account: "111",
    month: "2026-10",
    category: "marketing",
    billable: true,
    count: 10,
  };

  test.each([
    { label: "costs its price", rows: [row], want: { amount: 3.5, notes: [] } },
    {
      label: "of several numbers is one line each category",
      rows: [row, { ...row, account: "222" }],
      want: { amount: 7, by_category: [{ category: "marketing", count: 20, amount: 7 }] },
    },
    {
      label: "and is not billable costs nothing",
      rows: [{ ...row, billable: false }],
      want: { amount: 0 },
    },
    {
      label: "without a known price makes the sum unknown",
      rows: [row, { ...row, category: "authentication" }],
      want: { amount: null },
    },
    {
      label: "is told apart from what the provider said nothing of",
      rows: [row, { ...row, category: null, billable: null, count: 4 }],
      want: { amount: 3.5, notes: [{ code: "price_not_reported", count: 4 }] },
    },
    {
      label: "is unknown while the provider has said nothing at all",
      rows: [{ ...row, category: null, billable: null }],
      want: { amount: null, notes: [{ code: "price_not_reported", count: 10 }] },
    },
    { label: "of nothing is nothing", rows: [], want: { amount: 0, notes: [] } },
    {
      label: "of service messages shares the month's allowance with all others",
      rows: [{ ...row, category: "service", count: 100 }],
      service: [used(2_000)],
      want: { amount: 1, notes: [{ code: "free_service_messages", count: 50 }] },
    },
    {
      label: "of service messages knows each month apart",
      rows: [{ ...row, category: "service", count: 100 }],
      service: [used(2_000, "2026-11"), used(500)],
      want: { amount: 0 },
    },
  ])("$label", ({ rows, service = [], want }) => {
    expect(actualCost(PRICES, rows, service)).toMatchObject(want);
  });
});

test.each([
  { label: "a number with allowance left", count: 400, want: { free: 400, left: 600, amount: 0 } },
  { label: "a number past it", count: 1_100, want: { free: 1_000, left: 0, amount: 2 } },
])("$label", ({ count, want: { amount, ...want } }) => {
  expect(serviceCost(PRICES, used(count))).toMatchObject({ ...want, cost: { amount } });
});
