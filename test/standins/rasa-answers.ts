import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { RasaFault, Standin } from "./rasa.ts";
import { asciiJson, type RasaItem, writeJson } from "./rasa-wire.ts";

/** The whole answer of the REST channel as one list. */
export async function writeList(
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

/** The answer of the REST channel in stream mode. */
export async function writeLines(
  response: ServerResponse,
  items: readonly RasaItem[],
  { options }: Pick<Standin, "options">,
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
