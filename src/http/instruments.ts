import { Counter, Gauge, Histogram, type Registry } from "prom-client";

/** The words that a label may be; what is none of them is counted as `other`. */
export type Words = ReadonlySet<string>;

const OTHER = "other";

type Labels<Name extends string> = Readonly<Record<Name, Words>>;
type Values<Name extends string> = Readonly<Record<Name, string>>;

export const words = (...lists: readonly (readonly (string | number)[])[]): Words =>
  new Set(lists.flat().map(String));

/**
 * Makes the measurements of a registry. This is the one place that knows the library, and it takes no label without the closed
 * set of its words: no caller can make the series grow, and nothing of a person ever becomes one.
 */
export function createInstruments(registry: Registry) {
  const describe = <Name extends string>(name: string, help: string, labels: Labels<Name>) => ({
    name: `ponte_${name}`,
    help,
    labelNames: namesOf(labels),
    registers: [registry],
  });
  return {
    counter: <Name extends string>(name: string, help: string, labels: Labels<Name>) => {
      const made = new Counter(describe(name, help, labels));
      return (values: Values<Name>, by = 1): void => made.inc(closed(labels, values), by);
    },
    /**
     * `collect` gives the values at each look; without it they are what was set last. It shows nothing before its first value:
     * what is not there is not zero.
     */
    gauge: <Name extends string>(
      name: string,
      help: string,
      labels: Labels<Name>,
      collect?: () => readonly (readonly [Values<Name>, number])[],
    ) => {
      const set = (values: Values<Name>, to: number): void => made.set(closed(labels, values), to);
      const made: Gauge<Name> = new Gauge({
        ...describe(name, help, labels),
        ...(collect !== undefined && {
          collect: () => {
            for (const [values, to] of collect()) set(values, to);
          },
        }),
      });
      if (namesOf(labels).length === 0) made.remove();
      return set;
    },
    histogram: <Name extends string>(
      name: string,
      help: string,
      labels: Labels<Name>,
      buckets: readonly number[],
    ) => {
      const made = new Histogram({ ...describe(name, help, labels), buckets: [...buckets] });
      return (values: Values<Name>, seen: number): void =>
        made.observe(closed(labels, values), seen);
    },
  };
}

export type Instruments = ReturnType<typeof createInstruments>;

function namesOf<Name extends string>(labels: Labels<Name>): Name[] {
  const names: Name[] = [];
  for (const name in labels) names.push(name);
  return names;
}

function closed<Name extends string>(labels: Labels<Name>, values: Values<Name>) {
  const safe: Partial<Record<Name, string>> = {};
  for (const name in labels) safe[name] = labels[name].has(values[name]) ? values[name] : OTHER;
  return safe;
}
