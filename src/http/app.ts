import type { RequestListener } from "node:http";
import express from "express";
import type { RequestHandler } from "express";
import helmet from "helmet";
import type { AppDependencies } from "./dependencies.ts";
import { healthRoutes } from "./health.ts";
import { notFound, problemHandler } from "./problem.ts";
import { limiter } from "./rate-limit.ts";
import { requestId } from "./request-id.ts";
import { requestSpan } from "./request-span.ts";
import { createWebhookFront } from "./webhook-front.ts";
import { webhookRoutes } from "./webhooks.ts";

/** Builds the HTTP edge: webhooks, web clients, health, metrics and, where given, the API. It does not listen. */
export function createApp(deps: AppDependencies): RequestListener {
  const app = express();
  app.disable("x-powered-by");
  app.disable("etag");
  app.set("trust proxy", deps.settings.trustProxy);
  app.use(requestId);
  app.use(requestSpan);
  // Webhooks come by the thousand and no browser ever shows an answer to one: they get along with `nosniff`.
  app.use(webhookRoutes(deps));
  app.use(helmet());
  app.use(healthRoutes(deps));
  if (deps.files !== undefined) app.use("/files", filesLimit(deps), deps.files);
  if (deps.api !== undefined) app.use("/api/v1", deps.api);
  if (deps.docs !== undefined) app.use("/docs", deps.docs);
  for (const [path, page] of deps.pages ?? []) app.use(path, page);
  if (deps.messagingTests !== undefined) app.use(deps.messagingTests);
  app.use(notFound);
  app.use(problemHandler(deps.log));
  const front = createWebhookFront(deps);
  return (request, response) => {
    if (!front(request, response)) void app(request, response);
  };
}

function filesLimit({ limits, settings, log }: AppDependencies): RequestHandler {
  return limiter({ store: limits("files"), perMinute: settings.perMinute.files, log });
}
