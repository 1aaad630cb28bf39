import type { TemplateDraft } from "../../channels/template-source.ts";
import { count, enumerate } from "./findings.ts";
import { readShape, type TemplateHeader, type TemplateText, variablesOf } from "./shape.ts";

/** Names of variables. Source: Cloud API reference, templates, named parameters. */
const VARIABLE_NAME = /^[a-z][a-z0-9_]*$/;

/** Whether the variables of a template have names. */
export function formatOf(
  components: TemplateDraft["components"],
): TemplateDraft["parameterFormat"] {
  const { header, body } = readShape({ components: [...components] });
  const all = [...body.variables, ...(header?.format === "TEXT" ? header.variables : [])];
  return all.some((name) => !/^\d+$/.test(name)) ? "named" : "positional";
}

/**
 * What the provider would refuse in a template to be made, one sentence each: it reviews for hours, so that what can be seen at
 * once is said at once. Source: Cloud API reference, templates, components and error codes.
 */
export function checkDraft({ components, parameterFormat: form }: TemplateDraft): string[] {
  const { header, body, footer, buttons } = readShape({ components: [...components] });
  return [
    ...checkOnce(components),
    ...(body.text.trim() === "" ? ["The template needs a body."] : checkText("body", body, form)),
    ...checkEnds(body.text),
    ...checkHeader(header, form, components),
    ...(footer !== undefined && variablesOf(footer).length > 0
      ? ["The footer takes no variables."]
      : []),
    ...buttons.flatMap(({ index, type, url = "", example }) => {
      const place = `Button ${index + 1}`;
      if (type === "COPY_CODE" && (example ?? "") === "") return [`${place} needs an example.`];
      if (type !== "URL" || variablesOf(url).length === 0) return [];
      return [
        ...(url.endsWith("{{1}}") && variablesOf(url).length === 1
          ? []
          : [`${place} takes one variable, {{1}}, at the end of its link.`]),
        ...((example ?? "") === "" ? [`${place} needs an example of its whole link.`] : []),
      ];
    }),
  ];
}

function checkOnce(components: TemplateDraft["components"]): string[] {
  const types = components.map(({ type }) => String(type));
  const twice = types.filter((type, index) => types.indexOf(type) !== index);
  return [...new Set(twice)].map((type) => `There is more than one ${type.toLowerCase()}.`);
}

function checkText(
  part: string,
  { variables, examples }: TemplateText,
  form: TemplateDraft["parameterFormat"],
): string[] {
  const names = checkNames(part, variables, form);
  if (names.length > 0) return names;
  const missing = variables.filter((name) => (examples[name] ?? "").trim() === "");
  const surplus = Object.keys(examples).filter((name) => !variables.includes(name));
  return [
    ...(missing.length === 0 ? [] : [`The ${part} needs an example for ${enumerate(missing)}.`]),
    ...(surplus.length === 0
      ? []
      : [`The ${part} has ${count(variables.length, "variable")}, and more examples than that.`]),
  ];
}

function checkNames(
  part: string,
  variables: readonly string[],
  form: TemplateDraft["parameterFormat"],
): string[] {
  if (form === "positional") {
    return variables.every((name, index) => name === String(index + 1))
      ? []
      : [`The ${part}'s variables must be {{1}}, {{2}} and so on, without a gap.`];
  }
  const wrong = variables.filter((name) => !VARIABLE_NAME.test(name));
  if (wrong.length === 0) return [];
  return [`The ${part}'s variables must be named in small letters: ${enumerate(wrong)}.`];
}

function checkEnds(text: string): string[] {
  return /^\s*\{\{|\}\}\s*$/.test(text)
    ? ["The body must neither begin nor end with a variable."]
    : [];
}

function checkHeader(
  header: TemplateHeader | undefined,
  form: TemplateDraft["parameterFormat"],
  components: TemplateDraft["components"],
): string[] {
  if (header === undefined || header.format === "LOCATION") return [];
  if (header.format === "TEXT") {
    const many = header.variables.length > 1 ? ["The header takes one variable at most."] : [];
    return [...many, ...checkText("header", header, form)];
  }
  const handle = components.find(({ type }) => type === "HEADER")?.["example"];
  return JSON.stringify(handle ?? null).includes("header_handle")
    ? []
    : [`The header needs an example: the handle of an uploaded ${header.format.toLowerCase()}.`];
}
