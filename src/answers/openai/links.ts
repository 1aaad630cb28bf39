import type { LooseMessage } from "./schema.ts";

/** Stands where an address was taken out: the person sees that something is missing. */
const LEFT_OUT = "[…]";

/**
 * What a phone shows as a link: an address with a scheme or `www.`, and a host with a path. A host alone is left: it
 * cannot be told from a sentence that begins without a blank before it.
 */
const LINK =
  /(?:[a-z][a-z0-9+.-]{1,20}:)?\/\/[^\s<>"'[\]{}|]+|(?<![\w@.-])www\.[^\s<>"'[\]{}|]+|(?<![\w@./-])(?:[a-z0-9-]{1,63}\.){1,8}[a-z]{2,24}\/[^\s<>"'[\]{}|]*/gi;

/** What ends a sentence and not an address. */
const AFTER = /[.,;:!?)*_~]{0,10}$/;

/** Tells whether a model may name a host to a person. */
export type IsKnownHost = (host: string) => boolean;

/** Builds the judgement: hosts that the prompt itself names, those that are configured, and what stands below the latter. */
export function createKnownHosts(prompt: string, hosts: readonly string[]): IsKnownHost {
  const named = new Set(linksIn(prompt).map(hostOf));
  return (host) => named.has(host) || hosts.some((one) => host === one || host.endsWith(`.${one}`));
}

function linksIn(text: string): readonly string[] {
  return [...text.matchAll(LINK)].map(([link]) => link.replace(AFTER, ""));
}

/** The host that a phone would go to; "" for what is no address of the web. */
function hostOf(link: string): string {
  const whole = link.startsWith("//")
    ? `https:${link}`
    : link.includes("://")
      ? link
      : `https://${link}`;
  const url = URL.parse(whole);
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== "") return "";
  return url.hostname.replace(/\.$/, "");
}

/** Messages without addresses that nobody told the model, and whether there were any. */
export function withoutForeignLinks(
  messages: readonly LooseMessage[],
  isKnown: IsKnownHost,
): { readonly messages: readonly LooseMessage[]; readonly changes: readonly string[] } {
  const changes = new Set<string>();
  const bare = (text: string): string => {
    const kept = text.replaceAll(LINK, (found) => {
      const link = found.replace(AFTER, "");
      if (isKnown(hostOf(link))) return found;
      changes.add("links_left_out");
      return `${LEFT_OUT}${found.slice(link.length)}`;
    });
    return kept.replaceAll(LEFT_OUT, "").trim() === "" ? "" : kept;
  };
  const cleaned = messages.map((message): LooseMessage => {
    const { text, buttons, image_url: image } = message;
    const isForeign = typeof image === "string" && image !== "" && !isKnown(hostOf(image));
    if (isForeign) changes.add("image_left_out");
    return {
      text: bare(text),
      buttons: buttons.map((button) => ({ ...button, title: bare(button.title) })),
      image_url: isForeign ? undefined : image,
    };
  });
  return { messages: cleaned, changes: [...changes] };
}
