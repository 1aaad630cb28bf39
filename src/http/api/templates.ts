import { z } from "zod";
import { formatOf } from "../../campaigns/templates/draft.ts";
import { listTemplates, readTemplateUsage, templateUsage } from "../../db/template-use.ts";
import { owns } from "./caller.ts";
import { BridgeError } from "../../errors.ts";
import { storableRecord } from "../../storable.ts";
import { pageOf, readPage } from "./paging.ts";
import { nothing, paging, textFilter } from "./parameters.ts";
import { defineRoute } from "./route.ts";
import { templateDraft } from "./template-draft.ts";
import { templatePreviewRoutes } from "./template-preview.ts";
import { templateSyncRoutes } from "./template-sync.ts";
import { mustFindTemplate, showTemplate, template } from "./template-view.ts";

const tag = "templates";

const capitals = textFilter.transform((word) => word.toUpperCase());

/** Templates as the providers keep them. */
export const templateRoutes = [
  defineRoute({
    method: "get",
    path: "/templates",
    scope: "templates:read",
    summary: "Lists templates, those the provider lists no longer included",
    tag,
    query: z.strictObject({
      channel: textFilter.optional(),
      name: textFilter.optional(),
      language: textFilter.optional(),
      status: capitals.optional(),
      category: capitals.optional(),
      ...paging,
    }),
    body: nothing,
    answer: pageOf(template).meta({ id: "TemplatePage" }),
    handle: async ({ query }, { db, caller }) => {
      const page = await readPage(
        "templates",
        query,
        (wanted) => listTemplates(db, { ...query, channels: caller.channels }, wanted),
        (row) => ({ at: row.created_at, id: row.id }),
      );
      return { ...page, data: page.data.map(showTemplate) };
    },
  }),
  defineRoute({
    method: "get",
    path: "/templates/{id}",
    scope: "templates:read",
    summary: "Shows a template, and what became of the messages made from it",
    tag,
    query: nothing,
    body: nothing,
    answer: template.extend({ usage: templateUsage }).meta({ id: "TemplateWithUsage" }),
    handle: async ({ id }, context) => {
      const row = await mustFindTemplate(context, id);
      return { ...showTemplate(row), usage: await readTemplateUsage(context.db, row) };
    },
  }),
  defineRoute({
    method: "post",
    path: "/templates",
    scope: "templates:write",
    status: 201,
    summary: "Makes a template at the provider, which reviews it before it can be sent",
    tag,
    query: nothing,
    body: templateDraft,
    answer: template,
    handle: async ({ body }, { channels, caller, templates }) => {
      const { channel, name, language, category } = body;
      if (!channels.has(channel) || !owns(caller, channel))
        throw new BridgeError("request_not_found", "no channel has this name");
      const components = body.components.map((component) => storableRecord(component));
      const parameterFormat = formatOf(components);
      const draft = { name, language, category, parameterFormat, components };
      return showTemplate(await templates.create(channel, draft));
    },
  }),
  defineRoute({
    method: "delete",
    path: "/templates/{id}",
    scope: "templates:write",
    summary: "Removes one language of a template at the provider",
    tag,
    query: nothing,
    body: nothing,
    answer: template,
    handle: async ({ id }, context) => {
      await context.templates.remove(await mustFindTemplate(context, id));
      return showTemplate(await mustFindTemplate(context, id));
    },
  }),
  ...templateSyncRoutes,
  ...templatePreviewRoutes,
] as const;
