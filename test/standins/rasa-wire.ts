import type { IncomingMessage, ServerResponse } from "node:http";
import { z } from "zod";

/** A message of an answer as Rasa's REST channel writes it; `recipient_id` is added where the bot gave none. */
export type RasaItem = Readonly<Record<string, unknown>>;

const rasaBody = z.record(z.string(), z.unknown());
const strictBody = z.looseObject({
  sender: z.string().min(1),
  message: z.string(),
  input_channel: z.string().min(1).optional(),
  metadata: rasaBody.optional(),
});

/** Gives the body, or the status that Rasa answers an unreadable one with. */
export function readBody(text: string): RasaItem | number {
  if (text === "") return 500;
  try {
    return rasaBody.safeParse(JSON.parse(text)).data ?? 500;
  } catch {
    return 400;
  }
}

/** Lists what Rasa would let pass, at the price of a shared conversation or a lost message. */
export function problemsOf(body: RasaItem, request: IncomingMessage): readonly string[] {
  const issues = strictBody.safeParse(body).error?.issues ?? [];
  const ofBody = issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
  const isJson = request.headers["content-type"]?.startsWith("application/json") === true;
  return isJson ? ofBody : [...ofBody, "the content type is not application/json"];
}

/** Writes JSON as Rasa does: nothing beyond ASCII, and every slash escaped. */
export function asciiJson(value: unknown): string {
  const escape = (character: string) =>
    `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return JSON.stringify(value)
    .replaceAll("/", "\\/")
    .replaceAll(/[^\p{ASCII}]/gu, (found) => found.split("").map(escape).join(""));
}

export function writeJson(response: ServerResponse, value: unknown): void {
  response.writeHead(200, { "content-type": "application/json" }).end(asciiJson(value));
}

export function writeError(response: ServerResponse, status: number): void {
  writeHtml(response, status, `Error ${status}`);
}

export function writeHtml(response: ServerResponse, status: number, title: string): void {
  response.writeHead(status, { "content-type": "text/html" }).end(`<h1>${title}</h1>`);
}
