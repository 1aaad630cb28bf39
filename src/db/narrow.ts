import type { SqlValue } from "./driver.ts";

/** A condition with one `?` for its value; it counts only when the value is given. */
export type Condition = readonly [sql: string, value: SqlValue | undefined];

/**
 * Joins the given conditions and numbers their parameters after the first `taken` ones. What is not asked for is left
 * out rather than written as `$1 is null or ...`: PostgreSQL may plan a prepared statement before it knows its values,
 * and would then use no index for any of them.
 */
export function narrow(
  conditions: readonly Condition[],
  taken: number,
): { readonly sql: string; readonly values: readonly SqlValue[] } {
  const values: SqlValue[] = [];
  let sql = "";
  for (const [condition, value] of conditions) {
    if (value === undefined) continue;
    values.push(value);
    sql += ` and ${condition.replace("?", `$${taken + values.length}`)}`;
  }
  return { sql, values };
}
