/** What may stand inside a mark. Each mark ends at the next one of its kind, so that reading stays linear. */
const PATTERN = new RegExp(
  [
    String.raw`(?<address>https?:\/\/[^\s]+)`,
    // The mark of a block of code stands on a line of its own where the text was split there.
    "```\\n?(?<block>(?:(?!```)[^])+?)\\n?```",
    "`(?<code>[^`\\n]+)`",
    String.raw`(?<![\w*])\*(?=\S)(?<bold>[^*\n]+)(?<=\S)\*(?![\w*])`,
    String.raw`(?<![\w_])_(?=\S)(?<italic>[^_\n]+)(?<=\S)_(?![\w_])`,
    String.raw`(?<![\w~])~(?=\S)(?<struck>[^~\n]+)(?<=\S)~(?![\w~])`,
  ].join("|"),
  "g",
);

/** Takes WhatsApp's marks off a text, which a phone would show as they are. Addresses keep every character. */
export function withoutMarks(text: string): string {
  return text.replace(PATTERN, (...found: unknown[]) => {
    const whole = String(found[0]);
    const groups = found.at(-1);
    if (typeof groups !== "object" || groups === null) return whole;
    const [kind, inner] = Object.entries(groups).find(([, value]) => value !== undefined) ?? [];
    if (typeof inner !== "string" || kind === "address") return whole;
    // Inside a mark there is none of its own kind, so this goes no deeper than there are kinds.
    return kind === "block" || kind === "code" ? inner : withoutMarks(inner);
  });
}
