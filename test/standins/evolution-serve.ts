import type { IncomingMessage, ServerResponse } from "node:http";
import { z } from "zod";
import {
  announce,
  type Desk,
  type EvolutionFault,
  newId,
  receiptOf,
  report,
  type SentMessage,
  toJid,
  usualStatuses,
} from "./evolution-desk.ts";
import { readSetWebhook, versionOf } from "./evolution-registry.ts";
import { isSendRoute, refusalOf, type SendRoute } from "./evolution-rules.ts";

/** The picture that every code of the stand-in has. */
const CODE_PICTURE = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAE=";

interface Call {
  readonly method: string;
  readonly route: string;
  readonly instance: string;
  readonly body: unknown;
}

/** Serves one call to the stand-in. */
export async function serve(
  desk: Desk,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const call = await readCall(request);
  if (request.method === "GET" && request.url === "/") {
    answer(response, 200, { status: 200, message: "Welcome", version: versionOf(desk.options) });
    return;
  }
  const reply = new Map<number, string>([
    [401, "Unauthorized"],
    [404, "Not Found"],
  ]);
  const problem = checkAccess(desk, call, request.headers["apikey"]);
  if (problem !== undefined) {
    refuse(desk, response, problem.status, problem.message, reply.get(problem.status));
    return;
  }
  const [group, action = ""] = call.route.split("/");
  if (group === "message" && isSendRoute(action)) {
    await take(desk, response, action, call);
    return;
  }
  serveOther(desk, response, call);
}

/** Existence is checked before the key. Source: Evolution API, guards. */
function checkAccess(desk: Desk, { instance }: Call, key: unknown) {
  if (!desk.options.instances.includes(instance)) {
    return { status: 404, message: [`The "${instance}" instance does not exist`] };
  }
  return key === desk.options.apiKey ? undefined : { status: 401, message: "Unauthorized" };
}

function serveOther(desk: Desk, response: ServerResponse, call: Call): void {
  const { method, route, instance, body } = call;
  const isPaired = desk.options.integration === "baileys";
  const readMethod = desk.options.version === "v1" ? "PUT" : "POST";
  if (method === "GET" && route === "instance/connectionState") {
    const state = desk.states.get(instance);
    answer(response, 200, { instance: { instanceName: instance, state } });
  } else if (method === "GET" && route === "instance/connect" && isPaired) {
    answer(response, 200, connectAnswer(desk, instance));
  } else if (method === "POST" && route === "chat/getBase64FromMediaMessage") {
    serveFile(desk, response, body);
  } else if (method === readMethod && route === "chat/markMessageAsRead") {
    sign(desk, response, call, isPaired && readSchema(desk).safeParse(body).success);
  } else if (method === "POST" && route === "chat/sendPresence") {
    sign(desk, response, call, isPaired && presenceSchema(desk).safeParse(body).success);
  } else if (route === "webhook/find" && method === "GET") {
    answer(response, 200, desk.webhooks.get(instance) ?? null);
  } else if (route === "webhook/set" && method === "POST") {
    const set = readSetWebhook(desk.options.version, body);
    if (typeof set === "string") return refuse(desk, response, 400, [set]);
    desk.webhooks.set(instance, set);
    answer(response, 201, set);
  } else {
    refuse(desk, response, 404, [`Cannot ${method} /${route}/${instance}`], "Not Found");
  }
}

/** Shows a code, unless the phone is paired. Source: Evolution API, instance controller. */
function connectAnswer({ states }: Desk, instance: string): object {
  if (states.get(instance) === "open")
    return { instance: { instanceName: instance, state: "open" } };
  states.set(instance, "connecting");
  return { pairingCode: null, code: "2@invented", base64: CODE_PICTURE, count: 1 };
}

const readKeys = z
  .array(z.strictObject({ remoteJid: z.string(), fromMe: z.literal(false), id: z.string() }))
  .min(1);

function readSchema({ options }: Desk) {
  return options.version === "v1"
    ? z.strictObject({ read_messages: readKeys })
    : z.strictObject({ readMessages: readKeys });
}

const presence = { delay: z.int(), presence: z.enum(["composing", "recording", "paused"]) };

function presenceSchema({ options }: Desk) {
  const number = z.string().min(1);
  return options.version === "v1"
    ? z.strictObject({ number, options: z.strictObject(presence) })
    : z.strictObject({ number, ...presence });
}

function sign(desk: Desk, response: ServerResponse, call: Call, isValid: boolean): void {
  if (!isValid) {
    refuse(desk, response, 400, ["Method not available on this channel"]);
    return;
  }
  const { route, instance, body } = call;
  desk.signs.push({ route, instance, body });
  answer(response, 201, { message: "done" });
}

const fileSchema = z.strictObject({
  message: z.strictObject({ key: z.strictObject({ id: z.string() }) }),
  convertToMp4: z.boolean(),
});

function serveFile(desk: Desk, response: ServerResponse, body: unknown): void {
  const id = fileSchema.safeParse(body).data?.message.key.id ?? "";
  const file = desk.options.files?.[id];
  if (file === undefined) {
    refuse(desk, response, 400, ["The message is not of the media type"]);
    return;
  }
  const base64 = file.toString("base64");
  answer(response, 201, { mediaType: "imageMessage", mimetype: "image/png", base64, buffer: null });
}

async function take(
  desk: Desk,
  response: ServerResponse,
  route: SendRoute,
  { instance, body }: Call,
): Promise<void> {
  const refusal = refusalOf(desk.options, route, body) ?? strangerIn(desk, body);
  if (refusal !== undefined) {
    refuse(desk, response, 400, refusal);
    return;
  }
  const fault = desk.faults.shift() ?? { kind: "none" };
  if (answerFault(response, fault)) return;
  const sent = { instance, route, body, jid: jidIn(body), id: newId(desk.options) };
  desk.sent.push(sent);
  await announce(desk, sent);
  await finish(desk, response, sent, fault);
}

async function finish(
  desk: Desk,
  response: ServerResponse,
  sent: SentMessage,
  fault: EvolutionFault,
): Promise<void> {
  const statuses = fault.kind === "fail_later" ? ["ERROR"] : usualStatuses(desk.options);
  if (fault.kind === "statuses_first") await report(desk, sent, statuses);
  if (fault.kind !== "hang") answer(response, 201, receiptOf(desk, sent));
  if (fault.kind !== "statuses_first") await report(desk, sent, statuses);
}

/** Answers a fault that takes no message; tells whether it did. */
function answerFault(response: ServerResponse, fault: EvolutionFault): boolean {
  if (fault.kind === "error") {
    answer(response, fault.status, errorBody(fault.status, fault.message, "Scripted"));
  } else if (fault.kind === "raw") {
    response.writeHead(fault.status, { "content-type": "text/html" });
    response.end(fault.body);
  } else if (fault.kind === "meta") {
    const code = fault.code;
    const message = `(#${String(code)}) Scripted`;
    answer(response, 201, { message, type: "OAuthException", code, error_data: {} });
  } else return false;
  return true;
}

/** The number or, in a reaction, the chat. */
function numberIn(body: unknown): string {
  const key = z.object({ key: z.object({ remoteJid: z.string() }) });
  const schema = z.union([
    z.object({ number: z.string() }).transform(({ number }) => number),
    key.transform(({ key: { remoteJid } }) => remoteJid),
    z
      .object({ reactionMessage: key })
      .transform(({ reactionMessage }) => reactionMessage.key.remoteJid),
  ]);
  return schema.parse(body);
}

function jidIn(body: unknown): string {
  return toJid(numberIn(body));
}

function strangerIn({ options }: Desk, body: unknown): readonly unknown[] | undefined {
  const number = numberIn(body);
  if (options.strangers?.includes(number) !== true) return undefined;
  return [{ jid: toJid(number), exists: false, number }];
}

function refuse(
  desk: Desk,
  response: ServerResponse,
  status: number,
  message: unknown,
  error = "Bad Request",
): void {
  desk.refusals.push({ status, message });
  answer(response, status, errorBody(status, message, error));
}

function errorBody(status: number, message: unknown, error: string): object {
  return { status, error, response: { message } };
}

function answer(response: ServerResponse, status: number, body: object | null): void {
  response.writeHead(status, { "content-type": "application/json; charset=utf-8" });
  response.end(JSON.stringify(body));
}

async function readCall(request: IncomingMessage): Promise<Call> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString("utf8");
  const [, group = "", action = "", instance = ""] = (request.url ?? "").split("/");
  const body: unknown = text === "" ? undefined : JSON.parse(text);
  return {
    method: request.method ?? "",
    route: `${group}/${action}`,
    instance: decodeURIComponent(instance),
    body,
  };
}
