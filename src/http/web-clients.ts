import { randomUUID } from "node:crypto";
import type { Request, Response } from "express";
import type { Channel } from "../channels/channel.ts";
import type { WebAccess } from "../channels/web-access.ts";
import { BridgeError } from "../errors.ts";
import type { InboundMessage } from "../messages.ts";
import { bodyReader, readCall, toStep } from "./body.ts";
import type { AppDependencies } from "./dependencies.ts";
import type { Endpoint } from "./endpoint.ts";
import { limiter } from "./rate-limit.ts";
import { answerLines, answerList, whileWaited } from "./web-answer.ts";

const METHODS = "POST, GET, OPTIONS";
/** Seconds a browser may remember a preflight. */
const PREFLIGHT_MAX_AGE_S = "600";
const SENDER = "sender";

/**
 * The waiting route of web clients, in the shape of Rasa's REST channel: the message is stored, its turn runs wherever
 * a worker takes it, and what it says is the answer. A turn that fails or takes too long is no HTTP error: the answer
 * is what came until then, because clients of this API iterate over whatever they get.
 */
export function webEndpoint(
  deps: AppDependencies,
  name: string,
  channel: Channel,
  web: WebAccess,
): Endpoint {
  const readBody = bodyReader(channel.maxBodyBytes);
  const limitAddress = toStep(
    limiter({
      store: deps.limits(`address:${name}`),
      perMinute: web.perMinute.address,
      log: deps.log,
    }),
  );
  const limitSender = toStep(
    limiter({
      store: deps.limits(`sender:${name}`),
      perMinute: web.perMinute.sender,
      log: deps.log,
      also: (_request, response) => String(response.locals[SENDER]),
    }),
  );
  return async (request, response) => {
    allowOrigin(request, response, web.allowedOrigins);
    if (refuseMethod(request, response, web.allowedOrigins)) return;
    if ((await limitAddress(request, response)) === "answered") return;
    const call = await readCall(request, readBody);
    const message = messageOf(channel.receive(call));
    response.locals[SENDER] = message.identities[0]?.value;
    if ((await limitSender(request, response)) === "answered") return;

    const stamped = { ...message, externalId: randomUUID(), sentAt: new Date().toISOString() };
    const wait = startWait(response, web.waitMs);
    const payloads = whileWaited(deps.ask(stamped, call.rawBody, wait.signal, name), wait.signal);
    try {
      const stream = String(call.query["stream"]).toLowerCase() === "true";
      await (stream ? answerLines : answerList)(deps.log, payloads, response);
    } finally {
      wait.end();
    }
  };
}

function messageOf(result: ReturnType<Channel["receive"]>): InboundMessage {
  const events = result.kind === "events" ? result.events : [];
  const message = events.find((event) => event.kind === "message");
  if (message === undefined) throw new BridgeError("webhook_malformed", "there is no message");
  return message;
}

/** Source: Fetch standard, CORS protocol. */
function allowOrigin(request: Request, response: Response, allowed: readonly string[]): void {
  const origin = request.get("origin");
  const any = allowed.includes("*");
  if (!any) response.vary("Origin");
  if (origin === undefined || !(any || allowed.includes(origin))) return;
  response.set({
    "Access-Control-Allow-Origin": any ? "*" : origin,
    "Access-Control-Allow-Methods": METHODS,
    "Access-Control-Allow-Headers": "content-type, authorization",
    "Access-Control-Max-Age": PREFLIGHT_MAX_AGE_S,
  });
}

/** Answers a preflight, and everything but POST; says whether it did. */
function refuseMethod(request: Request, response: Response, allowed: readonly string[]): boolean {
  if (request.method === "POST") return false;
  if (request.method === "OPTIONS" && allowed.length > 0) response.status(204).end();
  else response.status(405).set("Allow", "POST").end();
  return true;
}

/** The caller waits until the answer is complete, the time is up or the connection is gone. */
function startWait(response: Response, ms: number): { signal: AbortSignal; end: () => void } {
  const abort = new AbortController();
  const giveUp = (): void => abort.abort();
  const timer = setTimeout(giveUp, ms);
  response.once("close", giveUp);
  return { signal: abort.signal, end: () => clearTimeout(timer) };
}
