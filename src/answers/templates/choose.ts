/** Gives one of the places of a list of this length; undefined for an empty one. `name` is the response's. */
export type Choose = (name: string, length: number) => number | undefined;

/** How one of several variations of a response is chosen. */
export type Selection = "random" | "first" | "round_robin";

/**
 * Makes the choice between variations that fit equally well. `random` gives a number from 0 up to, but not including, 1.
 * `round_robin` goes through the variations of each response in turn, whoever asks.
 */
export function createChoose(selection: Selection, random: () => number): Choose {
  const turns = new Map<string, number>();
  const pick: Choose = (name, length) => {
    switch (selection) {
      case "first":
        return 0;
      case "random":
        return Math.floor(random() * length);
      case "round_robin": {
        const turn = turns.get(name) ?? 0;
        turns.set(name, turn + 1);
        return turn % length;
      }
    }
  };
  return (name, length) => (length === 0 ? undefined : pick(name, length));
}
