import type { Request } from "express";
import { z } from "zod";
import type { ZodOpenApiOperationObject } from "zod-openapi";
import { BridgeError } from "../../errors.ts";
import type { ApiDependencies, Language } from "./dependencies.ts";
import { LANGUAGES } from "./dependencies.ts";
import { id } from "./parameters.ts";
import { parseRequest } from "./request-problem.ts";

/** What a handler is given beside its input. */
export interface ApiContext extends ApiDependencies {
  /** The OpenAPI document of this API. */
  readonly document: Readonly<Record<string, unknown>>;
}

/** One operation of the API: what the router runs and what the document says about it, in one place. */
export interface Route {
  readonly method: "get" | "post" | "patch";
  /** As OpenAPI writes it: `/messages/{id}`. */
  readonly path: string;
  /** Whether it may be called without a key. */
  readonly open: boolean;
  readonly answer: z.ZodType;
  /** Of a good answer: 202 where the work is still to be done. */
  readonly status: 200 | 202;
  readonly operation: ZodOpenApiOperationObject;
  readonly handle: (request: Request, context: ApiContext) => Promise<unknown>;
}

interface Input<Query, Body> {
  /** The `{id}` of the path; "" where the path has none. */
  readonly id: string;
  /** The `{name}` of the path; "" where the path has none. */
  readonly name: string;
  readonly query: Query;
  readonly body: Body;
  /** The language the caller prefers. */
  readonly language: Language;
}

interface RouteDefinition<
  Query extends z.ZodObject,
  Body extends z.ZodType,
  Answer extends z.ZodType,
> {
  readonly method: "get" | "post" | "patch";
  readonly path: string;
  readonly summary: string;
  readonly tag: string;
  readonly open?: boolean;
  /** 200 where absent. */
  readonly status?: 200 | 202;
  readonly query: Query;
  readonly body: Body;
  readonly answer: Answer;
  readonly handle: (
    input: Input<z.output<Query>, z.output<Body>>,
    context: ApiContext,
  ) => Promise<z.output<Answer>>;
}

const pathId = z.strictObject({ id: z.guid() });
const pathName = z.strictObject({ name: z.string() });

/** What is no id can be the id of nothing: the answer is 404, as for an unknown one. */
function readId(value: unknown): string {
  const parsed = id.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new BridgeError("request_not_found", "there is nothing with this id");
}

function preferredLanguage(request: Request): Language {
  const accepted = request.acceptsLanguages([...LANGUAGES]);
  return LANGUAGES.find((language) => language === accepted) ?? LANGUAGES[0];
}

const json = (schema: z.ZodType) => ({ "application/json": { schema } });

function describe(
  definition: RouteDefinition<z.ZodObject, z.ZodType, z.ZodType>,
): ZodOpenApiOperationObject {
  const hasId = definition.path.includes("{id}");
  const hasName = definition.path.includes("{name}");
  const { status = 200 } = definition;
  return {
    summary: definition.summary,
    tags: [definition.tag],
    requestParams: {
      query: definition.query,
      ...(hasId && { path: pathId }),
      ...(hasName && { path: pathName }),
    },
    ...(definition.method !== "get" ? { requestBody: { content: json(definition.body) } } : {}),
    ...(definition.open === true ? { security: [] } : {}),
    responses: {
      [`${status}`]: {
        description: status === 200 ? "Done." : "Accepted, to be done.",
        content: json(definition.answer),
      },
      default: { $ref: "#/components/responses/Problem" },
    },
  };
}

/** Defines one operation. Its handler gets parsed input only and throws `request_*` and `store_*`. */
export function defineRoute<
  Query extends z.ZodObject,
  Body extends z.ZodType,
  Answer extends z.ZodType,
>(definition: RouteDefinition<Query, Body, Answer>): Route {
  const { method, path, answer, open = false, status = 200 } = definition;
  return {
    method,
    path,
    answer,
    open,
    status,
    operation: describe({ ...definition, handle: () => Promise.resolve(undefined) }),
    handle: (request, context) =>
      definition.handle(
        {
          id: path.includes("{id}") ? readId(request.params["id"]) : "",
          name: path.includes("{name}") ? String(request.params["name"]) : "",
          query: parseRequest(definition.query, request.query, "query"),
          body: parseRequest(definition.body, request.body ?? {}, "body"),
          language: preferredLanguage(request),
        },
        context,
      ),
  };
}
