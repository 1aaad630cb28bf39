import { SCRIPT_LIMITS } from "../../../simulator/script.ts";
import { fromBase64Url, toBase64Url } from "./base64.ts";
import { SCRIPT_FRAGMENT } from "./fragment.ts";

/** Characters of a link's script: what browsers and messengers carry, and what a script may measure in base64. */
const MOST_CHARACTERS = Math.ceil((SCRIPT_LIMITS.bytes * 4) / 3) + 4;

/** What a link brings. */
export type Shared =
  | { readonly kind: "nothing" }
  | { readonly kind: "unreadable" }
  | { readonly kind: "too_long" }
  | { readonly kind: "text"; readonly text: string };

/** The fragment of a link that brings a script; undefined where it would be too long. */
export function shareFragment(text: string): string | undefined {
  const compact = compacted(text);
  const code = toBase64Url(new TextEncoder().encode(compact));
  return code.length > MOST_CHARACTERS ? undefined : `${SCRIPT_FRAGMENT}${code}`;
}

/** JSON without its spaces; YAML is left as it is. */
function compacted(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text));
  } catch {
    return text;
  }
}

/** Reads what a link brings; it is only a text until somebody says that it is to be used. */
export function readFragment(fragment: string): Shared {
  if (!fragment.startsWith(SCRIPT_FRAGMENT)) return { kind: "nothing" };
  const code = fragment.slice(SCRIPT_FRAGMENT.length);
  if (code.length > MOST_CHARACTERS) return { kind: "too_long" };
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(fromBase64Url(code));
    return { kind: "text", text };
  } catch {
    return { kind: "unreadable" };
  }
}
