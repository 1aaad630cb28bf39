import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { text as readText } from "node:stream/consumers";
import { listen, stopListening } from "./listen.ts";

/** One call that a bot got. */
export interface BotCall {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  /** The exact text. */
  readonly text: string;
  /** Undefined where the text is no JSON. */
  readonly body: unknown;
}

/** A complete answer; a body that is no string becomes JSON. */
export interface BotReply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** What goes wrong with one call, before the bot sees it: `cut` ends the answer in its middle. */
export type BotFault = BotReply | "hang" | "reset" | "cut";

export interface BotServer {
  /** Without a slash at the end. */
  readonly url: string;
  readonly calls: readonly BotCall[];
  /** Sets the faults of the next calls, one each; undefined for a call without one. */
  readonly script: (...faults: readonly (BotFault | undefined)[]) => void;
  readonly close: () => Promise<void>;
}

/** Starts a server on 127.0.0.1 that hands each call to a bot and writes what it gives. */
export async function startBotServer(answer: (call: BotCall) => BotReply): Promise<BotServer> {
  const calls: BotCall[] = [];
  const faults: (BotFault | undefined)[] = [];
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const call = await readCall(request);
    calls.push(call);
    const fault = faults.shift();
    if (fault === "hang") return;
    if (fault === "reset") response.destroy();
    else if (fault === "cut") cut(response);
    else write(response, fault ?? answer(call));
  };
  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => response.destroy(asError(error)));
  });
  const port = await listen(server);
  return {
    url: `http://127.0.0.1:${port}`,
    calls,
    script: (...next) => void faults.push(...next),
    close: () => stopListening(server),
  };
}

async function readCall(request: IncomingMessage): Promise<BotCall> {
  const text = await readText(request);
  const { method = "", url: path = "", headers } = request;
  return { method, path, headers, text, body: parse(text) };
}

function parse(text: string): unknown {
  try {
    const parsed: unknown = JSON.parse(text);
    return parsed;
  } catch {
    return undefined;
  }
}

function write(response: ServerResponse, { status = 200, headers, body }: BotReply): void {
  const text = typeof body === "string" ? body : body === undefined ? "" : JSON.stringify(body);
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(text);
}

function cut(response: ServerResponse): void {
  response.writeHead(200, { "content-type": "application/json", "content-length": "1000" });
  response.write('[{"text":"half', () => response.destroy());
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error("a non-error was thrown", { cause: thrown });
}
