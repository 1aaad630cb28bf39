/** What moves a terminal's cursor or turns its lines around. */
const CONTROLS = /[\p{Cc}\u{202a}-\u{202e}\u{2066}-\u{2069}]/gu;

/** Makes a text of somebody else's safe to be shown on a terminal: line breaks stay, other controls become a mark. */
export function safeText(text: string): string {
  return text
    .replaceAll("\r\n", "\n")
    .replaceAll(CONTROLS, (found) => (found === "\n" ? found : found === "\t" ? " " : "\u{fffd}"));
}

/** The same on one line. */
export function safeLine(text: string): string {
  return safeText(text).replaceAll("\n", " ⏎ ");
}
