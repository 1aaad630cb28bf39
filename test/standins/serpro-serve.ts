import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { problemsOfBody } from "../channels/serpro/validate-payload.ts";
import {
  accept,
  replyTo,
  report,
  type SerproDesk,
  type SerproFault,
  type SerproMessage,
} from "./serpro-desk.ts";
import { json, parse, refuse, type SerproAnswer, type SerproCall } from "./serpro-answers.ts";
import { serveOperations } from "./serpro-operations.ts";

const TOKEN_TTL_MS = 600_000;

/** Serves one call. */
export async function serveSerpro(
  desk: SerproDesk,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const call = await readCall(request);
  if (desk.options.latencyMs !== undefined) await sleep(desk.options.latencyMs);
  if (call.path === "/oauth2/token") {
    answer(response, giveToken(desk, call));
    return;
  }
  if (!isAuthorized(desk, call)) {
    answer(response, refuse(desk, 401, "Token inválido ou expirado"));
    return;
  }
  if (call.path === `/waba/${desk.options.wabaId}/v2/templates` && call.method === "GET") {
    answer(response, json(200, desk.options.templates ?? []));
    return;
  }
  const line = `/client/${desk.options.clientId}/v2/`;
  if (!call.path.startsWith(line)) {
    answer(response, refuse(desk, 404, "Recurso não encontrado"));
    return;
  }
  const route = call.path.slice(line.length);
  const form = /^requisicao\/mensagem\/([a-z-]+)$/.exec(route)?.[1];
  if (form === undefined) answer(response, serveOperations(desk, call, route));
  else await serveMessage(desk, call, form, response);
}

function giveToken(desk: SerproDesk, { method, headers, bytes }: SerproCall): SerproAnswer {
  const { options, tokens, tokenRequests } = desk;
  tokenRequests.count += 1;
  const fault = desk.tokenFaults.shift();
  if (fault?.kind === "raw") return fault;
  if (method !== "POST" || headers["content-type"] !== "application/x-www-form-urlencoded") {
    return refuse(desk, 400, "O corpo deve ser um formulário");
  }
  const form = new URLSearchParams(bytes.toString("utf8"));
  const grant = options.wantsGrant === true ? "client_credentials" : null;
  const isRight =
    form.get("client_id") === options.clientId &&
    form.get("client_secret") === options.clientSecret &&
    form.get("grant_type") === grant;
  if (!isRight) return refuse(desk, 401, "Credenciais inválidas");
  const token = `eyJhbGciOiJub25lIn0.${Buffer.from(`n${String(tokenRequests.count)}`).toString("base64url")}.c2ln`;
  const ttlMs = options.tokenTtlMs ?? TOKEN_TTL_MS;
  tokens.set(token, performance.now() + ttlMs);
  const lifetime = options.statesLifetime === false ? {} : { expires_in: Math.ceil(ttlMs / 1000) };
  return json(200, { access_token: token, token_type: "Bearer", ...lifetime });
}

function isAuthorized({ tokens }: SerproDesk, { headers }: SerproCall): boolean {
  const token = /^Bearer (\S+)$/.exec(headers.authorization ?? "")?.[1] ?? "";
  return (tokens.get(token) ?? 0) > performance.now();
}

const recipientSchema = z.union([
  z.object({ destinatario: z.string() }).transform(({ destinatario }) => destinatario),
  z
    .object({ destinatarios: z.tuple([z.string()], z.string()) })
    .transform(({ destinatarios }) => destinatarios[0]),
]);

const documentById = z.object({
  tipoMedia: z.literal("document"),
  idMedia: z.string(),
  filename: z.string(),
});

async function serveMessage(
  desk: SerproDesk,
  call: SerproCall,
  form: string,
  response: ServerResponse,
): Promise<void> {
  const body = parse(call.bytes);
  const problem = problemOf(desk, call, form, body);
  if (problem !== undefined) {
    answer(response, problem);
    return;
  }
  const fault = desk.faults.shift() ?? { kind: "none" };
  if (fault.kind === "raw") {
    answer(response, fault);
    return;
  }
  if (fault.kind === "expire") {
    desk.tokens.clear();
    answer(response, refuse(desk, 401, "Token inválido ou expirado"));
    return;
  }
  if ((fault.kind === "hang" || fault.kind === "reset") && !fault.taken) {
    if (fault.kind === "reset") response.destroy();
    return;
  }
  await take(desk, response, accept(desk, form, recipientSchema.parse(body), body), fault);
}

async function take(
  desk: SerproDesk,
  response: ServerResponse,
  message: SerproMessage,
  fault: SerproFault,
): Promise<void> {
  if (fault.kind === "statuses_first") await report(desk, message);
  if (fault.kind === "reset") response.destroy();
  else if (fault.kind !== "hang") answer(response, { status: 201, body: replyTo(desk, message) });
  if (fault.kind === "fail_later") await report(desk, message, fault.code);
  else if (fault.kind !== "statuses_first") await report(desk, message);
}

function problemOf(
  desk: SerproDesk,
  { method, headers }: SerproCall,
  form: string,
  body: unknown,
): SerproAnswer | undefined {
  if (method !== "POST") return refuse(desk, 405, "Método não permitido");
  if (headers["content-type"] !== "application/json") {
    return refuse(desk, 415, "O corpo deve ser JSON");
  }
  const problems = problemsOfBody(form, body);
  if (problems.length > 0) return refuse(desk, 400, problems.join("\n"));
  const waba = z.object({ wabaId: z.string() }).safeParse(body).data?.wabaId;
  if (waba !== undefined && waba !== desk.options.wabaId) {
    return refuse(desk, 403, "WABA de outro cliente");
  }
  const isNamed = documentById.safeParse(body).success;
  return isNamed && desk.options.takesFileNames === false
    ? refuse(desk, 400, "Campo desconhecido: filename")
    : undefined;
}

function answer(response: ServerResponse, { status, body, headers }: SerproAnswer): void {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(body);
}

async function readCall(request: IncomingMessage): Promise<SerproCall> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) {
    if (Buffer.isBuffer(chunk)) chunks.push(chunk);
  }
  return {
    method: request.method ?? "",
    path: request.url ?? "",
    headers: request.headers,
    bytes: Buffer.concat(chunks),
  };
}
