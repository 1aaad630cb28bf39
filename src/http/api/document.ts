import { z } from "zod";
import { createDocument } from "zod-openapi";
import type { ZodOpenApiOverrideContext, ZodOpenApiPathItemObject } from "zod-openapi";
import type { Route } from "./route.ts";

/** A refusal. Source: RFC 9457, with the members this API adds. */
export const problem = z
  .strictObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.string().meta({ description: "A word of the error table." }),
    request_id: z.string().optional(),
    errors: z
      .array(
        z.strictObject({
          parameter: z.string().optional(),
          pointer: z.string().optional(),
          detail: z.string(),
        }),
      )
      .optional(),
  })
  .meta({ id: "Problem" });

/** Leaves out the patterns of times and ids, which are long and say no more than the format. */
function dropPatterns({ jsonSchema }: ZodOpenApiOverrideContext): void {
  if (jsonSchema.format !== undefined) delete jsonSchema.pattern;
}

function pathsOf(routes: readonly Route[]): Record<string, ZodOpenApiPathItemObject> {
  const paths: Record<string, ZodOpenApiPathItemObject> = {};
  for (const { method, path, operation } of routes)
    paths[path] = { ...paths[path], [method]: operation };
  return paths;
}

/** Builds the OpenAPI 3.1 document of these operations. */
export function createApiDocument(
  routes: readonly Route[],
  version: string,
): Readonly<Record<string, unknown>> {
  return {
    ...createDocument(
      {
        openapi: "3.1.1",
        info: {
          title: "Ponte",
          version,
          description:
            "What was said, what happened to it, and how to try it again. Lists are paged by cursor, times are RFC 3339 UTC, refusals are problem details.",
        },
        servers: [{ url: "/api/v1" }],
        security: [{ key: [] }],
        paths: pathsOf(routes),
        components: {
          securitySchemes: {
            key: {
              type: "http",
              scheme: "bearer",
              description: "The admin key, or one that `POST /keys` made.",
            },
          },
          responses: {
            Problem: {
              description: "Refused, with the reason.",
              content: { "application/problem+json": { schema: problem } },
            },
          },
        },
      },
      { override: dropPatterns },
    ),
  };
}
