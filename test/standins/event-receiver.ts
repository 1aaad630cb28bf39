import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { text as readText } from "node:stream/consumers";
import { Webhook } from "standardwebhooks";
import { z } from "zod";

/** One event as a receiver understood it. */
export interface ReceivedEvent {
  readonly id: string;
  readonly type: string;
  readonly timestamp: string;
  readonly data: Readonly<Record<string, unknown>>;
}

const event = z.strictObject({
  type: z.string().regex(/^[a-z_]+(\.[a-z_]+)+$/),
  timestamp: z.iso.datetime(),
  data: z.record(z.string(), z.unknown()),
});

const MAX_BYTES = 100_000;

/** What the next call is answered with. */
export type ReceiverFault =
  | {
      readonly kind: "status";
      readonly status: number;
      readonly location?: string;
      readonly retryAfter?: string;
    }
  | { readonly kind: "hang" }
  | { readonly kind: "reset" };

/** Somebody's server that is told of events and believes only what is signed, as Standard Webhooks asks. */
export interface EventReceiver {
  readonly url: string;
  /** Those that were taken, once per id. */
  readonly events: readonly ReceivedEvent[];
  /** The id of every call that was signed rightly, refused ones among them. */
  readonly calls: readonly string[];
  /** What was wrong with calls that no genuine sender makes. */
  readonly complaints: readonly string[];
  readonly failNext: (...faults: readonly ReceiverFault[]) => void;
  readonly close: () => Promise<void>;
}

/** Starts a receiver that knows `secret`. */
export async function startEventReceiver(secret: string): Promise<EventReceiver> {
  const verifier = new Webhook(secret);
  const events: ReceivedEvent[] = [];
  const calls: string[] = [];
  const complaints: string[] = [];
  const faults: ReceiverFault[] = [];

  const refuse = (response: ServerResponse, complaint: string): void => {
    complaints.push(complaint);
    response.writeHead(400).end(complaint);
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await readText(request);
    if (request.method !== "POST") return refuse(response, `method ${request.method ?? ""}`);
    if (request.headers["content-type"] !== "application/json")
      return refuse(response, "the body is not called JSON");
    if (Buffer.byteLength(body) > MAX_BYTES) return refuse(response, "the body is too large");
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
    );
    let verified: unknown;
    try {
      verified = verifier.verify(body, headers);
    } catch (error) {
      return refuse(response, error instanceof Error ? error.message : "unverified");
    }
    const parsed = event.safeParse(verified);
    if (!parsed.success) return refuse(response, parsed.error.message);
    const id = headers["webhook-id"] ?? "";
    calls.push(id);
    const fault = faults.shift();
    switch (fault?.kind) {
      case "hang":
        return;
      case "reset":
        request.socket.destroy();
        return;
      case "status":
        response.writeHead(fault.status, {
          ...(fault.location !== undefined && { location: fault.location }),
          ...(fault.retryAfter !== undefined && { "retry-after": fault.retryAfter }),
        });
        response.end();
        return;
      case undefined:
        if (!events.some((known) => known.id === id)) events.push({ id, ...parsed.data });
        response.writeHead(204).end();
    }
  };

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => complaints.push(String(error)));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    url: `http://127.0.0.1:${address.port}/events`,
    events,
    calls,
    complaints,
    failNext: (...next) => faults.push(...next),
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
