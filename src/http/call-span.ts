import { activeTraceparent, failureType, openSpan } from "../trace.ts";
import type { HttpOptions, HttpRequest } from "../transport.ts";

type Opened<Answer> = Answer & { readonly chunks: AsyncIterable<Uint8Array> };

/**
 * Makes an outgoing call as a span of the trace that runs, where one does; it ends with the answer's last byte. Of the address only the host is told, and not even
 * that where it came from outside: paths and queries hold numbers and keys.
 */
export async function asCallSpan<Answer extends { readonly status: number }>(
  request: HttpRequest,
  limits: HttpOptions,
  open: (request: HttpRequest) => Promise<Opened<Answer>>,
): Promise<Opened<Answer>> {
  if (activeTraceparent() === undefined) return open(request);
  const facts = { "http.request.method": request.method, ...placeOf(request, limits) };
  const span = openSpan(request.method, { kind: "client", facts });
  const traceparent = limits.tellsTrace === true ? span.traceparent() : undefined;
  const told =
    traceparent === undefined
      ? request
      : { ...request, headers: { ...request.headers, traceparent } };
  try {
    const answer = await span.run(() => open(told));
    span.add({ "http.response.status_code": answer.status });
    if (answer.status >= 400) span.fail(String(answer.status));
    return { ...answer, chunks: endWith(answer.chunks, span) };
  } catch (thrown) {
    span.fail(failureType(thrown));
    span.end();
    throw thrown;
  }
}

async function* endWith(
  chunks: AsyncIterable<Uint8Array>,
  span: Pick<ReturnType<typeof openSpan>, "fail" | "end">,
): AsyncGenerator<Uint8Array> {
  try {
    yield* chunks;
  } catch (thrown) {
    span.fail(failureType(thrown));
    throw thrown;
  } finally {
    span.end();
  }
}

function placeOf({ url }: HttpRequest, { publicOnly }: HttpOptions) {
  if (publicOnly === true || !URL.canParse(url)) return {};
  const { hostname, port, protocol } = new URL(url);
  const usual = protocol === "https:" ? 443 : 80;
  return { "server.address": hostname, "server.port": port === "" ? usual : Number(port) };
}
