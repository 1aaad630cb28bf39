import type { Template } from "../state/wire.ts";

/** The words of a template's body, with its placeholders; "" where there are none. */
export function bodyOf(components: unknown): string {
  if (!Array.isArray(components)) return "";
  const body = components.find(
    (one: unknown): one is { readonly text: string } =>
      typeof one === "object" &&
      one !== null &&
      "type" in one &&
      one.type === "BODY" &&
      "text" in one &&
      typeof one.text === "string",
  );
  return body?.text ?? "";
}

/** What asks for a template filled with these values: by position where its placeholders are numbers, else by name. */
export function requestOf(
  { name, language, variables }: Pick<Template, "name" | "language" | "variables">,
  values: Readonly<Record<string, string>>,
) {
  const { body } = variables;
  const isNumbered = body.every((key) => /^\d+$/.test(key));
  const params = isNumbered
    ? body.map((key) => values[key] ?? "")
    : Object.fromEntries(body.map((key) => [key, values[key] ?? ""]));
  return { name, language, ...(body.length > 0 && { params }) };
}
