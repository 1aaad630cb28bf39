/** References come from links that anyone can write: short, and nothing that needs escaping anywhere. */
const REFERENCE = /^[A-Za-z0-9_-]{1,64}$/;

/** Says whether a text may be what a person starts with: a campaign, a poll, a conversation of the bot. */
export function isReference(text: string): boolean {
  return REFERENCE.test(text);
}
