import { createServer } from "node:http";
import { gunzipSync } from "node:zlib";
import { z } from "zod";
import { listen, stopListening } from "./listen.ts";

const id = (length: number) => z.string().regex(new RegExp(`^[0-9a-f]{${length}}$`));

const attributes = z
  .array(
    z.strictObject({
      key: z.string().min(1),
      value: z.union([
        z.strictObject({ stringValue: z.string() }),
        z.strictObject({ intValue: z.number() }),
        z.strictObject({ doubleValue: z.number() }),
        z.strictObject({ boolValue: z.boolean() }),
      ]),
    }),
  )
  .transform((list) =>
    Object.fromEntries(list.map(({ key, value }) => [key, Object.values(value)[0]])),
  );

const nanos = z.string().regex(/^\d+$/);

const span = z.strictObject({
  traceId: id(32),
  spanId: id(16),
  parentSpanId: id(16).optional(),
  traceState: z.string().optional(),
  name: z.string().min(1),
  kind: z.int().min(1).max(5),
  startTimeUnixNano: nanos,
  endTimeUnixNano: nanos,
  attributes,
  droppedAttributesCount: z.literal(0),
  events: z.array(z.never()),
  droppedEventsCount: z.literal(0),
  status: z.strictObject({ code: z.int().min(0).max(2), message: z.never().optional() }),
  links: z.array(z.looseObject({ traceId: id(32), spanId: id(16) })),
  droppedLinksCount: z.literal(0),
  flags: z.int().optional(),
});

/** What an exporter sends. Source: OTLP 1.x specification, OTLP/HTTP in JSON, `ExportTraceServiceRequest`. */
const exportRequest = z.strictObject({
  resourceSpans: z.array(
    z.strictObject({
      resource: z.strictObject({ attributes, droppedAttributesCount: z.literal(0) }),
      scopeSpans: z.array(
        z.strictObject({
          scope: z.looseObject({ name: z.literal("ponte") }),
          spans: z.array(span),
          schemaUrl: z.string().optional(),
        }),
      ),
      schemaUrl: z.string().optional(),
    }),
  ),
});

/** A span as it arrived, with what its process says of itself. */
export type SentSpan = z.output<typeof span> & {
  readonly resource: Readonly<Record<string, unknown>>;
};

export interface Otlp {
  readonly url: string;
  readonly spans: () => readonly SentSpan[];
  /** Every body, as it came. */
  readonly bodies: () => readonly string[];
  /** What was wrong with calls; empty where all were right. */
  readonly faults: () => readonly string[];
  /** From now on calls are answered like this; a hanging one never is. */
  readonly behave: (how: "well" | "hangs" | number) => void;
  readonly calls: () => number;
  readonly close: () => Promise<void>;
}

export interface OtlpOptions {
  /** Headers that every call must carry. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Starts a collector that takes traces and nothing else, and takes them only as the protocol says. */
export async function startOtlp({ headers = {} }: OtlpOptions = {}): Promise<Otlp> {
  const spans: SentSpan[] = [];
  const bodies: string[] = [];
  const faults: string[] = [];
  const state: { how: "well" | "hangs" | number; calls: number } = { how: "well", calls: 0 };

  const take = (text: string): void => {
    bodies.push(text);
    const { resourceSpans } = exportRequest.parse(JSON.parse(text));
    for (const { resource, scopeSpans } of resourceSpans)
      for (const scope of scopeSpans)
        spans.push(...scope.spans.map((one) => ({ ...one, resource: resource.attributes })));
  };

  const server = createServer((request, response) => {
    state.calls += 1;
    if (state.how === "hangs") return;
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const isRight =
        request.method === "POST" &&
        request.url === "/v1/traces" &&
        request.headers["content-type"] === "application/json" &&
        Object.entries(headers).every(([name, value]) => request.headers[name] === value);
      if (!isRight) faults.push(`${request.method} ${request.url}`);
      const raw = Buffer.concat(chunks);
      try {
        take((request.headers["content-encoding"] === "gzip" ? gunzipSync(raw) : raw).toString());
      } catch (error) {
        faults.push(String(error));
      }
      const status = typeof state.how === "number" ? state.how : isRight ? 200 : 400;
      response.writeHead(status, { "content-type": "application/json" }).end("{}");
    });
  });
  const port = await listen(server);
  return {
    url: `http://127.0.0.1:${port}`,
    spans: () => spans,
    bodies: () => bodies,
    faults: () => faults,
    calls: () => state.calls,
    behave: (how) => {
      state.how = how;
    },
    close: () => stopListening(server),
  };
}
