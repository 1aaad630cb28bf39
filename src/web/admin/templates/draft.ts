import type { TemplateDraft } from "./types.ts";

export const BUTTON_TYPES = ["QUICK_REPLY", "URL", "PHONE_NUMBER", "COPY_CODE"] as const;

export type ButtonType = (typeof BUTTON_TYPES)[number];

/** A button as it is typed. */
export interface ButtonForm {
  readonly type: ButtonType;
  readonly text: string;
  /** A link, a phone number or a code, by the type. */
  readonly target: string;
  /** The whole link as an example, where the link varies. */
  readonly example: string;
}

/** A template as somebody types it; examples by the variables' names or numbers. */
export interface DraftForm {
  readonly channel: string;
  readonly name: string;
  readonly language: string;
  readonly category: TemplateDraft["category"];
  readonly header: string;
  readonly body: string;
  readonly footer: string;
  readonly buttons: readonly ButtonForm[];
  readonly headerExamples: Readonly<Record<string, string>>;
  readonly bodyExamples: Readonly<Record<string, string>>;
}

export const MOST_BUTTONS = 10;

export const EMPTY_BUTTON: ButtonForm = { type: "QUICK_REPLY", text: "", target: "", example: "" };

export const EMPTY_DRAFT: DraftForm = {
  channel: "",
  name: "",
  language: "pt_BR",
  category: "UTILITY",
  header: "",
  body: "",
  footer: "",
  buttons: [],
  headerExamples: {},
  bodyExamples: {},
};

const VARIABLE = /\{\{\s*([A-Za-z0-9_]+)\s*\}\}/g;

/** The variables of a text, each once, numbered ones by number. */
export function variablesIn(text: string): readonly string[] {
  const names = [...new Set([...text.matchAll(VARIABLE)].map(([, name = ""]) => name))];
  const isNumbered = names.every((name) => /^\d+$/.test(name));
  return isNumbered ? names.toSorted((a, b) => Number(a) - Number(b)) : names;
}

/** A text with its variables replaced by what was typed as examples. */
export function withExamples(text: string, examples: Readonly<Record<string, string>>): string {
  return text.replaceAll(VARIABLE, (whole, name: string) => {
    const example = Object.hasOwn(examples, name) ? examples[name] : undefined;
    return example === undefined || example === "" ? whole : example;
  });
}

type Examples = Readonly<Record<string, string>>;

function namedExamples(names: readonly string[], examples: Examples) {
  return names
    .filter((name) => (examples[name] ?? "") !== "")
    .map((name) => ({ param_name: name, example: examples[name] ?? "" }));
}

const isNamed = (names: readonly string[]): boolean => names.some((name) => !/^\d+$/.test(name));

const given = (names: readonly string[], examples: Examples): string[] =>
  names.map((name) => examples[name] ?? "");

type Component = TemplateDraft["components"][number];

function headerOf({ header, headerExamples }: DraftForm): Component[] {
  if (header.trim() === "") return [];
  const names = variablesIn(header);
  const example = isNamed(names)
    ? { header_text_named_params: namedExamples(names, headerExamples) }
    : { header_text: given(names, headerExamples) };
  return [{ type: "HEADER", format: "TEXT", text: header, ...(names.length > 0 && { example }) }];
}

function bodyOf({ body, bodyExamples }: DraftForm): Component {
  const names = variablesIn(body);
  const example = isNamed(names)
    ? { body_text_named_params: namedExamples(names, bodyExamples) }
    : { body_text: [given(names, bodyExamples)] };
  return { type: "BODY", text: body, ...(names.length > 0 && { example }) };
}

type Button = Extract<Component, { type: "BUTTONS" }>["buttons"][number];

function buttonOf({ type, text, target, example }: ButtonForm): Button {
  switch (type) {
    case "QUICK_REPLY":
      return { type, text };
    case "URL":
      return {
        type,
        text,
        url: target,
        ...(variablesIn(target).length > 0 && { example: [example] }),
      };
    case "PHONE_NUMBER":
      return { type, text, phone_number: target };
    case "COPY_CODE":
      return { type, example: target };
  }
}

/** Writes what was typed as the API takes it, in WhatsApp's own words. */
export function draftOf(form: DraftForm): TemplateDraft {
  const { channel, name, language, category, footer, buttons } = form;
  return {
    channel,
    name: name.trim(),
    language: language.trim(),
    category,
    components: [
      ...headerOf(form),
      bodyOf(form),
      ...(footer.trim() === "" ? [] : [{ type: "FOOTER" as const, text: footer }]),
      ...(buttons.length === 0
        ? []
        : [{ type: "BUTTONS" as const, buttons: buttons.map(buttonOf) }]),
    ],
  };
}

/** Where in the form something is wrong, by the pointer the API gives into what `draftOf` wrote; "" where nowhere. */
export function fieldOf(pointer: string, draft: TemplateDraft): string {
  const [, part = "", index = "", , place] = pointer.split("/");
  if (part !== "components") return part;
  const type = draft.components[Number(index)]?.type.toLowerCase() ?? "";
  return type === "buttons" && place !== undefined ? `button ${place}` : type;
}
