/** Whether a routing key fits a binding of a topic exchange, in which `*` is one word and `#` any number of them. */
export function matchesTopic(pattern: string, routingKey: string): boolean {
  const parts = pattern.split(".");
  let places = passHashes([0], parts);
  for (const word of routingKey.split(".")) {
    const next = places.flatMap((place) => {
      const part = parts[place];
      if (part === "#") return [place];
      return part === "*" || part === word ? [place + 1] : [];
    });
    places = passHashes(next, parts);
  }
  return places.includes(parts.length);
}

/** Adds the place behind each `#`, which may stand for nothing. */
function passHashes(places: readonly number[], parts: readonly string[]): readonly number[] {
  const all = new Set(places);
  for (const place of all) if (parts[place] === "#") all.add(place + 1);
  return [...all];
}
