import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { text as readText } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { writeLines, writeList } from "./rasa-answers.ts";
import { pushTo, type RasaTrigger, takeTrigger } from "./rasa-push.ts";
import {
  problemsOf,
  type RasaItem,
  readBody,
  writeError,
  writeHtml,
  writeJson,
} from "./rasa-wire.ts";
import { listen, stopListening } from "./listen.ts";

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
  /** The trace that the caller is part of. */
  readonly traceparent?: string;
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
  /** Where the callback channel posts what the bot says, as in Rasa's credentials.yml; without it there is no such channel. */
  readonly callback?: RasaCallback;
  /** The HTTP API; without it there is none, as without `--enable-api`. */
  readonly api?: {
    /** Rasa's `--auth-token`. */
    readonly token?: string;
    /** The intents of the domain; every one where absent. */
    readonly intents?: readonly string[];
  };
}

/** The callback channel's entry in `credentials.yml`. */
export interface RasaCallback {
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface RasaStandin {
  /** The base URL, prefix included. */
  readonly url: string;
  /** In the order of arrival. */
  readonly turns: readonly RasaTurn[];
  /** Calls of `trigger_intent`, in the order of arrival. */
  readonly triggers: readonly RasaTrigger[];
  /** Posts messages to the callback without having been asked, one after the other, as a reminder does. */
  readonly push: (sender: string, items: readonly RasaItem[]) => Promise<void>;
  /** Status codes that the callback gave, in the order of the messages. Rasa logs errors and goes on. */
  readonly pushed: readonly number[];
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
export interface Standin {
  readonly bot: RasaBot;
  readonly options: RasaOptions;
  readonly turns: RasaTurn[];
  readonly triggers: RasaTrigger[];
  readonly pushed: number[];
  readonly problems: string[];
  readonly faults: (RasaFault | undefined)[];
  readonly running: Map<string, number>;
  overlaps: number;
  cancelled: number;
}

/**
 * Starts a Rasa server on 127.0.0.1 with one bot, which repeats what it is told where none is given: the REST channel in
 * block and stream mode, its health path, the callback channel, `trigger_intent`, and the status codes it has for wrong
 * calls. Source: Rasa documentation, REST channel, callback channel, HTTP API; status codes and encoding as Rasa 3 gives them.
 */
export async function startRasa(
  bot: RasaBot = (_sender, message) => [{ text: message }],
  options: RasaOptions = {},
): Promise<RasaStandin> {
  const counts = { overlaps: 0, cancelled: 0 };
  const seen = { turns: [], triggers: [], pushed: [], problems: [] };
  const lists = { ...seen, faults: [], running: new Map<string, number>() };
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
    triggers: standin.triggers,
    push: (sender, items) => pushTo(standin, sender, items),
    pushed: standin.pushed,
    problems: standin.problems,
    overlaps: () => standin.overlaps,
    cancelled: () => standin.cancelled,
    script: (...faults) => void standin.faults.push(...faults),
    stop,
    resume: async () => void (await listen(server, port)),
    close: stop,
  };
}

async function serve(standin: Standin, request: IncomingMessage, response: ServerResponse) {
  const prefix = standin.options.prefix ?? "";
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://stand-in");
  const conversation = /^(.*)\/conversations\/([^/]+)\/trigger_intent$/.exec(pathname);
  if (conversation?.[1] === prefix && standin.options.api !== undefined) {
    const sender = decodeURIComponent(conversation[2] ?? "");
    return takeTrigger(standin, request, response, { sender, query: searchParams });
  }
  switch (pathname.replace(/\/$/, "")) {
    case prefix:
      return void response.end("Hello from Rasa: 3.6.20");
    case `${prefix}/webhooks/rest`:
      return writeJson(response, { status: "ok" });
    case `${prefix}/webhooks/rest/webhook`:
      if (request.method !== "POST") return writeError(response, 405);
      return takeCall(standin, request, response, { channel: "rest", query: searchParams });
    case `${prefix}/webhooks/callback/webhook`:
      if (standin.options.callback === undefined) return writeError(response, 404);
      if (request.method !== "POST") return writeError(response, 405);
      return takeCall(standin, request, response, { channel: "callback", query: searchParams });
    default:
      standin.problems.push(`${request.method} ${pathname} is no path of Rasa`);
      return writeError(response, 404);
  }
}

/** The channel of Rasa that is called, and with what query. */
interface Entrance {
  readonly channel: "rest" | "callback";
  readonly query: URLSearchParams;
}

async function takeCall(
  standin: Standin,
  request: IncomingMessage,
  response: ServerResponse,
  at: Entrance,
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
  const turn = turnOf(body, request, at);
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
    if (turn.inputChannel === "callback") return await runCallback(standin, response, turn, body);
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

/** Posts each message to the callback as it is said; the caller only hears of the end. An exception is a 500 here. */
async function runCallback(
  standin: Standin,
  response: ServerResponse,
  turn: RasaTurn,
  body: RasaItem,
): Promise<void> {
  try {
    await pushTo(standin, turn.sender, await standin.bot(turn.sender, turn.message, body));
    response.writeHead(200, { "content-type": "text/plain; charset=utf-8" }).end("success");
  } catch {
    writeError(response, 500);
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

function senderOf(sender: unknown): string {
  if (sender === undefined || sender === null) return "default";
  return typeof sender === "string" ? sender : JSON.stringify(sender);
}

/** Takes what it gets, with Rasa's defaults. The callback channel passes on neither metadata nor another channel's name. */
function turnOf(body: RasaItem, request: IncomingMessage, { channel, query }: Entrance): RasaTurn {
  const { sender, message, input_channel: inputChannel, metadata } = body;
  const { traceparent } = request.headers;
  const isRest = channel === "rest";
  return {
    sender: senderOf(sender),
    message: typeof message === "string" ? message.trim() : "",
    inputChannel: isRest ? (inputChannel ?? "rest") : "callback",
    metadata: isRest ? metadata : null,
    streamed: isRest && query.get("stream")?.toLowerCase() === "true",
    token: query.get("token"),
    authorization: request.headers.authorization,
    ...(typeof traceparent === "string" && { traceparent }),
  };
}
