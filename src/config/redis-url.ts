/**
 * Reads a Redis address: a `redis://` or `rediss://` URL as it is, or Azure's `host:port,password=...,ssl=True` as the
 * URL that means the same. Gives undefined for anything else.
 * Source: Azure Cache for Redis, connection strings of StackExchange.Redis.
 */
export function redisUrl(text: string): string | undefined {
  if (/^rediss?:\/\//.test(text)) return URL.canParse(text) ? text : undefined;
  const [endpoint = "", ...rest] = text.split(",").map((part) => part.trim());
  if (!/^[A-Za-z0-9.-]+:\d+$/.test(endpoint)) return undefined;
  const options = new Map(rest.map(splitOption));
  const scheme = options.get("ssl")?.toLowerCase() === "true" ? "rediss" : "redis";
  const user = encodeURIComponent(options.get("user") ?? "");
  const password = encodeURIComponent(options.get("password") ?? "");
  const login = user === "" && password === "" ? "" : `${user}:${password}@`;
  return `${scheme}://${login}${endpoint}`;
}

/** Access keys end in `=`, so only the first one separates. */
function splitOption(part: string): [string, string] {
  const at = part.indexOf("=");
  return at < 0 ? [part.toLowerCase(), ""] : [part.slice(0, at).toLowerCase(), part.slice(at + 1)];
}
