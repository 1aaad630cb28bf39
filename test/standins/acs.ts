import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { type AcsCall, type AcsKeys, authorizationProblem } from "./acs-auth.ts";
import type { AcsFault } from "./acs-faults.ts";
import { problemsOf, sendSchema } from "./acs-rules.ts";
import { createGrid, type Grid, type GridOptions } from "./event-grid.ts";
import { statusEvent } from "./event-grid-events.ts";
import { listen, stopListening } from "./listen.ts";

export interface AcsOptions extends AcsKeys {
  readonly channelIds: readonly string[];
  /** A free one where absent. */
  readonly port?: number;
  /** Files by id. */
  readonly files?: ReadonlyMap<string, Buffer>;
  /** Where and how events go. */
  readonly grid?: GridOptions;
  /** Templates of every channel, as the provider lists them; none where absent. */
  readonly templates?: readonly object[];
  /** Where the list of templates goes on, in place of the next page. */
  readonly nextLink?: string;
  /** What is reported of each message taken, in this order. */
  readonly statuses?: readonly ("Sent" | "Delivered" | "Read")[];
}

/** A message the stand-in took. */
export interface AcsMessage {
  readonly channelId: string;
  readonly to: string;
  readonly kind: string;
  readonly body: unknown;
  readonly messageId: string;
  readonly requestId: string;
  readonly firstSent: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

export interface AcsRefusal {
  readonly status: number;
  readonly problem: string;
}

/** A stand-in for Azure Communication Services that refuses what the provider would refuse. */
export interface Acs {
  /** Its address, without a slash at the end. */
  readonly url: string;
  readonly connectionString: string;
  /** Messages taken, in order of arrival; a repeated request adds none. */
  readonly sent: readonly AcsMessage[];
  /** Every call as it came. */
  readonly calls: readonly AcsCall[];
  /** Calls refused by its rules, not by a scripted fault. */
  readonly refusals: readonly AcsRefusal[];
  /** The subscription that brings events. */
  readonly grid: Grid;
  /** Queues faults: one for each valid send, in order of arrival. */
  readonly script: (faults: readonly AcsFault[]) => void;
  readonly unused: () => readonly AcsFault[];
  /** Resolves once the statuses of all messages answered so far were delivered or given up. */
  readonly settled: () => Promise<void>;
  /** Ends everything, hanging calls and pending reports included. */
  readonly close: () => Promise<void>;
}

interface Desk {
  readonly options: AcsOptions;
  readonly grid: Grid;
  /** Its own address, for links to itself. */
  readonly host: { name: string };
  readonly sent: AcsMessage[];
  readonly calls: AcsCall[];
  readonly refusals: AcsRefusal[];
  readonly faults: AcsFault[];
  readonly reports: Set<Promise<void>>;
}

/** Starts the stand-in on a free port of the loopback interface. */
export async function startAcs(options: AcsOptions): Promise<Acs> {
  const grid = createGrid(options.grid);
  const desk: Desk = {
    options,
    grid,
    host: { name: "" },
    sent: [],
    calls: [],
    refusals: [],
    faults: [],
    reports: new Set(),
  };
  const server = createServer((request, response) => {
    serve(desk, request, response).catch(() => response.destroy());
  });
  const port = await listen(server, options.port);
  desk.host.name = `127.0.0.1:${port}`;
  const url = `http://127.0.0.1:${port}`;
  const settled = async () => {
    while (desk.reports.size > 0) await Promise.all(desk.reports);
  };
  return {
    url,
    connectionString: `endpoint=${url}/;accesskey=${options.accessKey}`,
    sent: desk.sent,
    calls: desk.calls,
    refusals: desk.refusals,
    grid,
    script: (faults) => desk.faults.push(...faults),
    unused: () => [...desk.faults],
    settled,
    close: async () => {
      grid.stop();
      await stopListening(server);
      await settled();
    },
  };
}

async function serve(
  desk: Desk,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const call = await readCall(request);
  desk.calls.push(call);
  const problem = authorizationProblem(call, desk.options);
  if (problem !== undefined) {
    refuse(desk, response, 401, "Denied", problem);
    return;
  }
  const { pathname, searchParams } = new URL(call.target, "http://stand-in");
  const version = searchParams.get("api-version") ?? "";
  if (!/^\d{4}-\d{2}-\d{2}(-preview)?$/.test(version)) {
    refuse(desk, response, 400, "MissingApiVersion", "the api-version is missing");
    return;
  }
  const [, file] = /^\/messages\/streams\/([^/]+)$/.exec(pathname) ?? [];
  const [, channel] = /^\/messages\/channels\/([^/]+)\/templates$/.exec(pathname) ?? [];
  if (call.method === "GET" && file !== undefined) serveFile(desk, response, file);
  else if (call.method === "GET" && channel !== undefined)
    listTemplates(desk, response, channel, searchParams);
  else if (call.method === "POST" && pathname === "/messages/notifications:send") {
    await takeSend(desk, response, call, version);
  } else refuse(desk, response, 404, "NotFound", `${call.method} ${pathname}`);
}

function serveFile(desk: Desk, response: ServerResponse, id: string): void {
  const bytes = desk.options.files?.get(decodeURIComponent(id));
  if (bytes === undefined) refuse(desk, response, 404, "NotFound", "no such file");
  else response.writeHead(200, { "content-type": "application/octet-stream" }).end(bytes);
}

/** Lists a page; the link to the next one names how many there were already. */
function listTemplates(
  desk: Desk,
  response: ServerResponse,
  channel: string,
  query: URLSearchParams,
): void {
  const { channelIds, templates = [], nextLink } = desk.options;
  if (!channelIds.includes(channel)) {
    refuse(desk, response, 404, "ChannelNotFound", "no such channel");
    return;
  }
  const size = Number(query.get("maxPageSize") ?? 100);
  const end = Number(query.get("skip") ?? 0) + size;
  const next = new URL(`http://${desk.host.name}/messages/channels/${channel}/templates`);
  next.search = new URLSearchParams({ ...Object.fromEntries(query), skip: String(end) }).toString();
  const more = end < templates.length ? { nextLink: nextLink ?? next.href } : {};
  answer(response, 200, { value: templates.slice(end - size, end), ...more });
}

async function takeSend(
  desk: Desk,
  response: ServerResponse,
  call: AcsCall,
  version: string,
): Promise<void> {
  const problems = sendProblems(desk, call, version);
  if (problems.length > 0) {
    refuse(desk, response, 400, "BadRequest", problems.join("\n"));
    return;
  }
  const fault = desk.faults.shift() ?? { kind: "none" };
  switch (fault.kind) {
    case "error":
      answerError(response, fault.status, fault.code ?? "Scripted", fault.message, fault.headers);
      return;
    case "raw": {
      const { status, body, contentType = "text/html", headers = {} } = fault;
      response.writeHead(status, { ...headers, "content-type": contentType }).end(body);
      return;
    }
    case "rejected":
      answer(
        response,
        400,
        { error: { code: "Rejected" } },
        { "repeatability-result": "rejected" },
      );
      return;
    case "hang":
    case "reset":
      if (fault.kind === "reset") response.destroy();
      if (fault.taken) await report(desk, take(desk, call));
      return;
    case "none":
    case "slow":
    case "broken_json":
    case "fail_later":
    case "statuses_first":
      await takeAndAnswer(desk, response, call, fault);
  }
}

async function takeAndAnswer(
  desk: Desk,
  response: ServerResponse,
  call: AcsCall,
  fault: AcsFault,
): Promise<void> {
  const known = desk.sent.length;
  const message = take(desk, call);
  const isNew = desk.sent.length > known;
  if (fault.kind === "slow") await sleep(fault.ms, undefined, { ref: false });
  if (fault.kind === "statuses_first") await report(desk, message);
  const receipt = { receipts: [{ messageId: message.messageId, to: message.to }] };
  const headers = { "repeatability-result": "accepted" };
  const text = JSON.stringify(receipt);
  if (fault.kind === "broken_json") {
    const type = { "content-type": "application/json; charset=utf-8" };
    response.writeHead(202, { ...headers, ...type }).end(text.slice(0, text.length / 2));
  } else answer(response, 202, receipt, headers);
  if (!isNew || fault.kind === "statuses_first") return;
  await report(desk, message, fault.kind === "fail_later" ? fault.code : undefined);
}

/** Takes a message under a fresh id, or finds the one that the same request brought before. */
function take(desk: Desk, call: AcsCall): AcsMessage {
  const requestId = String(call.headers["repeatability-request-id"]);
  const before = desk.sent.find((message) => message.requestId === requestId);
  if (before !== undefined) return before;
  const body = sendSchema.parse(JSON.parse(call.body.toString("utf8")));
  const message = {
    channelId: String(body.channelRegistrationId),
    to: body.to[0],
    kind: body.kind,
    body,
    messageId: randomUUID(),
    requestId,
    firstSent: String(call.headers["repeatability-first-sent"]),
    at: Date.now(),
  };
  desk.sent.push(message);
  return message;
}

function report(desk: Desk, message: AcsMessage, channelCode?: string): Promise<void> {
  const reports = deliverStatuses(desk, message, channelCode).finally(() => {
    desk.reports.delete(reports);
  });
  desk.reports.add(reports);
  return reports;
}

async function deliverStatuses(
  { grid, options }: Desk,
  message: AcsMessage,
  channelCode?: string,
): Promise<void> {
  if (!grid.hasTarget()) return;
  const { channelId, messageId, to } = message;
  const usual = options.statuses ?? (["Sent", "Delivered", "Read"] as const);
  for (const status of channelCode === undefined ? usual : (["Failed"] as const)) {
    const failed = channelCode === undefined ? {} : { channelCode };
    await grid.deliver([statusEvent({ channelId, messageId, status, to, ...failed })]);
  }
}

function sendProblems(desk: Desk, call: AcsCall, version: string): readonly string[] {
  const { headers } = call;
  const problems: string[] = [];
  if (!/^application\/json\b/.test(headers["content-type"] ?? "")) problems.push("content type");
  if (
    !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(String(headers["repeatability-request-id"]))
  )
    problems.push("repeatability-request-id is no UUID");
  const firstSent = String(headers["repeatability-first-sent"]);
  if (new Date(firstSent).toUTCString() !== firstSent)
    problems.push("repeatability-first-sent is no date of RFC 1123");
  const body = parse(call.body);
  problems.push(...problemsOf(body, version));
  const channel = new Map(Object.entries(body ?? {})).get("channelRegistrationId");
  if (!desk.options.channelIds.some((id) => id === channel)) problems.push("no such channel");
  return problems;
}

function parse(body: Buffer): object | undefined {
  try {
    const parsed: unknown = JSON.parse(body.toString("utf8"));
    return typeof parsed === "object" && parsed !== null ? parsed : undefined;
  } catch {
    return undefined;
  }
}

function refuse(
  desk: Desk,
  response: ServerResponse,
  status: number,
  code: string,
  problem: string,
): void {
  desk.refusals.push({ status, problem });
  answerError(response, status, code, problem);
}

function answerError(
  response: ServerResponse,
  status: number,
  code: string,
  message = "Scripted",
  headers: Readonly<Record<string, string>> = {},
): void {
  const all = { "x-ms-error-code": code, "x-ms-request-id": "trace-of-the-stand-in", ...headers };
  answer(response, status, { error: { code, message } }, all);
}

function answer(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { ...headers, "content-type": "application/json; charset=utf-8" });
  response.end(JSON.stringify(body));
}

async function readCall(request: IncomingMessage): Promise<AcsCall> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
  const { method = "", url = "", headers } = request;
  return { method, target: url, headers, body: Buffer.concat(chunks) };
}
