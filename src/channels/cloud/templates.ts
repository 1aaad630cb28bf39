import { z } from "zod";
import { BridgeError } from "../../errors.ts";
import type { HttpRequest } from "../../transport.ts";
import type { TemplateDraft, TemplateSource } from "../template-source.ts";
import { identifier } from "../whatsapp/inbound/fields.ts";
import { cursorText, readTemplateItems } from "../whatsapp/template-list.ts";
import type { CloudSettings } from "./settings.ts";
import { readGood } from "./template-refusals.ts";
import { restAfter } from "./usage.ts";

/** Templates on a page. Source: Cloud API reference, message templates. */
const PAGE = 100;

const FIELDS =
  "id,name,language,status,category,parameter_format,components,quality_score,rejected_reason";

const pageSchema = z.object({
  data: z.array(z.unknown()),
  paging: z
    .object({
      cursors: z.object({ after: cursorText }).optional(),
      next: z.string().optional(),
    })
    .optional()
    .catch(undefined),
});

const word = z.string().regex(/^[A-Za-z_]{1,40}$/);

const takenSchema = z.object({
  id: identifier,
  status: word.catch("PENDING"),
  category: word.nullable().catch(null),
});

const doneSchema = z.object({ success: z.literal(true) });

/**
 * Builds the calls about templates, which belong to the business account: without its id there are none.
 * Source: Cloud API reference, message templates.
 */
export function createTemplates(
  settings: CloudSettings,
  secrets: readonly string[],
): TemplateSource | undefined {
  const { business_account_id: owner } = settings;
  if (owner === undefined) return undefined;
  const authorization = `Bearer ${settings.access_token}`;
  const address = (of: string, query: Readonly<Record<string, string>> = {}) => {
    const search = new URLSearchParams(query).toString();
    const edge = `${settings.graph_url}/${settings.api_version}/${encodeURIComponent(of)}/message_templates`;
    return search === "" ? edge : `${edge}?${search}`;
  };
  const call = (method: "GET" | "DELETE", url: string): HttpRequest => ({
    method,
    url,
    headers: { authorization },
  });
  return {
    owners: [owner],
    list: (of, after) => {
      const query = { fields: FIELDS, limit: String(PAGE), ...(after !== undefined && { after }) };
      return call("GET", address(of, query));
    },
    readPage: (response) => {
      const page = pageSchema.safeParse(readGood(response, secrets)).data;
      if (page === undefined) throw unreadable("the answer is no list of templates");
      const { cursors, next } = page.paging ?? {};
      if (next !== undefined && cursors === undefined)
        throw unreadable("the list of templates goes on, but does not say where");
      return {
        ...readTemplateItems(page.data),
        ...(next !== undefined && cursors !== undefined && { next: cursors.after }),
        restMs: restAfter(response.headers),
      };
    },
    create: {
      request: (draft) => ({
        method: "POST",
        url: address(owner),
        headers: { authorization, "content-type": "application/json" },
        body: JSON.stringify(bodyOf(draft)),
      }),
      read: (response) => {
        const taken = takenSchema.safeParse(readGood(response, secrets)).data;
        if (taken === undefined) throw unreadable("the answer does not name the new template");
        return { externalId: taken.id, status: taken.status, category: taken.category };
      },
    },
    remove: {
      request: ({ name, externalId }) =>
        call("DELETE", address(owner, { name, hsm_id: externalId })),
      read: (response) => {
        if (!doneSchema.safeParse(readGood(response, secrets)).success)
          throw unreadable("the answer does not say that the template was removed");
      },
    },
  };
}

function bodyOf({ name, language, category, parameterFormat, components }: TemplateDraft): object {
  return { name, language, category, parameter_format: parameterFormat.toUpperCase(), components };
}

function unreadable(detail: string): BridgeError {
  return new BridgeError("channel_unreadable", detail);
}
