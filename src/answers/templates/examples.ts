import { z } from "zod";
import type { WrittenExamples } from "./training-schema.ts";

/** A part of an example that stands for a value. */
export interface Annotation {
  readonly entity: string;
  /** The words of the example. */
  readonly text: string;
  /** What they mean; the words themselves where nothing else is said. */
  readonly value: string;
}

/** What people say when they mean an intent. */
export interface Example {
  /** Without mark-up. */
  readonly text: string;
  readonly annotations: readonly Annotation[];
}

/** Characters of one example that are read: more are looked at in no message either. */
const MAX_EXAMPLE_LENGTH = 1_000;

/**
 * `[text](entity)`, `[text](entity:value)`, `[text]{"entity": ...}` and `[text][{"entity": ...}, ...]`.
 * Source: Rasa documentation, training data format, entities.
 */
const MARK_UP =
  /\[(?<text>[^[\]]+)\](?:\((?<entity>[^():]+)(?::(?<value>[^()]+))?\)|(?<one>\{[^{}]*\})|(?<several>\[\{[^[\]]*\}\]))/g;

const entity = z.looseObject({
  entity: z.string().min(1),
  value: z.union([z.string(), z.number().transform(String)]).optional(),
});

const entities = z.union([z.array(entity), entity.transform((only) => [only])]);

/** Reads the lines of examples as they are. `stray`: how many do not begin with a dash in a block; they are left out. */
export function readLines(written: WrittenExamples | null | undefined): {
  readonly lines: readonly string[];
  readonly stray: number;
} {
  const texts = typeof written === "string" ? written.split("\n") : itemsOf(written ?? []);
  const all = texts.map((line) => line.trim()).filter((line) => line !== "");
  const marked = all.filter((line) => line.startsWith("-"));
  const lines = marked.map((line) => line.slice(1).trim()).filter((line) => line !== "");
  return { lines, stray: all.length - marked.length };
}

/** Takes the mark-up out of an example. A mark-up that cannot be read is left as the words it marks. */
export function readExample(written: string): Example {
  const annotations: Annotation[] = [];
  const text = written
    .slice(0, MAX_EXAMPLE_LENGTH)
    .replace(MARK_UP, (...found: readonly unknown[]) => {
      const marked = markUp.parse(found.at(-1));
      annotations.push(...annotationsOf(marked));
      return marked.text;
    });
  return { text: text.trim(), annotations };
}

const markUp = z.object({
  text: z.string(),
  entity: z.string().optional(),
  value: z.string().optional(),
  one: z.string().optional(),
  several: z.string().optional(),
});

function annotationsOf(marked: z.infer<typeof markUp>): readonly Annotation[] {
  const { text, value = text } = marked;
  if (marked.entity !== undefined) return [{ entity: marked.entity.trim(), text, value }];
  const read = entities.safeParse(parseJson(marked.one ?? marked.several ?? "")).data ?? [];
  return read.map((item) => ({ entity: item.entity, text, value: item.value ?? text }));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A list needs no dashes; one that is written all the same is taken off as in a block. */
function itemsOf(list: Exclude<WrittenExamples, string>): readonly string[] {
  return list.map((item) => {
    const text = typeof item === "string" ? item : item.text;
    return /^\s*-/.test(text) ? text : `- ${text}`;
  });
}
