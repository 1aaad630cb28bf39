import type { IncomingMessage } from "node:http";
import type { SerproDesk } from "./serpro-desk.ts";

/** A call as it reached the stand-in. */
export interface SerproCall {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly bytes: Buffer;
}

export interface SerproAnswer {
  readonly status: number;
  readonly body: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Writes and remembers a refusal in the provider's shape. Source: published integrations, error handling. */
export function refuse(desk: SerproDesk, status: number, message: string): SerproAnswer {
  desk.refusals.push({ status, message });
  return json(status, { message });
}

export function json(status: number, body: unknown): SerproAnswer {
  return { status, body: JSON.stringify(body) };
}

export function parse(bytes: Buffer): unknown {
  try {
    const body: unknown = JSON.parse(bytes.toString("utf8"));
    return body;
  } catch {
    return undefined;
  }
}
