import type { HttpRequest, HttpResponseInit } from "@azure/functions";
import type { Webhooks } from "ponte/webhooks";

/** Gives the part of the bridge that takes webhooks; rejects where it cannot be opened. */
export type Open = () => Promise<Pick<Webhooks, "handle" | "acceptEvents" | "check">>;

/** Says what went wrong to whoever looks after the functions. */
export type Report = (message: string, error: unknown) => void;

/** A provider sends again what was answered so; a 4xx or a 200 would lose it. */
const TRY_AGAIN: HttpResponseInit = { status: 503, headers: { "Retry-After": "2" } };

/** Serves a call of any provider: the body goes on as the bytes that came, which signatures are over. */
export async function serveHttp(
  open: Open,
  request: HttpRequest,
  report: Report,
): Promise<HttpResponseInit> {
  try {
    const webhooks = await open();
    const { status, headers, body } = await webhooks.handle({
      method: request.method,
      path: new URL(request.url).pathname,
      headers: Object.fromEntries(request.headers),
      query: request.query,
      body: new Uint8Array(await request.arrayBuffer()),
    });
    return { status, headers, body };
  } catch (error) {
    report("a webhook could not be taken", error);
    return TRY_AGAIN;
  }
}

/**
 * Stores one event that Event Grid's own trigger brought: the platform has done the handshake and knows the sender.
 * Rejects where it is not stored, which Event Grid counts as a failed delivery and repeats.
 */
export async function serveEvent(open: Open, channel: string, event: unknown): Promise<void> {
  const webhooks = await open();
  await webhooks.acceptEvents(channel, [event]);
}

/** Says whether webhooks can be stored now. */
export async function serveReady(open: Open, report: Report): Promise<HttpResponseInit> {
  try {
    await (await open()).check();
    return { status: 200, jsonBody: { status: "ready" } };
  } catch (error) {
    report("webhooks cannot be stored", error);
    return { ...TRY_AGAIN, jsonBody: { status: "not_ready" } };
  }
}
