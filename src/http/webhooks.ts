import { Router } from "express";
import type { Request, RequestHandler } from "express";
import { BridgeError } from "../errors.ts";
import { ALIASES } from "./aliases.ts";
import type { AppDependencies } from "./dependencies.ts";
import type { Endpoint } from "./endpoint.ts";
import { providerEndpoint, writeAnswer } from "./provider-webhook.ts";
import { webEndpoint } from "./web-clients.ts";
import { findParties } from "./webhook-parties.ts";
import { OK } from "./webhook-response.ts";

/** Serves the webhooks of every channel in the layout of Rasa's connectors, and their aliases. */
export function webhookRoutes(deps: AppDependencies): Router {
  const channels = [...deps.channels.values()];
  const endpoints = new Map<string, Endpoint>();
  for (const [name, parties] of findParties(channels))
    endpoints.set(name, providerEndpoint(deps, name, parties));
  for (const { name, channel } of channels) {
    if (channel.web?.protocol === "http")
      endpoints.set(name, webEndpoint(deps, name, channel, channel.web));
    if (channel.web?.protocol === "socketio") endpoints.set(name, noWebhook);
  }
  const webhook =
    (nameOf: (request: Request) => string): RequestHandler =>
    async (request, response) => {
      const name = nameOf(request);
      const started = performance.now();
      response.setHeader("X-Content-Type-Options", "nosniff");
      response.once("finish", () => {
        const seconds = (performance.now() - started) / 1_000;
        deps.metrics.webhookAnswered(name, response.statusCode, seconds);
      });
      const endpoint = endpoints.get(name);
      if (endpoint === undefined) throw unknownChannel();
      await endpoint(request, response);
    };
  const status =
    (nameOf: (request: Request) => string): RequestHandler =>
    (request, response) => {
      if (!endpoints.has(nameOf(request))) throw unknownChannel();
      writeAnswer(response, OK);
    };

  const router = Router();
  router.all("/webhooks/:name/webhook{/*suffix}", webhook(channelInPath));
  router.get("/webhooks/:name", status(channelInPath));
  for (const { path, channel, serves } of ALIASES) {
    if (serves === "webhook")
      router.all(
        path,
        webhook(() => channel),
      );
    else
      router.get(
        path,
        status(() => channel),
      );
  }
  return router;
}

function channelInPath(request: Request): string {
  const name: unknown = request.params["name"];
  return typeof name === "string" ? name : "";
}

/** Rasa has no such path either: its Socket.IO clients connect elsewhere. */
const noWebhook: Endpoint = () =>
  Promise.reject(new BridgeError("request_not_found", "clients connect at /socket.io/"));

function unknownChannel(): BridgeError {
  return new BridgeError("channel_unknown", "no channel has this name");
}
