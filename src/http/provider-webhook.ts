import type { Response } from "express";
import { bodyReader, readCall, toStep } from "./body.ts";
import type { AppDependencies } from "./dependencies.ts";
import type { Endpoint } from "./endpoint.ts";
import { limiter } from "./rate-limit.ts";
import { createWebhookHandler } from "./webhook-handler.ts";
import type { Parties } from "./webhook-parties.ts";
import type { WebhookResponse } from "./webhook-response.ts";

/** A provider's webhook on Express: reads the call, keeps guesses at the verification few, and writes the answer. */
export function providerEndpoint(deps: AppDependencies, name: string, parties: Parties): Endpoint {
  const webhook = createWebhookHandler(deps, name, parties);
  const readBody = bodyReader(webhook.maxBodyBytes);
  const limitVerification = toStep(
    limiter({
      store: deps.limits(`verify:${name}`),
      perMinute: deps.settings.perMinute.verification,
      log: deps.log,
    }),
  );
  const serve: Endpoint = async (request, response) => {
    const { method } = request;
    if (!webhook.methods.has(method)) {
      writeAnswer(response, webhook.notAllowed);
      return;
    }
    if (method !== "POST" && (await limitVerification(request, response)) === "answered") return;
    writeAnswer(response, await webhook.handle(await readCall(request, readBody)));
  };
  return async (request, response) => {
    try {
      await serve(request, response);
    } catch (thrown) {
      writeAnswer(response, webhook.refuse(thrown));
    }
  };
}

/** Writes an answer; nothing where one has begun already. */
export function writeAnswer(response: Response, { status, headers, body }: WebhookResponse): void {
  if (response.headersSent) return;
  response.status(status).set(headers).end(body);
}
