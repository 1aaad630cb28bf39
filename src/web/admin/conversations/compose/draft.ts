import { newKey } from "../who.ts";

/** What was typed and not sent yet, for this tab: it outlives a reload and an expired session. */
const draftKey = (conversation: string) => `ponte-draft:${conversation}`;

/** A request on its way: sent again, it is the same request. */
const requestKey = (conversation: string) => `ponte-request:${conversation}`;

export function readDraft(conversation: string): string {
  return sessionStorage.getItem(draftKey(conversation)) ?? "";
}

export function keepDraft(conversation: string, text: string): void {
  if (text === "") sessionStorage.removeItem(draftKey(conversation));
  else sessionStorage.setItem(draftKey(conversation), text);
}

/** Finds the name of a request that was tried before with the same content, or gives it a new one. */
export function nameRequest(kept: string | null, body: string): { key: string; kept: string } {
  const end = kept?.indexOf(" ") ?? -1;
  if (kept !== null && end > 0 && kept.slice(end + 1) === body)
    return { key: kept.slice(0, end), kept };
  const key = newKey();
  return { key, kept: `${key} ${body}` };
}

/** Names a request, so that trying it again after a lost answer sends nothing twice. */
export function beginRequest(conversation: string, body: string): string {
  const place = requestKey(conversation);
  const { key, kept } = nameRequest(sessionStorage.getItem(place), body);
  sessionStorage.setItem(place, kept);
  return key;
}

export function endRequest(conversation: string): void {
  sessionStorage.removeItem(requestKey(conversation));
}
