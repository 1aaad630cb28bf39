import type { Template } from "../../templates/types.ts";
import {
  buttonAt,
  fillingOf,
  NO_VALUES,
  type TemplateFilling,
  type TemplateValues,
  valuesOf,
} from "../../templates/fill.ts";
import { readMessage } from "../message.ts";
import type { CampaignDetail, NewCampaign } from "../types.ts";
import { columnFor } from "./columns.ts";

/** What is said and from where, as it is typed. */
export interface MessageForm {
  readonly name: string;
  /** "" until one is chosen. */
  readonly channel: string;
  /** Empty: all of the channel. */
  readonly accounts: readonly string[];
  readonly kind: "template" | "text";
  readonly template: Template | undefined;
  readonly values: TemplateValues;
  readonly text: string;
}

export const EMPTY_MESSAGE: MessageForm = {
  name: "",
  channel: "",
  accounts: [],
  kind: "template",
  template: undefined,
  values: NO_VALUES,
  text: "",
};

const braced = (name: string): string => `{{${name}}}`;

/** Values for a template that was just chosen: each variable by the column of its own name. */
export function firstValues(template: Template): TemplateValues {
  const own = (names: readonly string[]) =>
    Object.fromEntries(names.map((name) => [name, braced(name)]));
  const { header, body, buttons } = template.variables;
  const links = buttons.map((index) => {
    const isCode = buttonAt(template, index).type === "COPY_CODE";
    return [String(index), isCode ? "" : braced("link")] as const;
  });
  return { header: own(header), body: own(body), buttons: Object.fromEntries(links), media: "" };
}

type Params = NonNullable<TemplateFilling["params"]>;

const isList = (params: Params): params is readonly string[] => Array.isArray(params);

/** The part of a request that says what the message is. */
export function contentOf({
  kind,
  template,
  values,
  text,
}: MessageForm): Pick<NewCampaign, "text" | "template"> {
  if (kind === "text") return { text };
  if (template === undefined) return {};
  const { name, language } = template;
  const { params, components } = fillingOf(template, values);
  return {
    template: {
      name,
      ...(language !== "" && { language }),
      ...(params !== undefined && { params: isList(params) ? [...params] : { ...params } }),
      ...(components !== undefined && { components: components.map((one) => ({ ...one })) }),
    },
  };
}

/** Writes a new campaign as the API takes it. */
export function newCampaignOf(form: MessageForm): NewCampaign {
  return {
    channel: form.channel,
    name: form.name,
    ...(form.accounts.length > 0 && { accounts: [...form.accounts] }),
    ...contentOf(form),
  };
}

/** The form of a campaign that is there; a text says what a reply of a program's says. */
export function formOf(campaign: CampaignDetail, template: Template | undefined): MessageForm {
  const said = readMessage(campaign.message);
  const isTemplate = said.kind === "template";
  return {
    name: campaign.name,
    channel: campaign.channel,
    accounts: campaign.accounts,
    kind: isTemplate ? "template" : "text",
    template,
    values: isTemplate && template !== undefined ? valuesOf(template, said.filling) : NO_VALUES,
    text: isTemplate ? "" : said.text,
  };
}

/** Whether a campaign says something that this form does not hold: a reply, or components of a program's. */
export function isBeyondForm(campaign: CampaignDetail, form: MessageForm): boolean {
  if ("reply" in campaign.message) return true;
  return form.kind === "template" && form.template === undefined;
}

const PLACEHOLDER = /^\{\{\s*([^{}]+?)\s*\}\}$/;

/** Gives each value that names no column the one whose title is the same but for case, accents and signs. */
export function matchColumns(values: TemplateValues, titles: readonly string[]): TemplateValues {
  const match = (part: Readonly<Record<string, string>>) =>
    Object.fromEntries(
      Object.entries(part).map(([name, text]) => {
        const wanted = PLACEHOLDER.exec(text)?.[1];
        if (wanted === undefined || titles.includes(wanted)) return [name, text];
        const found = columnFor(wanted, titles) ?? columnFor(name, titles);
        return [name, found === undefined ? text : braced(found)];
      }),
    );
  return {
    ...values,
    header: match(values.header),
    body: match(values.body),
    buttons: match(values.buttons),
  };
}
