import { types } from "node:util";
import jsonata from "jsonata";
import { z } from "zod";
import { compilePattern } from "../../safe-pattern.ts";

/** What an expression made of an event. The detail of a failure quotes nothing of the event. */
export type Evaluated =
  | { readonly kind: "value"; readonly value: string | boolean }
  | { readonly kind: "nothing" }
  | { readonly kind: "failed"; readonly detail: string };

/** A JSONata expression, compiled. It sees the event's body and nothing else. */
export interface Expression {
  readonly evaluate: (body: unknown) => Promise<Evaluated>;
}

/** Milliseconds of one evaluation, steps inside each other, and items of one list: more is no mapping but a program. */
const LIMITS = { timeout: 1_000, stack: 500, sequence: 10_000 } as const;

/** Characters of a value; longer than any text that a channel takes. */
const MAX_VALUE = 65_536;

const evalVariable = z.looseObject({ type: z.literal("variable"), value: z.literal("eval") });

const failure = z.object({ code: z.string() });

/** Compiles an expression; throws an Error that says what is wrong with it. */
export function compileExpression(source: string): Expression {
  const compiled = compile(source);
  refuseUnsafeParts(compiled.ast());
  return {
    evaluate: async (body) => {
      try {
        const result: unknown = await compiled.evaluate(body);
        return readResult(result);
      } catch (error) {
        // Messages of JSONata quote what they choked on, which belongs to the event.
        const code = failure.safeParse(error).data?.code;
        return { kind: "failed", detail: `failed (${code ?? "JSONata gave no reason"})` };
      }
    },
  };
}

function compile(source: string): jsonata.Expression {
  try {
    return jsonata(source, LIMITS);
  } catch (error) {
    const { message } = z.object({ message: z.string() }).catch({ message: "" }).parse(error);
    throw new Error(`is no JSONata expression: ${message}`, { cause: error });
  }
}

/** Numbers become text as JSON writes them; an empty text is as good as none. */
function readResult(result: unknown): Evaluated {
  if (result === undefined || result === null || result === "") return { kind: "nothing" };
  if (typeof result === "boolean") return { kind: "value", value: result };
  if (typeof result === "number") return { kind: "value", value: JSON.stringify(result) };
  if (typeof result !== "string") return { kind: "failed", detail: "gives no text and no number" };
  if (result.length > MAX_VALUE) return { kind: "failed", detail: "gives too long a text" };
  return { kind: "value", value: result };
}

/**
 * Throws for `$eval`, which would run what an event says, and for patterns that can take for ever on some text: no time
 * limit stops a regular expression.
 */
function refuseUnsafeParts(root: unknown): void {
  const seen = new Set<unknown>();
  const visit = (node: unknown): void => {
    if (typeof node !== "object" || node === null || seen.has(node)) return;
    seen.add(node);
    if (types.isRegExp(node)) {
      refuseSlowPattern(node);
      return;
    }
    if (evalVariable.safeParse(node).success)
      throw new Error("must not use $eval: an event would say what runs here");
    for (const part of Object.values(node)) visit(part);
  };
  visit(root);
}

function refuseSlowPattern({ source }: RegExp): void {
  try {
    compilePattern(source, "u");
  } catch (error) {
    const why = error instanceof Error ? error.message : "cannot be read";
    throw new Error(`holds a pattern that ${why}`, { cause: error });
  }
}
