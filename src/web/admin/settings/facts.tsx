import type { ComponentChildren } from "preact";

interface FactsProps {
  readonly title: string;
  readonly facts: readonly (readonly [name: string, value: ComponentChildren])[];
}

/** A card of names and values. */
export function Facts({ title, facts }: FactsProps) {
  return (
    <section class="card fact-card">
      <h2>{title}</h2>
      <dl>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
