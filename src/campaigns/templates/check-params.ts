import type { TemplateParams } from "../../send-content.ts";
import { BODY_PARAMETER } from "../../channels/whatsapp/limits.ts";
import { nearest } from "../../config/suggest.ts";
import { checkInText } from "./check-values.ts";
import {
  count,
  enumerate,
  type Findings,
  joinFindings,
  NOTHING_FOUND,
  problem,
} from "./findings.ts";
import type { TemplateText } from "./shape.ts";

type Form = "positional" | "named";

interface CheckedParams {
  readonly findings: Findings;
  /** The values in the template's own form: a list by number, or by name in the order of the text. */
  readonly params: TemplateParams | undefined;
}

/** Holds the values of a request against the variables of a template's body. */
export function checkParams(
  body: TemplateText,
  form: Form,
  given: TemplateParams | undefined,
): CheckedParams {
  const params = given ?? [];
  if (Object.keys(params).length === 0) return checkNone(body, form, given);
  return isList(params)
    ? checkList(body, form, params)
    : form === "named"
      ? checkNamed(body, params)
      : checkNumbered(body, params);
}

function isList(params: TemplateParams): params is Extract<TemplateParams, readonly unknown[]> {
  return Array.isArray(params);
}

function checkNone(
  { variables }: TemplateText,
  form: Form,
  params: TemplateParams | undefined,
): CheckedParams {
  if (variables.length === 0) return { findings: NOTHING_FOUND, params };
  const names = form === "named" ? `: ${enumerate(variables)}` : "";
  const needs = `The body needs ${count(variables.length, "value")}${names}.`;
  return { findings: problem(needs), params };
}

function checkList(
  { variables }: TemplateText,
  form: Form,
  params: Extract<TemplateParams, readonly unknown[]>,
): CheckedParams {
  if (form === "named" && variables.length > 0) {
    const sentence = `The body's variables have names: give ${enumerate(variables)} by name, not in order.`;
    return { findings: problem(sentence), params };
  }
  if (params.length !== variables.length) {
    const sentence = `The body has ${count(variables.length, "variable")}, and ${count(params.length, "value")} came.`;
    return { findings: problem(sentence), params };
  }
  const checks = params.map((value, index) =>
    checkInText(`Value ${index + 1} of the body`, value, BODY_PARAMETER),
  );
  return { findings: joinFindings(checks), params };
}

type Named = Exclude<TemplateParams, readonly unknown[]>;

function checkNamed({ variables }: TemplateText, params: Named): CheckedParams {
  const checks = variables.map((name) => {
    if (!Object.hasOwn(params, name)) return problem(`The body's variable ${name} has no value.`);
    return checkInText(`The value of ${name}`, params[name], BODY_PARAMETER);
  });
  const unknown = Object.keys(params).filter((name) => !variables.includes(name));
  const surplus = unknown.map((name) => problem(unknownName(name, variables)));
  const ordered = [...variables, ...unknown].flatMap((name) => {
    const value = Object.hasOwn(params, name) ? params[name] : undefined;
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    findings: joinFindings([...checks, ...surplus]),
    params: Object.fromEntries(ordered),
  };
}

function unknownName(name: string, variables: readonly string[]): string {
  const meant = nearest(name, variables);
  const guess = meant === undefined ? "" : ` Did you mean ${meant}?`;
  return `The body has no variable ${name.slice(0, 60)}.${guess}`;
}

/** Numbered variables may be given under their numbers. */
function checkNumbered(body: TemplateText, params: Named): CheckedParams {
  const { variables } = body;
  const keys = Object.keys(params);
  const isNumbered = keys.every((key) => variables.includes(key));
  if (!isNumbered) {
    const sentence = `The body's variables have numbers, not names: give ${count(variables.length, "value")} in order.`;
    return { findings: problem(sentence), params };
  }
  const values = variables.flatMap((number) => {
    const value = params[number];
    return value === undefined ? [] : [value];
  });
  return checkList(body, "positional", values);
}
