import type { TemplateRow } from "../../db/templates.ts";
import type { TemplateRequest } from "../../send-content.ts";
import { checkComponents, readGiven } from "./check-components.ts";
import { checkParams } from "./check-params.ts";
import { type Findings, joinFindings, NOTHING_FOUND, problem, warning } from "./findings.ts";
import { readShape } from "./shape.ts";

export interface CheckedTemplate extends Findings {
  /** The request with the language filled in and the values in the template's own form. */
  readonly request: TemplateRequest;
}

/** States in which the provider sends a template, though not all is well. Source: Cloud API reference, template status. */
const SENDABLE_WITH_CARE: readonly string[] = ["FLAGGED", "REINSTATED"];

/** Checks, without asking the provider, whether it would take a message made from a template. */
export function checkTemplate(row: TemplateRow, request: TemplateRequest): CheckedTemplate {
  const shape = readShape(row);
  const given = readGiven(request.components);
  const hasBody = given.some(({ type }) => type === "body");
  const { findings, params } = hasBody
    ? { findings: checkTwice(request), params: request.params }
    : checkParams(shape.body, row.parameter_format, request.params);
  const components = checkComponents(shape, row.parameter_format, given);
  const { name, components: written } = request;
  const language = row.language === "" ? request.language : row.language;
  return {
    ...joinFindings([checkState(row), findings, components]),
    request: {
      name,
      ...(language !== undefined && { language }),
      ...(params !== undefined && { params }),
      ...(written !== undefined && { components: written }),
    },
  };
}

/** Whether the provider sends the template at all. */
export function checkState(row: TemplateRow): Findings {
  const which = row.language === "" ? row.name : `${row.name} (${row.language})`;
  if (row.gone_at !== null)
    return problem(`The template ${which} exists at the provider no longer.`);
  if (SENDABLE_WITH_CARE.includes(row.status)) {
    return warning(`The template ${which} is ${row.status}: the provider may soon pause it.`);
  }
  if (row.status !== "APPROVED") {
    const why = row.reason === null ? "" : ` (${row.reason})`;
    return problem(
      `The template ${which} is ${row.status}${why}: only approved templates are sent.`,
    );
  }
  return row.quality === "RED"
    ? warning(`The quality of the template ${which} is low: the provider may soon pause it.`)
    : NOTHING_FOUND;
}

function checkTwice({ params }: TemplateRequest): Findings {
  return Object.keys(params ?? {}).length === 0
    ? NOTHING_FOUND
    : problem("The values of the body are given twice: in params and as a component.");
}
