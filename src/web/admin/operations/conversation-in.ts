const ID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;

const fieldOf = (value: unknown, key: string): unknown =>
  typeof value === "object" && value !== null && key in value
    ? Object.entries(value).find(([name]) => name === key)?.[1]
    : undefined;

/** The conversation that the payload of an event names; undefined where it names none. */
export function conversationIn(payload: unknown): string | undefined {
  const id = fieldOf(fieldOf(payload, "data"), "conversation_id");
  return typeof id === "string" && ID.test(id) ? id : undefined;
}
