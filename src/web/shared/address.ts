/** Query values; what is undefined or "" is left out. */
export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

const BASE = "/api/v1";

/** The address of an operation of the API. */
export function addressOf(path: string, query: Query = {}): string {
  const values = new URLSearchParams();
  for (const [name, value] of Object.entries(query))
    if (value !== undefined && value !== "") values.set(name, String(value));
  return `${BASE}${path}${values.size === 0 ? "" : `?${values.toString()}`}`;
}
