/** Words by which people leave and come back, as the provider itself understands them. Source: ACS SMS documentation, opt-out. */
const LEAVING = [
  "STOP",
  "ARRET",
  "QUIT",
  "END",
  "REVOKE",
  "OPT OUT",
  "CANCEL",
  "UNSUBSCRIBE",
] as const;
const RETURNING = ["START", "UNSTOP"] as const;

/**
 * Says whether a text, as a whole, is one of the words that the provider acts upon: true for leaving, false for coming
 * back. All other words, Portuguese ones among them, are commands of the bridge.
 */
export function readKeyword(text: string): boolean | undefined {
  const word = text.trim().replace(/\s+/g, " ").toUpperCase();
  if (LEAVING.some((each) => each === word)) return true;
  return RETURNING.some((each) => each === word) ? false : undefined;
}
