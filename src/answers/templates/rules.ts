import { z } from "zod";
import type { Rule } from "./training-schema.ts";

/** What a rule says that the bridge can follow: after these intents, these responses. */
export interface RuleTurn {
  readonly intents: readonly string[];
  readonly responses: readonly string[];
}

/** What became of a rule. `left` says why it needs Rasa, `intents` whom it would have answered. */
export type ReadRule =
  | ({ readonly kind: "turn" } & RuleTurn)
  | {
      readonly kind: "left";
      readonly why: string;
      /** Empty where the rule holds for some cases only, so that the intents may be answered without it. */
      readonly intents: readonly string[];
    };

const intentStep = z.looseObject({ intent: z.string().min(1), entities: z.unknown().optional() });
const firstStep = z.union([
  intentStep.transform((step) => [step]),
  z.looseObject({ or: z.array(intentStep).min(1) }).transform((step) => step.or),
]);
const actionStep = z.looseObject({ action: z.string().min(1) });

/** Said by Rasa after every turn. Source: Rasa documentation, default actions. */
const LISTEN = "action_listen";

/** Reads one rule. Rules with one turn and nothing but responses can be followed; the others need Rasa. */
export function readRule(rule: Rule): ReadRule {
  const [first, ...rest] = rule.steps ?? [];
  const asked = firstStep.safeParse(first).data;
  const left = (why: string, intents: readonly string[] = []): ReadRule => ({
    kind: "left",
    why,
    intents,
  });
  if (asked === undefined) return left("does not begin with an intent");
  if (isSet(rule.condition)) return left("has a condition");
  if (isSet(rule.conversation_start)) return left("holds at the start of a conversation only");
  if (asked.some((step) => isSet(step.entities))) return left("asks for entities");
  const intents = asked.map((step) => step.intent);
  const actions = rest.map((step) => actionStep.safeParse(step).data?.action);
  const said = actions.filter((action) => action !== LISTEN);
  const responses = said.filter((action) => action?.startsWith("utter_") === true);
  const custom = said.find((action) => action !== undefined && !responses.includes(action));
  if (custom !== undefined) return left(`runs ${custom}`, intents);
  if (said.includes(undefined)) return left("has more than one turn, or sets slots", intents);
  if (responses.length === 0) return left("says nothing", intents);
  return { kind: "turn", intents, responses: responses.filter((name) => name !== undefined) };
}

function isSet(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  return value !== undefined && value !== null && value !== false;
}
