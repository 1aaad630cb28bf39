import { z } from "zod";
import { previewTemplate } from "../../campaigns/templates/preview.ts";
import { fillContent, templateRequest } from "../../send-content.ts";
import { nothing } from "./parameters.ts";
import { defineRoute } from "./route.ts";
import { mustFindTemplate } from "./template-view.ts";

export const preview = z
  .strictObject({
    header: z.strictObject({ format: z.string(), text: z.string().nullable() }).nullable(),
    body: z.string(),
    footer: z.string().nullable(),
    buttons: z.array(
      z.strictObject({ type: z.string(), text: z.string(), url: z.string().nullable() }),
    ),
    problems: z
      .array(z.string())
      .meta({ description: "What keeps such a message from being sent." }),
    warnings: z.array(z.string()),
  })
  .meta({ id: "TemplatePreview" });

/** What a message made from a template would look like. */
export const templatePreviewRoutes = [
  defineRoute({
    method: "post",
    path: "/templates/{id}/preview",
    scope: "templates:read",
    summary: "Fills a template with values, or with the provider's examples where none are given",
    tag: "templates",
    // It only looks.
    writesAudit: true,
    query: nothing,
    body: z.strictObject({
      params: templateRequest.shape.params,
      components: templateRequest.shape.components,
      values: z
        .record(z.string().max(128), z.string().max(4096))
        .default({})
        .meta({ description: "What stands for the `{{placeholders}}` of params and components." }),
    }),
    answer: preview,
    handle: async ({ id, body: { params, components, values } }, context) => {
      const row = await mustFindTemplate(context, id);
      const request = {
        name: row.name,
        ...(params !== undefined && { params }),
        ...(components !== undefined && { components }),
      };
      const { content, missing } = fillContent({ template: request }, values);
      const filled = "template" in content ? content.template : request;
      const { request: _request, ...shown } = previewTemplate(row, filled);
      const unfilled = missing.map((name) => `There is no value for the placeholder ${name}.`);
      return {
        ...shown,
        buttons: [...shown.buttons],
        problems: [...shown.problems, ...unfilled],
        warnings: [...shown.warnings],
      };
    },
  }),
] as const;
