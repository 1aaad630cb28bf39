const MASK = "[secret]";

/** Characters below which a value is too common to be looked for: hiding it would garble every answer. */
const SHORTEST_SECRET = 8;

/**
 * Makes the function that copies a JSON value with every secret in its texts masked. Providers repeat our keys in
 * their webhooks, whose bodies are kept as they came.
 */
export function createSecretHider(secrets: readonly string[]): (value: unknown) => unknown {
  // The longest first: a secret may contain another.
  const sought = secrets
    .filter(({ length }) => length >= SHORTEST_SECRET)
    .toSorted((a, b) => b.length - a.length);
  const hideText = (text: string) =>
    sought.reduce((rest, secret) => rest.replaceAll(secret, MASK), text);
  const hide = (value: unknown): unknown => {
    if (typeof value === "string") return hideText(value);
    if (Array.isArray(value)) return value.map(hide);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [hideText(key), hide(item)]),
    );
  };
  return sought.length === 0 ? (value) => value : hide;
}
