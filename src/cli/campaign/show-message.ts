import { z } from "zod";
import type { ApiClient } from "../api.ts";

const found = z.looseObject({
  id: z.string(),
  language: z.string(),
  gone_at: z.string().nullable(),
});

const preview = z.looseObject({
  header: z.looseObject({ format: z.string(), text: z.string().nullable() }).nullable(),
  body: z.string(),
  footer: z.string().nullable(),
  buttons: z.array(z.looseObject({ text: z.string() })),
});

const templateContent = z.object({
  name: z.string(),
  language: z.string().optional(),
  params: z.unknown().optional(),
  components: z.unknown().optional(),
});

/** One message as a person reads it; its placeholders stay where nobody has filled them. */
export type ShowMessage = (content: Readonly<Record<string, unknown>>) => Promise<string>;

function layOut({ header, body, footer, buttons }: z.output<typeof preview>): string {
  const parts = [
    header === null ? undefined : (header.text ?? `[${header.format.toLowerCase()}]`),
    body,
    footer ?? undefined,
    buttons.length === 0 ? undefined : buttons.map(({ text }) => `[${text}]`).join(" "),
  ];
  return parts.filter((part) => part !== undefined).join("\n");
}

function nameOf({ name, language, params }: z.output<typeof templateContent>): string {
  const values = params === undefined ? "" : ` ${JSON.stringify(params)}`;
  return `template ${name}${language === undefined ? "" : ` (${language})`}${values}`;
}

/**
 * Shows messages of one channel. A template is filled by the bridge; one that the bridge knows nothing of is named with its
 * values.
 */
export function createShowMessage(api: ApiClient, channel: string): ShowMessage {
  const known = new Map<string, string | undefined>();
  const find = async (name: string, language: string | undefined): Promise<string | undefined> => {
    const key = `${name} ${language ?? ""}`;
    if (!known.has(key)) {
      const rows = await Array.fromAsync(api.list("/templates", found, { channel, name }));
      const present = rows.filter((row) => row.gone_at === null);
      const row = present.find((one) => language === undefined || one.language === language);
      known.set(key, row?.id);
    }
    return known.get(key);
  };
  return async (content) => {
    const template = templateContent.safeParse(content["template"]).data;
    if (template === undefined) {
      const { text, reply } = content;
      return typeof text === "string" ? text : JSON.stringify(reply ?? content);
    }
    const { name, language, params, components } = template;
    const id = await find(name, language);
    if (id === undefined) return nameOf(template);
    const body = { params, components };
    return layOut(await api.send("POST", `/templates/${id}/preview`, preview, { body }));
  };
}
