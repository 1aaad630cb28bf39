import type { Variation } from "../../answers/templates/response-schema.ts";

/** A doubled brace, which stands for one, or a name in single braces. Source: Rasa documentation, responses. */
const BRACES = /\{\{|\}\}|\{([^\n{}]+)\}/g;

/** Every text inside a value. */
function textsIn(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  if (Array.isArray(value)) return value.flatMap(textsIn);
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

/** The names in braces of every text inside a value, each once. */
export function namesIn(value: unknown): readonly string[] {
  const names = textsIn(value).flatMap((text) =>
    [...text.matchAll(BRACES)].flatMap(([, name]) => name ?? []),
  );
  return [...new Set(names)];
}

/** What of a variation is read by a program rather than by a person: a made-up value may be wrong there. */
export function partsForPrograms({ image, attachment, custom, elements }: Variation): unknown {
  return [image, attachment, custom, elements.map((element) => element["image_url"])];
}

/** What stands for the values: a name in its braces, or an address where only an address makes sense. */
export function sampleSlots(variation: Variation): Readonly<Record<string, string>> {
  const addresses = new Set([
    ...namesIn(partsForPrograms(variation)),
    ...variation.buttons.flatMap(({ url }) => namesIn(url)),
  ]);
  const entries = namesIn(variation).map((name) => {
    const isAddress = addresses.has(name);
    return [name, isAddress ? `https://example.com/${encodeURIComponent(name)}` : `{${name}}`];
  });
  return Object.fromEntries(entries);
}
