/** The named characters that people and editors really write; letters with marks are composed below. */
const NAMED: Readonly<Record<string, string>> = {
  amp: "&",
  apos: "'",
  bull: "•",
  cent: "¢",
  copy: "©",
  deg: "°",
  euro: "€",
  frac12: "½",
  gt: ">",
  hellip: "…",
  iexcl: "¡",
  iquest: "¿",
  laquo: "«",
  larr: "←",
  ldquo: "“",
  lsquo: "‘",
  lt: "<",
  mdash: "—",
  middot: "·",
  nbsp: "\u00a0",
  ndash: "–",
  ordf: "ª",
  ordm: "º",
  para: "¶",
  plusmn: "±",
  pound: "£",
  quot: '"',
  raquo: "»",
  rarr: "→",
  rdquo: "”",
  reg: "®",
  rsquo: "’",
  sect: "§",
  szlig: "ß",
  times: "×",
  trade: "™",
};

/** The combining character behind the second half of names such as `&atilde;`. */
const MARKS: Readonly<Record<string, string>> = {
  acute: "\u0301",
  caron: "\u030c",
  cedil: "\u0327",
  circ: "\u0302",
  grave: "\u0300",
  ring: "\u030a",
  tilde: "\u0303",
  uml: "\u0308",
};

const ENTITY = /&(?:#(\d{1,7})|#[xX]([\dA-Fa-f]{1,6})|([A-Za-z][A-Za-z\d]{1,9}));/g;

/** Decodes the character references of HTML; what names no character stays as it is. */
export function decodeEntities(text: string): string {
  return text.replace(
    ENTITY,
    (whole, decimal: string | undefined, hex: string | undefined, name: string | undefined) => {
      if (decimal !== undefined) return fromCode(Number(decimal)) ?? whole;
      if (hex !== undefined) return fromCode(Number.parseInt(hex, 16)) ?? whole;
      return fromName(name ?? "") ?? whole;
    },
  );
}

/** Refuses what is no character of a text: NUL, half a surrogate pair, numbers beyond the last plane. */
function fromCode(code: number): string | undefined {
  if (code === 0 || code > 0x10_ff_ff || (code >= 0xd8_00 && code <= 0xdf_ff)) return undefined;
  return String.fromCodePoint(code);
}

function fromName(name: string): string | undefined {
  if (Object.hasOwn(NAMED, name)) return NAMED[name];
  const suffix = name.slice(1);
  if (!Object.hasOwn(MARKS, suffix)) return undefined;
  const letter = `${name.charAt(0)}${MARKS[suffix] ?? ""}`.normalize("NFC");
  return letter.length === 1 ? letter : undefined;
}
