import type { ApiClient } from "../api.ts";
import type { Choice } from "./filter.ts";
import { type Plan, plan } from "./rows.ts";

/** What can be done to dead letters. */
export type Deed = "replay" | "discard";

/** Ids that one call may name. */
const MAX_IDS = 500;

const NOTHING: Plan = { matched: 0, by_kind: {}, by_reason: {}, by_code: {}, by_channel: {} };

function add(a: Readonly<Record<string, number>>, b: Readonly<Record<string, number>>) {
  const sum: Record<string, number> = { ...a };
  for (const [word, count] of Object.entries(b)) sum[word] = (sum[word] ?? 0) + count;
  return sum;
}

function addPlans(a: Plan, b: Plan): Plan {
  return {
    matched: a.matched + b.matched,
    by_kind: add(a.by_kind, b.by_kind),
    by_reason: add(a.by_reason, b.by_reason),
    by_code: add(a.by_code, b.by_code),
    by_channel: add(a.by_channel, b.by_channel),
  };
}

/** Parts a list into pieces of at most `size`. */
export function inPieces<Item>(items: readonly Item[], size: number): Item[][] {
  const count = Math.ceil(items.length / size);
  return Array.from({ length: count }, (_, index) => items.slice(index * size, (index + 1) * size));
}

/** Counts what is meant; touches nothing. */
export async function readPlan(api: ApiClient, deed: Deed, choice: Choice): Promise<Plan> {
  const ask = (which: object) =>
    api.send("POST", `/dead-letters/${deed}`, plan, { body: { ...which, dry_run: true } });
  if ("filter" in choice) return ask(choice);
  let sum = NOTHING;
  for (const ids of inPieces(choice.ids, MAX_IDS)) sum = addPlans(sum, await ask({ ids }));
  return sum;
}

const PARTS = [
  ["kind", "by_kind"],
  ["reason", "by_reason"],
  ["code", "by_code"],
  ["channel", "by_channel"],
] as const;

/** A plan as a few lines. */
export function planText(found: Plan): string {
  if (found.matched === 0) return "There are no such dead letters.";
  const parts = PARTS.flatMap(([label, key]) => {
    const words = Object.entries(found[key]).toSorted(([, a], [, b]) => b - a);
    if (words.length === 0) return [];
    return [`${label.padEnd(8)} ${words.map(([word, count]) => `${word} ${count}`).join(", ")}`];
  });
  return [`${found.matched} dead letters`, ...parts].join("\n");
}
