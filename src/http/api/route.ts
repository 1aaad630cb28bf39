import type { Request, Response } from "express";
import { z } from "zod";
import type { ZodOpenApiOperationObject } from "zod-openapi";
import { BridgeError } from "../../errors.ts";
import type { Caller, Scope } from "./caller.ts";
import type { ApiDependencies, Language } from "./dependencies.ts";
import { LANGUAGES } from "./dependencies.ts";
import type { ReadOverview } from "./overview.ts";
import { id } from "./parameters.ts";
import { parseRequest } from "./request-problem.ts";

/** What a handler is given beside its input. */
export interface ApiContext extends ApiDependencies {
  readonly overview: ReadOverview;
  /** The OpenAPI document of this API; made when it is first asked for. */
  readonly document: () => Promise<Readonly<Record<string, unknown>>>;
  readonly caller: Caller;
  /** Shows the caller a part of an answer that the handler writes itself: masked where they may not see phone numbers. */
  readonly mask: (value: unknown) => unknown;
  /** Makes the id of a thing that the request makes: the same one whenever a request with the same Idempotency-Key is made. */
  readonly newId: (part: string) => string;
}

type Method = "get" | "post" | "put" | "patch" | "delete";

/** One operation of the API: what the router runs and what the document says about it, in one place. */
export interface Route {
  readonly method: Method;
  /** As OpenAPI writes it: `/messages/{id}`. */
  readonly path: string;
  /** What the caller's key must allow; undefined: nothing, it may be called without a key. */
  readonly scope: Scope | undefined;
  /** Another scope that does as well. */
  readonly orScope?: Scope;
  readonly answer: z.ZodType;
  /** Of a good answer: 201 where something was made, 202 where the work is still to be done. */
  readonly status: Status;
  /** Whether the handler reads the body itself, piece by piece: no size limits it. */
  readonly readsBody: boolean;
  /** Whether the audit log is the handler's matter: it writes more than that the call was made, or nothing was changed. */
  readonly writesAudit: boolean;
  /** Whether the answer may be kept for a repetition with the same Idempotency-Key; not where it holds a secret. */
  readonly keepsAnswer: boolean;
  /** Whether the answer names nobody's phone number, or only the caller's own words, so that it needs no masking. */
  readonly hasNoNumbers: boolean;
  readonly operation: ZodOpenApiOperationObject;
  readonly handle: (request: Request, context: ApiContext) => Promise<unknown>;
  /** Writes the answer where it is not JSON; `handle` gives what it is made from. */
  readonly respond?: (answer: unknown, request: Request, response: Response) => Promise<void>;
}

type Status = 200 | 201 | 202;

interface Input<Query, Body> {
  /** The `{id}` of the path; "" where the path has none. */
  readonly id: string;
  /** The `{name}` of the path; "" where the path has none. */
  readonly name: string;
  /** Another parameter of the path, as text; "" where the path has none of this name. */
  readonly param: (name: string) => string;
  readonly query: Query;
  readonly body: Body;
  /** The language the caller prefers. */
  readonly language: Language;
  /**
   * Makes the id of a thing that the request makes, `part` telling it from the others of the same request. A repetition with
   * the same Idempotency-Key makes the same ids, so that what was half done is finished and not done twice.
   */
  readonly newId: (part: string) => string;
  /** For a route that reads its body itself. */
  readonly request: Request;
}

interface RouteDefinition<
  Query extends z.ZodObject,
  Body extends z.ZodType,
  Answer extends z.ZodType,
> {
  readonly method: Method;
  readonly path: string;
  readonly summary: string;
  readonly tag: string;
  readonly scope: Scope | undefined;
  readonly orScope?: Scope;
  /** 200 where absent. */
  readonly status?: Status;
  readonly readsBody?: boolean;
  /** False where absent. */
  readonly writesAudit?: boolean;
  /** True where absent. */
  readonly keepsAnswer?: boolean;
  /** False where absent. */
  readonly hasNoNumbers?: boolean;
  readonly query: Query;
  readonly body: Body;
  readonly answer: Answer;
  readonly handle: (
    input: Input<z.output<Query>, z.output<Body>>,
    context: ApiContext,
  ) => Promise<z.output<Answer>>;
}

/** What the path's parameters are: `{id}` is one of our ids, any other is a text. */
function pathParameters(path: string): z.ZodObject | undefined {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name);
  if (names.length === 0) return undefined;
  return z.strictObject(
    Object.fromEntries(names.map((name) => [name, name === "id" ? z.guid() : z.string()])),
  );
}

/** What is no id can be the id of nothing: the answer is 404, as for an unknown one. */
function readId(value: unknown): string {
  const parsed = id.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new BridgeError("request_not_found", "there is nothing with this id");
}

function readParameter({ params }: Request, name: string): string {
  const value = params[name];
  return typeof value === "string" ? value : "";
}

function preferredLanguage(request: Request): Language {
  const accepted = request.acceptsLanguages([...LANGUAGES]);
  return LANGUAGES.find((language) => language === accepted) ?? LANGUAGES[0];
}

const DESCRIPTIONS = { 200: "Done.", 201: "Made.", 202: "Accepted, to be done." } as const;

const onceHeader = z.strictObject({
  "Idempotency-Key": z.string().min(1).max(255).optional().meta({
    description: "A name for this request: repeated under it, it is answered and not done again.",
  }),
});

/** The refusals that a caller of an operation must expect. */
function refusalsOf({ method, scope, path }: Pick<Route, "method" | "scope" | "path">): number[] {
  return [
    ...(scope === undefined ? [] : [401, 403]),
    ...(path.includes("{") ? [404] : []),
    ...(method === "get" ? [] : [409, 413]),
    ...(method === "get" && scope === undefined ? [] : [422]),
    429,
  ];
}

const asProblem = (status: number) => [
  `${status}`,
  { $ref: "#/components/responses/Problem" as const },
];

const json = (schema: z.ZodType) => ({ "application/json": { schema } });

function describe(
  definition: RouteDefinition<z.ZodObject, z.ZodType, z.ZodType>,
): ZodOpenApiOperationObject {
  const parameters = pathParameters(definition.path);
  const { status = 200 } = definition;
  const { method, scope, orScope } = definition;
  const scopes = [scope, orScope].filter((one) => one !== undefined);
  return {
    summary: definition.summary,
    tags: [definition.tag],
    requestParams: {
      query: definition.query,
      ...(method === "post" && { header: onceHeader }),
      ...(parameters !== undefined && { path: parameters }),
    },
    ...(definition.method !== "get" ? { requestBody: { content: json(definition.body) } } : {}),
    ...(definition.scope === undefined ? { security: [] } : {}),
    ...(scope !== undefined && {
      description: `Needs ${scopes.map((one) => `\`${one}\``).join(" or ")}.`,
    }),
    responses: {
      [`${status}`]: {
        description: DESCRIPTIONS[status],
        content: json(definition.answer),
      },
      ...Object.fromEntries(refusalsOf({ method, scope, path: definition.path }).map(asProblem)),
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
  const { method, path, answer, scope, status = 200, readsBody = false } = definition;
  return {
    method,
    path,
    answer,
    scope,
    ...(definition.orScope !== undefined && { orScope: definition.orScope }),
    status,
    readsBody,
    writesAudit: definition.writesAudit ?? false,
    keepsAnswer: definition.keepsAnswer ?? true,
    hasNoNumbers: definition.hasNoNumbers ?? false,
    operation: describe({ ...definition, handle: () => Promise.resolve(undefined) }),
    handle: (request, context) =>
      definition.handle(
        {
          id: path.includes("{id}") ? readId(request.params["id"]) : "",
          name: readParameter(request, "name"),
          param: (name) => readParameter(request, name),
          query: parseRequest(definition.query, request.query, "query"),
          body: parseRequest(definition.body, (readsBody ? undefined : request.body) ?? {}, "body"),
          language: preferredLanguage(request),
          newId: context.newId,
          request,
        },
        context,
      ),
  };
}
