import type { Template } from "./types.ts";

/** What somebody fills a template with; texts may hold placeholders. */
export interface TemplateValues {
  /** By the names or numbers of the variables. */
  readonly header: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, string>>;
  /** By the index of the button. */
  readonly buttons: Readonly<Record<string, string>>;
  /** The address of the header's picture, video or document. */
  readonly media: string;
}

export const NO_VALUES: TemplateValues = { header: {}, body: {}, buttons: {}, media: "" };

type Component = Readonly<Record<string, unknown>>;

/** The part of a request that fills a template: `POST /messages`, `/campaigns` and the preview take it. */
export interface TemplateFilling {
  readonly params?: readonly string[] | Readonly<Record<string, string>>;
  readonly components?: readonly Component[];
}

/** A provider's word, which it writes in either case; "" for what is no word. */
export const capitals = (word: unknown): string =>
  typeof word === "string" ? word.toUpperCase() : "";

const isObject = (value: unknown): value is Component =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const MEDIA = ["IMAGE", "VIDEO", "DOCUMENT"] as const;

/** The kind of file that a template's header needs. */
export function mediaOf({
  components,
}: Pick<Template, "components">): (typeof MEDIA)[number] | undefined {
  const header = components.find(({ type }) => capitals(type) === "HEADER");
  const format = capitals(header?.["format"]);
  return MEDIA.find((kind) => kind === format);
}

/** Whether a template needs something that only a program can give it. */
export function isBeyondForms({ components }: Pick<Template, "components">): boolean {
  return components.some(({ type, format }) => {
    const isKnown = ["HEADER", "BODY", "FOOTER", "BUTTONS"].includes(capitals(type));
    return !isKnown || capitals(format) === "LOCATION";
  });
}

interface ButtonFacts {
  readonly type: string;
  readonly text: string;
}

/** A button of a template, as far as it can be read. */
export function buttonAt({ components }: Pick<Template, "components">, index: number): ButtonFacts {
  const holder = components.find(({ type }) => capitals(type) === "BUTTONS");
  const all: unknown = holder?.["buttons"];
  const found: unknown = Array.isArray(all) ? all[index] : undefined;
  if (!isObject(found)) return { type: "", text: "" };
  return { type: capitals(found["type"]), text: textIn(found["text"]) };
}

function headerComponent(template: Template, values: TemplateValues): Component[] {
  const media = mediaOf(template);
  if (media !== undefined) {
    const kind = media.toLowerCase();
    const parameters = [{ type: kind, [kind]: { link: values.media } }];
    return values.media === "" ? [] : [{ type: "header", parameters }];
  }
  const { header: names } = template.variables;
  if (names.length === 0) return [];
  const isNamed = template.parameter_format === "named";
  const parameters = names.map((name) => ({
    type: "text",
    text: values.header[name] ?? "",
    ...(isNamed && { parameter_name: name }),
  }));
  return [{ type: "header", parameters }];
}

function buttonComponent(template: Template, index: number, value: string): Component {
  const isCode = buttonAt(template, index).type === "COPY_CODE";
  return {
    type: "button",
    sub_type: isCode ? "copy_code" : "url",
    index: String(index),
    parameters: [
      isCode ? { type: "coupon_code", coupon_code: value } : { type: "text", text: value },
    ],
  };
}

/** Writes values as the API takes them: those of the body by number or by name, all others in the provider's words. */
export function fillingOf(template: Template, values: TemplateValues): TemplateFilling {
  const { body, buttons } = template.variables;
  const texts = body.map((name) => [name, values.body[name] ?? ""] as const);
  const isNamed = template.parameter_format === "named";
  const components = [
    ...headerComponent(template, values),
    ...buttons.map((index) => buttonComponent(template, index, values.buttons[index] ?? "")),
  ];
  return {
    ...(texts.length > 0 && {
      params: isNamed ? Object.fromEntries(texts) : texts.map(([, text]) => text),
    }),
    ...(components.length > 0 && { components }),
  };
}

const textIn = (value: unknown): string => (typeof value === "string" ? value : "");

/** Reads values back from what `fillingOf` wrote; what a program wrote otherwise is left empty. */
export function valuesOf(template: Template, filling: TemplateFilling): TemplateValues {
  const { params = {}, components = [] } = filling;
  const named = Array.isArray(params)
    ? params.map((text: unknown, index) => [String(index + 1), text] as const)
    : Object.entries(params);
  const given: Component = Object.fromEntries(named);
  const parametersOf = (component: Component | undefined): readonly Component[] => {
    const all: unknown = component?.["parameters"];
    return Array.isArray(all) ? all.filter(isObject) : [];
  };
  const header = parametersOf(components.find(({ type }) => type === "header"));
  const media = mediaOf(template)?.toLowerCase() ?? "";
  const file = header[0]?.[media];
  const buttons = components.filter(({ type }) => type === "button");
  return {
    body: Object.fromEntries(template.variables.body.map((name) => [name, textIn(given[name])])),
    header: Object.fromEntries(
      template.variables.header.map((name, index) => [name, textIn(header[index]?.["text"])]),
    ),
    media: isObject(file) ? textIn(file["link"]) : "",
    buttons: Object.fromEntries(
      buttons.map((one) => {
        const [value] = parametersOf(one);
        return [String(one["index"]), textIn(value?.["text"] ?? value?.["coupon_code"])];
      }),
    ),
  };
}
