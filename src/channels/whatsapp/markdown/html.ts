import { decodeEntities } from "./entities.ts";

/** Elements of HTML; anything else in angle brackets, such as `<name>`, is text that a person must read. */
const ELEMENTS = new Set(
  (
    "a abbr b blockquote body br center code dd del details div dl dt em font footer h1 h2 h3 h4 h5 h6 head header hr " +
    "html i img ins kbd li main mark nav ol p pre q s section small span strike strong sub summary sup table tbody td " +
    "tfoot th thead tr tt u ul"
  ).split(" "),
);

const TAG = /<(\/?)([A-Za-z][A-Za-z\d]*)(?:\s[^<>]*)?\/?>/g;
const COMMENT = /<!--[^<]*?-->/g;
const ANCHOR = /<a\s[^<>]*?href\s*=\s*["']([^"'<>]*)["'][^<>]*>([^<]*)<\/a>/gi;
const OPENED_ANCHOR = /^<a\s[^<>]*?href\s*=\s*["']([^"'<>]*)["']/i;

/** Prints a block of HTML as text: tags gone, `<br>` a line break, addresses of links kept, characters decoded. */
export function htmlToText(html: string): string {
  const linked = html.replace(ANCHOR, (_whole, href: string, label: string) =>
    label.trim() === "" || label === href ? href : `${label} (${href})`,
  );
  return decodeEntities(linked.replace(COMMENT, "").replace(TAG, tagToText));
}

/** Reads the address out of `<a href="...">`; undefined for any other tag. */
export function openedAnchor(tag: string): string | undefined {
  return OPENED_ANCHOR.exec(tag)?.[1];
}

function tagToText(whole: string, _slash: string, name: string): string {
  const element = name.toLowerCase();
  if (element === "br") return "\n";
  return ELEMENTS.has(element) ? "" : whole;
}
