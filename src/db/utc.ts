/**
 * Writes the SQL that shows a `timestamptz` as RFC 3339 UTC text with microseconds. A JavaScript `Date` holds
 * milliseconds only, and a page that resumes at a rounded time skips rows or shows them twice.
 */
export function utc(column: string, name = column.slice(column.lastIndexOf(".") + 1)): string {
  return `${utcText(column)} as ${name}`;
}

/** The same for any expression, without a name. */
export function utcText(expression: string): string {
  return `to_char((${expression}) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;
}
