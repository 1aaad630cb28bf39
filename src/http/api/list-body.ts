import type { Request } from "express";
import { BridgeError } from "../../errors.ts";
import { allowLongBody } from "../server.ts";
import { withTimeLimit } from "../time-limit.ts";

/** How long nothing may come of a body before it is given up. */
const IDLE_MS = 20_000;

/** Reads a body of any size piece by piece, no faster than its pieces are asked for. Throws `request_malformed` where it breaks off. */
export async function* readBody(request: Request): AsyncGenerator<Uint8Array> {
  allowLongBody(request);
  // Left alone when the reading stops early: the answer still has to go out on its connection.
  const chunks = request.iterator({ destroyOnReturn: false });
  const late = () => new BridgeError("request_malformed", "the body stopped coming");
  for (;;) {
    const next = await withTimeLimit(chunks.next(), IDLE_MS, late).catch((error: unknown) => {
      if (error instanceof BridgeError) throw error;
      throw new BridgeError("request_malformed", "the body broke off", { cause: error });
    });
    if (next.done === true) return;
    const chunk: unknown = next.value;
    if (!(chunk instanceof Uint8Array)) throw new Error("the body is not bytes");
    yield chunk;
  }
}
