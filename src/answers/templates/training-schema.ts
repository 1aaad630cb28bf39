import { z } from "zod";

/** Examples: a block of lines that begin with a dash, or a list. Source: Rasa documentation, training data format. */
export const writtenExamples = z.union([
  z.string(),
  z.array(
    z.union([
      z.string(),
      z.number().transform(String),
      z.looseObject({ text: z.union([z.string(), z.number().transform(String)]) }),
    ]),
  ),
]);

export type WrittenExamples = z.infer<typeof writtenExamples>;

const name = z.string().min(1);

/** One item of `nlu`. Source: Rasa documentation, training data format. */
const nluItem = z.looseObject({
  intent: name.optional(),
  synonym: z.union([name, z.number().transform(String)]).optional(),
  regex: name.optional(),
  lookup: name.optional(),
  examples: writtenExamples.nullish(),
});

/** One rule; its steps are looked at one by one. Source: Rasa documentation, rules. */
const rule = z.looseObject({
  rule: z.unknown().optional(),
  condition: z.unknown().optional(),
  conversation_start: z.unknown().optional(),
  steps: z.array(z.unknown()).nullish(),
});

const names = z.union([name, z.array(name)]).optional();

/** How a slot is filled. Source: Rasa documentation, slot mappings. */
const mapping = z.looseObject({
  type: z.string(),
  entity: z.string().optional(),
  intent: names,
  not_intent: names,
  value: z.unknown().optional(),
});

const slot = z.looseObject({
  type: z.string().optional(),
  initial_value: z.unknown().optional(),
  mappings: z.array(mapping).nullish(),
});

/** The keys of a Rasa project's files that the bridge reads, beside `responses`. An empty key is as good as none. */
export const trainingData = {
  nlu: z.array(nluItem).nullish(),
  rules: z.array(rule).nullish(),
  slots: z.record(name, slot.nullable()).nullish(),
  entities: z.array(z.union([z.string(), z.record(z.string(), z.unknown())])).nullish(),
};

export type NluItem = z.infer<typeof nluItem>;
export type Rule = z.infer<typeof rule>;
export type WrittenSlot = z.infer<typeof slot>;
