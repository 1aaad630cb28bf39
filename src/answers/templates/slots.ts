import type { WrittenSlot } from "./training-schema.ts";
import type { Slots } from "./interpolate.ts";

/** Slots that the files declare. */
export interface SlotBook {
  readonly declared: ReadonlyMap<string, WrittenSlot>;
  /** What every slot holds before anything was said; null where the files say nothing. */
  readonly initial: Slots;
}

/** Every value given for a name, in the order given. */
export type Given = ReadonlyMap<string, readonly unknown[]>;

export function createSlotBook(declared: ReadonlyMap<string, WrittenSlot>): SlotBook {
  const initial = [...declared].map(([name, slot]) => [name, slot.initial_value ?? null]);
  return { declared, initial: Object.fromEntries(initial) };
}

/**
 * Gives the slots that a message fills: by their mappings `from_entity` and `from_intent`, and those without mappings by
 * an entity of the same name. A slot of type `list` takes all values of an entity, others the last one. Other mappings
 * need Rasa. Source: Rasa documentation, slot mappings.
 */
export function fillSlots({ declared }: SlotBook, intent: string, given: Given): Slots {
  const filled = [...declared].flatMap(([name, slot]) => {
    const mappings = slot.mappings ?? [];
    const fitting = mappings.filter((mapping) => fits(mapping, intent));
    const byIntent = fitting.find(({ type }) => type === "from_intent");
    if (byIntent !== undefined) return [[name, byIntent.value ?? null]];
    const entities =
      mappings.length === 0
        ? [name]
        : fitting.flatMap(({ type, entity }) => (type === "from_entity" ? [entity ?? name] : []));
    const values = entities
      .map((entity) => given.get(entity) ?? [])
      .find(({ length }) => length > 0);
    if (values === undefined) return [];
    return [[name, slot.type === "list" ? values.flat() : values.at(-1)]];
  });
  return Object.fromEntries(filled);
}

interface Mapping {
  readonly intent?: string | readonly string[] | undefined;
  readonly not_intent?: string | readonly string[] | undefined;
}

function fits({ intent, not_intent: without }: Mapping, said: string): boolean {
  return (intent === undefined || names(intent).includes(said)) && !names(without).includes(said);
}

function names(written: string | readonly string[] | undefined): readonly string[] {
  return typeof written === "string" ? [written] : (written ?? []);
}
