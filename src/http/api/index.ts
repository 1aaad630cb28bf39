import express from "express";
import type { RequestHandler, Router } from "express";
import { notFound } from "../problem.ts";
import { demandKey, identify } from "./authorize.ts";
import type { ApiDependencies } from "./dependencies.ts";
import { createHandler } from "./handle.ts";
import { createSecretHider } from "./hide-secrets.ts";
import { apiLimits, signInLimit } from "./limits.ts";
import { createMasking } from "./masking.ts";
import { createOverview } from "./overview.ts";
import { refuseInvalid, refuseLarge, refuseMediaType, refuseMethod } from "./refusals.ts";
import type { Route } from "./route.ts";
import { ROUTES } from "./routes.ts";

/** Bytes of a request's body; the largest one, a replay of 500 ids, takes a fifth of it. */
const MAX_BODY_BYTES = 102_400;

/** Bytes of what somebody sends who is not known yet: a key. */
const MAX_SIGN_IN_BYTES = 2_048;

/** The way Express writes a path of the OpenAPI document. */
function expressPath(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, ":$1");
}

const forbidStoring: RequestHandler = (_request, response, next) => {
  response.set({ "Cache-Control": "no-store", Vary: "Accept-Language" });
  next();
};

/** Describes the API when somebody first asks for it, and once: that takes longer than to build the API. */
function describeOnce(version: string): () => Promise<Readonly<Record<string, unknown>>> {
  let made: Promise<Readonly<Record<string, unknown>>> | undefined;
  const make = async () => (await import("./document.ts")).createApiDocument(ROUTES, version);
  return () => (made ??= make());
}

/** Builds the API's router, to be mounted at `/api/v1` in an application that answers failures with `problemHandler`. */
export function createApi(deps: ApiDependencies): Router {
  const router = express.Router({ caseSensitive: true });
  const context = {
    ...deps,
    document: describeOnce(deps.version),
    overview: createOverview(deps.db),
  };
  const discretion = {
    hideSecrets: createSecretHider(deps.secrets),
    masking: createMasking(deps),
  };
  const mount = (routes: readonly Route[]) => {
    for (const route of routes)
      router[route.method](expressPath(route.path), createHandler(route, context, discretion));
  };

  router.use(forbidStoring, identify(deps), ...apiLimits(deps));
  router.use(
    "/session",
    refuseLarge(MAX_SIGN_IN_BYTES),
    express.json({ limit: MAX_SIGN_IN_BYTES, type: () => true }),
  );
  router.post("/session", signInLimit(deps));
  mount(ROUTES.filter(({ scope }) => scope === undefined));
  router.use(demandKey);
  mount(ROUTES.filter(({ scope, readsBody }) => scope !== undefined && readsBody));
  router.use(refuseLarge(MAX_BODY_BYTES));
  // JSON under whatever name: curl calls its body a form unless told otherwise.
  router.use(express.json({ limit: MAX_BODY_BYTES, type: () => true }), refuseMediaType);
  mount(ROUTES.filter(({ scope, readsBody }) => scope !== undefined && !readsBody));
  for (const [path, routes] of Map.groupBy(ROUTES, (route) => route.path))
    router.all(expressPath(path), refuseMethod(routes.map(({ method }) => method)));
  router.use(notFound);
  router.use(refuseInvalid);
  return router;
}
