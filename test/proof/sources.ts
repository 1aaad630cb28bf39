/** How something was obtained: the command, and what it was run with. */
export interface Source {
  readonly command: string;
  readonly facts: readonly string[];
}

/** With what each thing was obtained: all in one row where one run brought all of them. */
export function sourceRows(
  things: Readonly<Record<string, Source>>,
): readonly (readonly string[])[] {
  const runs = new Map<string, Source & { readonly names: string[] }>();
  for (const [name, { command, facts }] of Object.entries(things)) {
    const key = JSON.stringify([command, ...facts]);
    const run = runs.get(key) ?? { command, facts, names: [] };
    run.names.push(name);
    runs.set(key, run);
  }
  return [...runs.values()].map(({ command, facts, names }) => [
    names.map((name) => `\`${name}\``).join(", "),
    `\`${command}\``,
    facts.join("; "),
  ]);
}
