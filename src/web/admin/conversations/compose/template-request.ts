import { fieldsOf, itemsOf, wordsOf } from "../../../shared/bubble/fields.ts";
import type { Template } from "../types.ts";

type Variables = Pick<Template, "components" | "variables">;

/** A kind of file that a template's header is made of. */
export type HeaderFile = "image" | "video" | "document";

/** One value that a message made from a template needs. `id` names its field. */
export interface Need {
  readonly id: string;
  readonly place: "header" | "file" | "body" | "button";
  /** The variable's name or number, or the button's title. */
  readonly label: string;
}

const FILES: Readonly<Record<string, HeaderFile>> = {
  IMAGE: "image",
  VIDEO: "video",
  DOCUMENT: "document",
};

/** The part of a template's own description that has a type. */
function partOf({ components }: Pick<Template, "components">, type: string) {
  return components.find((part) => wordsOf(part["type"])?.toUpperCase() === type);
}

/** The kind of file in a template's header; undefined where it has none. */
export function headerFileOf(template: Pick<Template, "components">): HeaderFile | undefined {
  const format = wordsOf(partOf(template, "HEADER")?.["format"])?.toUpperCase() ?? "";
  return Object.hasOwn(FILES, format) ? FILES[format] : undefined;
}

function buttonAt(template: Pick<Template, "components">, index: number) {
  return fieldsOf(itemsOf(partOf(template, "BUTTONS")?.["buttons"])[index]);
}

/** Lists what a message made from a template has to be given, in the order in which it is read. */
export function needsOf(template: Variables): readonly Need[] {
  const { header, body, buttons } = template.variables;
  const file = headerFileOf(template);
  return [
    ...(file === undefined ? [] : [{ id: "file", place: "file", label: file } as const]),
    ...header.map((name) => ({ id: `header:${name}`, place: "header", label: name }) as const),
    ...body.map((name) => ({ id: `body:${name}`, place: "body", label: name }) as const),
    ...buttons.map((index) => {
      const label = wordsOf(buttonAt(template, index)["text"]) ?? String(index + 1);
      return { id: `button:${index}`, place: "button", label } as const;
    }),
  ];
}

/** What is sent: parameters alone where only the body has any, and WhatsApp's components otherwise. */
export interface TemplateFilling {
  readonly params?: readonly string[] | Readonly<Record<string, string>>;
  readonly components?: readonly Readonly<Record<string, unknown>>[];
}

/** Fills a template with values by the ids of its needs; `blank` stands for those that have none yet. */
export function fillTemplate(
  template: Variables & Pick<Template, "parameter_format">,
  values: Readonly<Record<string, string>>,
  blank = "",
): TemplateFilling {
  const { header, body, buttons } = template.variables;
  const isNamed = template.parameter_format === "named";
  const valueOf = (id: string) => {
    const value = values[id]?.trim() ?? "";
    return value === "" ? blank : value;
  };
  const file = headerFileOf(template);
  if (file === undefined && header.length + buttons.length === 0) {
    if (body.length === 0) return {};
    const entries = body.map((name) => [name, valueOf(`body:${name}`)] as const);
    return { params: isNamed ? Object.fromEntries(entries) : entries.map(([, value]) => value) };
  }
  const texts = (place: "header" | "body", names: readonly string[]) =>
    names.map((name) => ({
      type: "text",
      ...(isNamed && { parameter_name: name }),
      text: valueOf(`${place}:${name}`),
    }));
  const top =
    file === undefined
      ? texts("header", header)
      : [{ type: file, [file]: { link: valueOf("file") } }];
  return {
    components: [
      ...(top.length === 0 ? [] : [{ type: "header", parameters: top }]),
      ...(body.length === 0 ? [] : [{ type: "body", parameters: texts("body", body) }]),
      ...buttons.map((index) => buttonPart(template, index, valueOf(`button:${index}`))),
    ],
  };
}

function buttonPart(template: Variables, index: number, value: string) {
  const isCode = wordsOf(buttonAt(template, index)["type"])?.toUpperCase() === "COPY_CODE";
  return {
    type: "button",
    sub_type: isCode ? "copy_code" : "url",
    index: String(index),
    parameters: [
      isCode ? { type: "coupon_code", coupon_code: value } : { type: "text", text: value },
    ],
  };
}
