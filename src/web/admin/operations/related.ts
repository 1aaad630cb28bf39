/** Ids that are looked up for one webhook at most. */
const MAX_IDS = 4;

/** Keys under which providers write the id of a message. */
const ID_KEYS: ReadonlySet<string> = new Set([
  "id",
  "messageId",
  "message_id",
  "MessageSid",
  "idMensagem",
]);

/** Depth to which a body is looked into: providers nest a dozen levels, an attacker thousands. */
const MAX_DEPTH = 20;

/** Numbers of accounts and businesses stand under `id` too. */
const isMessageId = (text: string) => text.length >= 8 && text.length <= 300 && !/^\d+$/.test(text);

/**
 * Finds what may be ids of messages in the body of a webhook, the likeliest first: the deeper, the likelier, for envelopes
 * have ids of their own.
 */
export function findMessageIds(body: string): readonly string[] {
  const found: { readonly id: string; readonly depth: number }[] = [];
  const look = (value: unknown, depth: number): void => {
    if (typeof value !== "object" || value === null || depth > MAX_DEPTH) return;
    for (const [key, item] of Object.entries(value)) {
      if (typeof item === "string" && ID_KEYS.has(key) && isMessageId(item))
        found.push({ id: item, depth });
      else look(item, depth + 1);
    }
  };
  look(parse(body), 0);
  const likely = found.toSorted((a, b) => b.depth - a.depth).map(({ id }) => id);
  return [...new Set(likely)].slice(0, MAX_IDS);
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
