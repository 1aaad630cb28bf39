import { z } from "zod";
import {
  BODY_PARAMETER,
  COUPON_CODE,
  HEADER_PARAMETER,
  LINK,
} from "../../channels/whatsapp/limits.ts";
import { checkInText, checkText, readParameter } from "./check-values.ts";
import {
  count,
  enumerate,
  type Findings,
  joinFindings,
  NOTHING_FOUND,
  problem,
  warning,
} from "./findings.ts";
import type { TemplateButton, TemplateShape, TemplateText } from "./shape.ts";

const componentSchema = z.object({
  type: z.string().transform((type) => type.toLowerCase()),
  sub_type: z.string().catch(""),
  index: z.coerce.number().int().catch(-1),
  parameters: z.array(z.unknown()).catch([]),
});

type Given = z.output<typeof componentSchema>;
type Form = "positional" | "named";

/** What a request says in the provider's words beside the values of the body. */
export function readGiven(components: readonly unknown[] | undefined): readonly Given[] {
  return (components ?? []).flatMap((raw) => {
    const read = componentSchema.safeParse(raw).data;
    return read === undefined ? [] : [read];
  });
}

/** Holds the components of a request against the template; the body only where they give it. */
export function checkComponents(
  shape: TemplateShape,
  form: Form,
  given: readonly Given[],
): Findings {
  const headers = given.filter(({ type }) => type === "header");
  const buttons = given.filter(({ type }) => type === "button");
  const strange = given.filter(({ type }) => !["header", "body", "button"].includes(type));
  return joinFindings([
    checkHeader(
      shape,
      form,
      headers.flatMap(({ parameters }) => parameters),
    ),
    ...given
      .filter(({ type }) => type === "body")
      .map(({ parameters }) => checkTexts("body", shape.body, form, parameters)),
    ...shape.buttons.map((button) => checkButton(button, buttons)),
    ...buttons.map((one) => checkPlace(one, shape.buttons)),
    ...strange.map(({ type }) =>
      warning(`A component of the kind ${type.slice(0, 30)} is not checked.`),
    ),
    ...shape.unknown.map((type) =>
      warning(`The template's ${type.slice(0, 30).toLowerCase()} component is not checked.`),
    ),
  ]);
}

function checkHeader(
  { header }: TemplateShape,
  form: Form,
  parameters: readonly unknown[],
): Findings {
  if (header === undefined) {
    return parameters.length === 0 ? NOTHING_FOUND : problem("The template has no header to fill.");
  }
  if (header.format === "TEXT") return checkTexts("header", header, form, parameters);
  const kind = header.format.toLowerCase();
  const [parameter] = parameters.map(readParameter);
  if (parameters.length !== 1 || parameter?.type !== kind) {
    return problem(`The header needs one ${kind}, as a component of the type header.`);
  }
  return NOTHING_FOUND;
}

/** Checks values in the provider's words against the variables of a text. */
function checkTexts(
  part: "header" | "body",
  { variables }: TemplateText,
  form: Form,
  parameters: readonly unknown[],
): Findings {
  if (parameters.length !== variables.length) {
    return problem(
      `The ${part} has ${count(variables.length, "variable")}, and ${count(parameters.length, "value")} came.`,
    );
  }
  const limit = part === "header" ? HEADER_PARAMETER : BODY_PARAMETER;
  const checks = parameters.map((raw, index) =>
    checkInText(`Value ${index + 1} of the ${part}`, raw, limit),
  );
  return joinFindings([...checks, checkNames(part, variables, form, parameters)]);
}

function checkNames(
  part: string,
  variables: readonly string[],
  form: Form,
  parameters: readonly unknown[],
): Findings {
  const names = parameters.flatMap((raw) => readParameter(raw)?.name ?? []);
  if (form === "positional" || variables.length === 0) {
    if (names.length === 0) return NOTHING_FOUND;
    return problem(`The ${part}'s variables have numbers: its values must have no parameter_name.`);
  }
  const missing = variables.filter((name) => !names.includes(name));
  if (missing.length === 0) return NOTHING_FOUND;
  return problem(`The ${part} needs values with the parameter_name ${enumerate(missing)}.`);
}

/** The one value that a button must be given, by the button's type: what it is called and its longest text. */
const NEEDED = {
  URL: { subType: "url", type: "text", limit: LINK },
  COPY_CODE: { subType: "copy_code", type: "coupon_code", limit: COUPON_CODE },
} as const;

function checkButton(button: TemplateButton, given: readonly Given[]): Findings {
  const needed =
    button.type === "URL" && button.hasVariable
      ? NEEDED.URL
      : button.type === "COPY_CODE"
        ? NEEDED.COPY_CODE
        : undefined;
  if (needed === undefined) return NOTHING_FOUND;
  const place = `Button ${button.index + 1}`;
  const own = given.find(({ index }) => index === button.index);
  const [raw] = own?.parameters ?? [];
  if (own === undefined || raw === undefined || own.sub_type.toLowerCase() !== needed.subType) {
    return problem(
      `${place} needs a value: a component of the type button, sub_type ${needed.subType} and index ${button.index}.`,
    );
  }
  const parameter = readParameter(raw);
  if (parameter?.type !== needed.type)
    return problem(`${place} needs one value of the type ${needed.type}.`);
  return parameter.text === undefined
    ? NOTHING_FOUND
    : checkText(`The value of button ${button.index + 1}`, parameter.text, needed.limit);
}

/** The word by which a request names a template's kind of button. */
const SUB_TYPES: Readonly<Record<string, string>> = {
  QUICK_REPLY: "quick_reply",
  URL: "url",
  COPY_CODE: "copy_code",
  FLOW: "flow",
  CATALOG: "catalog",
  MPM: "mpm",
  VOICE_CALL: "voice_call",
};

function checkPlace(
  { index, sub_type: subType }: Given,
  buttons: readonly TemplateButton[],
): Findings {
  const button = buttons[index];
  if (button === undefined) {
    return problem(
      `The template has ${count(buttons.length, "button")}: none has the index ${index}.`,
    );
  }
  const known = SUB_TYPES[button.type];
  if (known !== undefined && known !== subType.toLowerCase()) {
    return problem(`Button ${index + 1} is of the sub_type ${known}, not ${subType.slice(0, 30)}.`);
  }
  if (button.type === "URL" && !button.hasVariable) {
    return problem(`Button ${index + 1} has a fixed link, which takes no value.`);
  }
  return NOTHING_FOUND;
}
