import type { BilledMessages, ServiceMessages } from "../db/costs.ts";

/** What messages cost, as the operator wrote it down. */
export interface Prices {
  readonly currency: string;
  /** By channel and category. */
  readonly prices: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Of a number and month. */
  readonly freeServiceMessages: number;
}

/** Why a cost is not known, or is less than counts times price. */
export type CostNote =
  | { readonly code: "price_unknown"; readonly channel: string; readonly category: string | null }
  | { readonly code: "price_not_reported"; readonly count: number }
  | { readonly code: "free_service_messages"; readonly count: number };

/** A sum of money, for orientation: the provider's bill counts. */
export interface Cost {
  readonly currency: string;
  /** Null where a price is not known: an unknown price is not nothing. */
  readonly amount: number | null;
  readonly by_category: readonly {
    readonly channel: string;
    readonly category: string | null;
    readonly count: number;
    readonly amount: number | null;
  }[];
  readonly notes: readonly CostNote[];
}

const SERVICE = "service";

/** Money is added in millionths, so that a hundred thousand cents do not gather an error. */
const PRECISION = 1_000_000;

const round = (amount: number): number => Math.round(amount * PRECISION) / PRECISION;

function priceOf({ prices }: Prices, channel: string, category: string | null): number | undefined {
  const byCategory = prices[channel];
  if (byCategory === undefined || category === null) return undefined;
  return Object.hasOwn(byCategory, category) ? byCategory[category] : undefined;
}

interface Share {
  readonly channel: string;
  readonly category: string | null;
  /** All of them, and of these what is to be paid for. */
  readonly count: number;
  readonly paid: number;
}

function sum(prices: Prices, shares: readonly Share[], told: readonly CostNote[]): Cost {
  const groups = Map.groupBy(shares, ({ channel, category }) => `${channel}\n${category ?? ""}`);
  const byCategory = [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const { channel, category } = first;
    const count = group.reduce((total, share) => total + share.count, 0);
    const paid = group.reduce((total, share) => total + share.paid, 0);
    const price = paid === 0 ? 0 : priceOf(prices, channel, category);
    return [{ channel, category, count, amount: price === undefined ? null : round(paid * price) }];
  });
  const unknown = byCategory.filter(({ amount }) => amount === null);
  return {
    currency: prices.currency,
    amount:
      unknown.length > 0
        ? null
        : round(byCategory.reduce((total, { amount }) => total + (amount ?? 0), 0)),
    by_category: byCategory,
    notes: [
      ...unknown.map(
        ({ channel, category }) => ({ code: "price_unknown", channel, category }) as const,
      ),
      ...told,
    ],
  };
}

/** What is to be sent. */
export interface Planned {
  readonly channel: string;
  /** `service` for what is no template; null where the category is not known. */
  readonly category: string | null;
  readonly count: number;
  /** Service messages of the accounts' month so far; matter only to what is no template. */
  readonly service: readonly ServiceMessages[];
}

/** Estimates what is still to be sent costs, if every message arrives. */
export function estimateCost(prices: Prices, planned: Planned): Cost {
  const { channel, category, count, service } = planned;
  const left =
    category === SERVICE
      ? service.reduce(
          (free, used) => free + Math.max(0, prices.freeServiceMessages - used.count),
          0,
        )
      : 0;
  const free = Math.min(count, left);
  return sum(
    prices,
    [{ channel, category, count, paid: count - free }],
    free === 0 ? [] : [{ code: "free_service_messages", count: free }],
  );
}

/** The part of a month's service messages that is to be paid: the allowance is everybody's alike. */
function paidShare(used: number, allowance: number): number {
  return used === 0 ? 0 : Math.max(0, used - allowance) / used;
}

/**
 * Adds up what a campaign's messages cost by what the provider said of each. What the provider said nothing of yet is not in
 * the sum, and a note says how many.
 */
export function actualCost(
  prices: Prices,
  billed: readonly BilledMessages[],
  service: readonly ServiceMessages[],
): Cost {
  const isReported = (row: BilledMessages) => row.category !== null || row.billable === false;
  const shares = billed.filter(isReported).map((row) => {
    const month = service.find(
      (one) =>
        one.channel === row.channel && one.account === row.account && one.month === row.month,
    );
    const share =
      row.category === SERVICE
        ? paidShare(month?.count ?? row.count, prices.freeServiceMessages)
        : 1;
    const paid = row.billable === false ? 0 : Math.round(row.count * share);
    return { channel: row.channel, category: row.category, count: row.count, paid };
  });
  const free = shares
    .filter(({ category }) => category === SERVICE)
    .reduce((total, { count, paid }) => total + count - paid, 0);
  const silent = billed
    .filter((row) => !isReported(row))
    .reduce((total, { count }) => total + count, 0);
  const cost = sum(prices, shares, [
    ...(free === 0 ? [] : [{ code: "free_service_messages", count: free } as const]),
    ...(silent === 0 ? [] : [{ code: "price_not_reported", count: silent } as const]),
  ]);
  return shares.length === 0 && silent > 0 ? { ...cost, amount: null } : cost;
}

/** Service messages of one account and month, and what they cost. */
export function serviceCost(prices: Prices, used: ServiceMessages) {
  const { channel, account, month, count } = used;
  const free = Math.min(count, prices.freeServiceMessages);
  const cost = sum(
    prices,
    [{ channel, category: SERVICE, count, paid: count - free }],
    free === 0 ? [] : [{ code: "free_service_messages", count: free }],
  );
  return { channel, account, month, count, free, left: prices.freeServiceMessages - free, cost };
}
