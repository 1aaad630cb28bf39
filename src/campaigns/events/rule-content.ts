import type { SendContent } from "../../send-content.ts";
import type { NotificationRule } from "./rule-schema.ts";

type Template = NotificationRule["template"];

/** The placeholder of a template's parameter: its name, or its number from 1. */
export function placeholderOf(template: Template, key: string): string {
  return Array.isArray(template?.params) ? `${Number(key) + 1}` : key;
}

/** The placeholders of all parameters of a rule's template, in their order. */
export function paramNames({ template }: NotificationRule): readonly string[] {
  return Object.keys(template?.params ?? {}).map((key) => placeholderOf(template, key));
}

/** What a rule sends, with a placeholder for everything that comes from the event. */
export function contentOf(rule: NotificationRule): SendContent {
  const { template, text = "" } = rule;
  if (template === undefined) return { text };
  const names = paramNames(rule);
  const slots = names.map((name) => `{{${name}}}`);
  const params = Array.isArray(template.params)
    ? slots
    : Object.fromEntries(names.map((name, index) => [name, slots[index] ?? ""]));
  return {
    template: {
      name: template.name,
      language: template.language,
      ...(template.params !== undefined && { params }),
    },
  };
}
