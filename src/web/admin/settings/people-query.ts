import type { Query } from "../../shared/address.ts";

/** Digits from which a search is for a number and not for a name. */
const NUMBER_FROM = 4;

/** What is looked for: a whole number or id, or the beginning of a name. */
export function peopleQuery(address: URLSearchParams): Query {
  const text = address.get("q")?.trim() ?? "";
  const channel = address.get("channel") ?? "";
  const digits = text.replaceAll(/\D/g, "").length;
  const isNumber = digits >= NUMBER_FROM && /^[+\d][\d\s().-]*$/.test(text);
  // WhatsApp's user ids begin with a country and a dot.
  const isId = /^[A-Z]{2}\.\w+$/.test(text);
  return {
    ...(text !== "" && (isNumber || isId ? { identity: text } : { name: text })),
    ...(channel !== "" && { channel }),
  };
}
