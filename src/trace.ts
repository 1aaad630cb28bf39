import {
  type Attributes,
  type Context,
  context,
  propagation,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from "@opentelemetry/api";
import { BridgeError } from "./errors.ts";
import { HttpFailure } from "./transport.ts";

/**
 * What a span may say. The names are those of OpenTelemetry's semantic conventions, and ours begin with `ponte.`. No value
 * may be a number, name or text of a person, an address from outside, or a secret: words of closed sets, counts, our ids.
 */
type Fact =
  | "error.type"
  | "http.request.method"
  | "http.response.status_code"
  | "http.route"
  | "messaging.batch.message_count"
  | "messaging.destination.name"
  | "messaging.message.conversation_id"
  | "messaging.message.id"
  | "messaging.operation.name"
  | "messaging.operation.type"
  | "messaging.system"
  | "ponte.attempt"
  | "ponte.backend"
  | "ponte.channel"
  | "ponte.channel.type"
  | "ponte.notes"
  | "ponte.outcome"
  | "ponte.payloads"
  | "ponte.status"
  | "server.address"
  | "server.port";

export type Facts = Readonly<Partial<Record<Fact, string | number | undefined>>>;

/** Where a span belongs, as it is kept in a row or sent in a header: W3C `traceparent`. */
export type Traceparent = string;

export interface SpanOptions {
  readonly kind?: "server" | "client" | "producer" | "consumer";
  readonly facts?: Facts;
  /** What it is a part of; null: nothing, it begins a trace. What runs now where absent. */
  readonly parent?: Traceparent | null | undefined;
  /** What else led to it. */
  readonly links?: readonly (Traceparent | null | undefined)[];
}

/** A span that somebody else must end. */
export interface OpenSpan {
  readonly add: (facts: Facts) => void;
  /** Says that what it stands for failed. `type` is a word of a closed set. */
  readonly fail: (type: string) => void;
  /** Gives it a better name, where that is known late. */
  readonly rename: (name: string) => void;
  readonly end: () => void;
  /** Runs work whose spans are its children. */
  readonly run: <Result>(work: () => Result) => Result;
  readonly traceparent: () => Traceparent | undefined;
}

const KINDS = {
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
} as const;

/** Begins a span; `end` must follow. Costs next to nothing where traces are off. */
export function openSpan(name: string, options: SpanOptions = {}): OpenSpan {
  const { kind, facts = {}, parent, links = [] } = options;
  const around = parent === undefined ? context.active() : contextOf(parent);
  const settings = {
    kind: kind === undefined ? SpanKind.INTERNAL : KINDS[kind],
    attributes: attributesOf(facts),
    links: links.flatMap((link) => linkOf(link)),
  };
  const span = trace.getTracer("ponte").startSpan(name, settings, around);
  const inside = trace.setSpan(around, span);
  return {
    add: (more) => void span.setAttributes(attributesOf(more)),
    fail: (type) => fail(span, type),
    rename: (better) => void span.updateName(better),
    end: () => span.end(),
    run: (work) => context.with(inside, work),
    traceparent: () => traceparentOf(inside),
  };
}

/** Runs work as a span. What it throws is thrown on, and the span keeps its code alone: words may quote people. */
export async function inSpan<Result>(
  name: string,
  options: SpanOptions,
  work: (span: OpenSpan) => Promise<Result>,
): Promise<Result> {
  const span = openSpan(name, options);
  try {
    return await span.run(() => work(span));
  } catch (thrown) {
    span.fail(failureType(thrown));
    throw thrown;
  } finally {
    span.end();
  }
}

/** Where a span that begins now would belong; undefined where traces are off or none runs. */
export const activeTraceparent = (): Traceparent | undefined => traceparentOf(context.active());

/** The id of the trace that runs, for log lines; undefined where none does. */
export const activeTraceId = (): string | undefined => trace.getActiveSpan()?.spanContext().traceId;

/** Runs work that belongs to nobody's trace, such as a loop that a request happened to start. */
export const outsideTraces = <Result>(work: () => Result): Result =>
  context.with(trace.deleteSpan(context.active()), work);

/** A closed word for what was thrown. */
export function failureType(thrown: unknown): string {
  if (thrown instanceof BridgeError) return thrown.code;
  if (thrown instanceof HttpFailure) return thrown.reason;
  return thrown instanceof Error ? thrown.name : "unknown";
}

function fail(span: Span, type: string): void {
  span.setAttribute("error.type", type);
  span.setStatus({ code: SpanStatusCode.ERROR });
}

function attributesOf(facts: Facts): Attributes {
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined));
}

function contextOf(traceparent: Traceparent | null): Context {
  return traceparent === null ? ROOT_CONTEXT : propagation.extract(ROOT_CONTEXT, { traceparent });
}

function traceparentOf(inside: Context): Traceparent | undefined {
  const carrier: { traceparent?: string } = {};
  propagation.inject(inside, carrier);
  return carrier.traceparent;
}

function linkOf(traceparent: Traceparent | null | undefined) {
  const linked = trace.getSpanContext(contextOf(traceparent ?? null));
  return linked === undefined ? [] : [{ context: linked }];
}
