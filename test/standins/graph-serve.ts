import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { accept, receiptOf, report, type Desk, type Send } from "./graph-desk.ts";
import type { GraphFault } from "./graph-faults.ts";
import { serveFile } from "./graph-media.ts";
import { checkSentTemplate } from "./graph-template-rules.ts";
import { serveRegistry } from "./graph-registry.ts";
import { serveTemplates } from "./graph-templates.ts";
import { checkCall, errorBody, type Refusal } from "./graph-rules.ts";

/** Serves one call to the stand-in. */
export async function serve(
  desk: Desk,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const received = await readCall(request);
  const origin = `http://${request.headers.host ?? ""}`;
  const templates = serveTemplates(desk.shelf, received, desk.rules, origin);
  if (templates !== undefined) {
    templates(response);
    return;
  }
  const registered = serveRegistry(desk.registry, received, desk.rules);
  if (registered !== undefined) {
    registered(response);
    return;
  }
  const file = serveFile(desk.media, received, desk.rules, origin);
  if (file !== undefined) {
    file(response);
    return;
  }
  const call = checkCall(received, desk.rules);
  switch (call.kind) {
    case "refusal":
      answerRefusal(desk, response, call);
      return;
    case "read": {
      const { account, messageId, typing } = call;
      desk.acknowledged.push({ account, messageId, typing });
      answer(response, 200, JSON.stringify({ success: true }));
      return;
    }
    case "send": {
      const wrong = checkSentTemplate(call.payload, desk.shelf.templates);
      if (wrong === undefined) await take(desk, response, call);
      else answerRefusal(desk, response, wrong);
    }
  }
}

async function take(desk: Desk, response: ServerResponse, send: Send): Promise<void> {
  const fault = desk.script.take();
  switch (fault.kind) {
    case "error":
      answerError(response, { message: `(#${String(fault.code)}) Scripted`, ...fault });
      return;
    case "raw":
      for (const [name, value] of Object.entries(fault.headers ?? {}))
        response.setHeader(name, value);
      answer(response, fault.status, fault.body, fault.contentType);
      return;
    case "hang":
    case "reset": {
      const message = fault.taken ? accept(desk, send) : undefined;
      if (fault.kind === "reset") response.destroy();
      if (message !== undefined) await report(desk, message);
      return;
    }
    case "none":
    case "slow":
    case "broken_json":
    case "fail_later":
    case "statuses_first":
      await takeAndAnswer(desk, response, send, fault);
  }
}

async function takeAndAnswer(
  desk: Desk,
  response: ServerResponse,
  send: Send,
  fault: GraphFault,
): Promise<void> {
  const tooFast = desk.tooFast(send.account, send.to);
  if (tooFast !== undefined) {
    answerRefusal(desk, response, tooFast);
    return;
  }
  const message = accept(desk, send);
  if (fault.kind === "slow") await sleep(fault.ms, undefined, { ref: false });
  if (fault.kind === "statuses_first") await report(desk, message);
  const body = receiptOf(desk, message);
  answer(response, 200, fault.kind === "broken_json" ? body.slice(0, body.length / 2) : body);
  if (fault.kind === "fail_later") await report(desk, message, fault.code);
  else if (fault.kind !== "statuses_first") await report(desk, message);
}

function answerRefusal(desk: Desk, response: ServerResponse, refusal: Refusal): void {
  desk.refusals.push(refusal);
  answerError(response, refusal);
}

function answerError(response: ServerResponse, error: Omit<Refusal, "kind">): void {
  answer(response, error.status, errorBody(error, "AStandInTrace"));
}

function answer(
  response: ServerResponse,
  status: number,
  body: string,
  contentType = "application/json; charset=UTF-8",
): void {
  response.writeHead(status, { "content-type": contentType });
  response.end(body);
}

async function readCall(request: IncomingMessage): Promise<Parameters<typeof checkCall>[0]> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) {
    if (Buffer.isBuffer(chunk)) chunks.push(chunk);
  }
  return {
    method: request.method ?? "",
    path: request.url ?? "",
    authorization: request.headers.authorization,
    contentType: request.headers["content-type"],
    body: Buffer.concat(chunks).toString("utf8"),
  };
}
