import type { IncomingMessage, ServerResponse } from "node:http";
import { text as readText } from "node:stream/consumers";
import { z } from "zod";
import type { Standin } from "./rasa.ts";
import { asciiJson, type RasaItem, readBody, writeJson } from "./rasa-wire.ts";

/** One call of `trigger_intent` that was let in. */
export interface RasaTrigger {
  readonly sender: string;
  readonly name: string;
  readonly entities: unknown;
  readonly outputChannel: string | null;
  readonly includeEvents: string | null;
}

/** Posts messages as the callback channel does: one object each, one after the other, errors noted and ignored. */
export async function pushTo(
  { options, pushed }: Pick<Standin, "options" | "pushed">,
  sender: string,
  items: readonly RasaItem[],
): Promise<void> {
  const { callback } = options;
  if (callback === undefined) throw new Error("this Rasa has no callback channel");
  for (const item of items) {
    const body = asciiJson({ recipient_id: sender, ...item });
    const headers = { "content-type": "application/json", ...callback.headers };
    const answer = await fetch(callback.url, { method: "POST", headers, body });
    await answer.arrayBuffer();
    pushed.push(answer.status);
  }
}

const triggerBody = z.object({ name: z.string().min(1), entities: z.unknown().optional() });

/** The status code with which Rasa refuses a trigger, and its reason; undefined where it takes it. */
function refusalOf(
  { options }: Standin,
  body: RasaItem | number,
  query: URLSearchParams,
): { readonly status: number; readonly reason: string } | undefined {
  const { token, intents } = options.api ?? {};
  if (token !== undefined && query.get("token") !== token)
    return { status: 401, reason: "NotAuthenticated" };
  const name = triggerBody.safeParse(body).data?.name;
  if (name === undefined) return { status: 400, reason: "BadRequest" };
  if (intents?.includes(name) === false) return { status: 404, reason: "NotFound" };
  return undefined;
}

/** Runs the bot on an intent from outside. What it says is in the answer, unless the callback channel takes it. */
export async function takeTrigger(
  standin: Standin,
  request: IncomingMessage,
  response: ServerResponse,
  { sender, query }: { readonly sender: string; readonly query: URLSearchParams },
): Promise<void> {
  const body = readBody(await readText(request));
  const fault = standin.faults.shift();
  if (fault?.kind === "status") return writeProblem(response, fault.status, "ConversationError");
  const refusal = refusalOf(standin, body, query);
  if (refusal !== undefined) return writeProblem(response, refusal.status, refusal.reason);
  const { name, entities } = triggerBody.parse(body);
  const outputChannel = query.get("output_channel");
  const trigger = { sender, name, entities, outputChannel };
  standin.triggers.push({ ...trigger, includeEvents: query.get("include_events") });
  const said = await standin.bot(sender, `EXTERNAL: ${name}`, {});
  const tracker = { sender_id: sender, slots: {}, latest_message: {}, events: null };
  if (outputChannel === "callback" && standin.options.callback !== undefined) {
    await pushTo(standin, sender, said);
    return writeJson(response, { tracker });
  }
  return writeJson(response, {
    tracker,
    messages: said.map((item) => ({ recipient_id: sender, ...item })),
  });
}

function writeProblem(response: ServerResponse, code: number, reason: string): void {
  const body = { version: "3.6.20", status: "failure", message: reason, reason, code };
  response.writeHead(code, { "content-type": "application/json" }).end(asciiJson(body));
}
