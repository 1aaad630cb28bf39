import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { text as readText } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { asciiJson, problemsOf, type RasaItem, readBody } from "./rasa-wire.ts";

/** What the stand-in's bot says to one message. A bot that throws ends its turn with what Rasa makes of it: nothing. */
export type RasaBot = (
  sender: string,
  message: string,
  body: Readonly<Record<string, unknown>>,
) => readonly RasaItem[] | Promise<readonly RasaItem[]>;

/** What goes wrong with one call. The first three stand for a proxy: the message never reaches the bot. */
export type RasaFault =
  /** Breaks the connection unanswered. For a connection that is never made, see `stop`. */
  | { readonly kind: "refuse" }
  | { readonly kind: "status"; readonly status: number }
  | { readonly kind: "html" }
  | { readonly kind: "empty" }
  /** Leaves the connection open; a stream writes its first `after` messages before that. */
  | { readonly kind: "hang"; readonly after?: number }
  /** Breaks the connection after half of an answer; a stream writes its first `after` messages before that. */
  | { readonly kind: "reset"; readonly after?: number }
  | { readonly kind: "delay"; readonly ms: number; readonly jitterMs?: number };

/** One message that reached the bot. */
export interface RasaTurn {
  readonly sender: string;
  readonly message: string;
  readonly inputChannel: unknown;
  readonly metadata: unknown;
  readonly streamed: boolean;
  readonly token: string | null;
  readonly authorization: string | undefined;
}

export interface RasaOptions {
  /** A free one where absent. */
  readonly port?: number;
  /** Path before `/webhooks`, as behind a proxy. */
  readonly prefix?: string;
  /** Milliseconds before each line of a stream. */
  readonly lineDelayMs?: number;
  /** Gives a number from 0 up to 1, for the jitter of delays. */
  readonly random?: () => number;
}

export interface RasaStandin {
  /** The base URL, prefix included. */
  readonly url: string;
  /** In the order of arrival. */
  readonly turns: readonly RasaTurn[];
  /** What callers did wrong, one sentence each; tests expect none. */
  readonly problems: readonly string[];
  /** Counts the turns that began while another of the same sender was running. */
  readonly overlaps: () => number;
  /** Counts the turns that a caller cancelled by closing the connection. */
  readonly cancelled: () => number;
  /** Sets the faults of the next calls, one each; undefined for a call without one. */
  readonly script: (...faults: readonly (RasaFault | undefined)[]) => void;
  /** Breaks every connection and refuses new ones until `resume`, which listens on the same port. */
  readonly stop: () => Promise<void>;
  readonly resume: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** What all calls share. */
interface Standin {
  readonly bot: RasaBot;
  readonly options: RasaOptions;
  readonly turns: RasaTurn[];
  readonly problems: string[];
  readonly faults: (RasaFault | undefined)[];
  readonly running: Map<string, number>;
  overlaps: number;
  cancelled: number;
}

/**
 * Starts a Rasa server on 127.0.0.1 with one bot, which repeats what it is told where none is given: the REST channel in
 * block and stream mode, its health path, and the status codes it has for wrong calls. Source: Rasa documentation, REST
 * channel; status codes and encoding as Rasa 3 gives them.
 */
export async function startRasa(
  bot: RasaBot = (_sender, message) => [{ text: message }],
  options: RasaOptions = {},
): Promise<RasaStandin> {
  const counts = { overlaps: 0, cancelled: 0 };
  const lists = { turns: [], problems: [], faults: [], running: new Map<string, number>() };
  const standin: Standin = { bot, options, ...lists, ...counts };
  const calls = new Set<Promise<void>>();
  const server = createServer((request, response) => {
    const call = serve(standin, request, response)
      .catch((error: unknown) => {
        standin.problems.push(`the stand-in itself failed: ${String(error)}`);
        response.destroy();
      })
      .finally(() => calls.delete(call));
    calls.add(call);
  });
  const port = await listen(server, options.port ?? 0);
  const stop = async () => {
    await stopListening(server);
    await Promise.all(calls);
  };
  return {
    url: `http://127.0.0.1:${port}${options.prefix ?? ""}`,
    turns: standin.turns,
    problems: standin.problems,
    overlaps: () => standin.overlaps,
    cancelled: () => standin.cancelled,
    script: (...faults) => void standin.faults.push(...faults),
    stop,
    resume: async () => void (await listen(server, port)),
    close: stop,
  };
}

async function listen(server: Server, port: number): Promise<number> {
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  return address.port;
}

async function stopListening(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = once(server, "close");
  server.close();
  server.closeAllConnections();
  await closed;
}

async function serve(standin: Standin, request: IncomingMessage, response: ServerResponse) {
  const prefix = standin.options.prefix ?? "";
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://stand-in");
  switch (pathname.replace(/\/$/, "")) {
    case prefix:
      return void response.end("Hello from Rasa: 3.6.20");
    case `${prefix}/webhooks/rest`:
      return writeJson(response, { status: "ok" });
    case `${prefix}/webhooks/rest/webhook`:
      if (request.method === "POST") return takeCall(standin, request, response, searchParams);
      return writeError(response, 405);
    default:
      standin.problems.push(`${request.method} ${pathname} is no path of Rasa`);
      return writeError(response, 404);
  }
}

async function takeCall(
  standin: Standin,
  request: IncomingMessage,
  response: ServerResponse,
  query: URLSearchParams,
): Promise<void> {
  const fault = standin.faults.shift();
  const body = readBody(await readText(request));
  if (fault?.kind === "refuse") return void response.destroy();
  if (fault?.kind === "status") return writeError(response, fault.status);
  if (fault?.kind === "html") return writeHtml(response, 200, "Welcome");
  if (typeof body === "number") {
    standin.problems.push(`the body was answered with ${body}`);
    return writeError(response, body);
  }
  standin.problems.push(...problemsOf(body, request));
  const turn = turnOf(body, request, query);
  standin.turns.push(turn);
  const running = standin.running.get(turn.sender) ?? 0;
  if (running > 0) standin.overlaps += 1;
  standin.running.set(turn.sender, running + 1);
  await runTurn(standin, response, turn, body, fault);
  standin.running.set(turn.sender, (standin.running.get(turn.sender) ?? 1) - 1);
}

/** Runs the bot and writes its answer; stops where the caller closes the connection, as Rasa does. */
async function runTurn(
  standin: Standin,
  response: ServerResponse,
  turn: RasaTurn,
  body: RasaItem,
  fault: RasaFault | undefined,
): Promise<void> {
  const closed = new AbortController();
  response.once("close", () => closed.abort());
  try {
    if (fault?.kind === "delay") await sleep(delayOf(fault, standin), null, closed);
    const said = fault?.kind === "empty" ? [] : await botSays(standin, turn, body);
    const items = said.map((item) => ({ recipient_id: turn.sender, ...item }));
    closed.signal.throwIfAborted();
    if (turn.streamed) await writeLines(response, items, standin, closed.signal, fault);
    else await writeList(response, items, fault);
  } catch (error) {
    if (!closed.signal.aborted) throw error;
    standin.cancelled += 1;
  }
}

async function botSays({ bot }: Standin, turn: RasaTurn, body: RasaItem) {
  try {
    return await bot(turn.sender, turn.message, body);
  } catch {
    return [];
  }
}

function delayOf(fault: Extract<RasaFault, { kind: "delay" }>, { options }: Standin): number {
  return fault.ms + (fault.jitterMs ?? 0) * (options.random ?? Math.random)();
}

async function writeList(
  response: ServerResponse,
  items: readonly RasaItem[],
  fault: RasaFault | undefined,
): Promise<void> {
  if (fault?.kind === "hang") return waitForCaller(response);
  if (fault?.kind !== "reset") return writeJson(response, items);
  const text = asciiJson(items);
  response.writeHead(200, { "content-type": "application/json", "content-length": text.length });
  await breakAfter(response, text.slice(0, text.length / 2));
}

async function writeLines(
  response: ServerResponse,
  items: readonly RasaItem[],
  { options }: Standin,
  signal: AbortSignal,
  fault: RasaFault | undefined,
): Promise<void> {
  const isCut = fault?.kind === "hang" || fault?.kind === "reset";
  response.writeHead(200, { "content-type": "text/event-stream" });
  response.flushHeaders();
  for (const item of isCut ? items.slice(0, fault.after ?? 0) : items) {
    await sleep(options.lineDelayMs ?? 0, null, { signal });
    response.write(`${asciiJson(item)}\n`);
  }
  if (fault?.kind === "hang") return waitForCaller(response);
  if (fault?.kind === "reset") return breakAfter(response, '{"recipient_id": "cut');
  response.end();
}

/** Rejects when the caller goes: nothing else ends a call that hangs. */
async function waitForCaller(response: ServerResponse): Promise<never> {
  await once(response, "close");
  throw new Error("the caller closed the connection");
}

async function breakAfter(response: ServerResponse, text: string): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  response.write(text, () => resolve());
  await promise;
  response.destroy();
}

function senderOf(sender: unknown): string {
  if (sender === undefined || sender === null) return "default";
  return typeof sender === "string" ? sender : JSON.stringify(sender);
}

/** Takes what it gets, with Rasa's defaults. */
function turnOf(body: RasaItem, request: IncomingMessage, query: URLSearchParams): RasaTurn {
  const { sender, message, input_channel: inputChannel, metadata } = body;
  return {
    sender: senderOf(sender),
    message: typeof message === "string" ? message.trim() : "",
    inputChannel: inputChannel ?? "rest",
    metadata,
    streamed: query.get("stream")?.toLowerCase() === "true",
    token: query.get("token"),
    authorization: request.headers.authorization,
  };
}

function writeJson(response: ServerResponse, value: unknown): void {
  response.writeHead(200, { "content-type": "application/json" }).end(asciiJson(value));
}

function writeError(response: ServerResponse, status: number): void {
  writeHtml(response, status, `Error ${status}`);
}

function writeHtml(response: ServerResponse, status: number, title: string): void {
  response.writeHead(status, { "content-type": "text/html" }).end(`<h1>${title}</h1>`);
}
