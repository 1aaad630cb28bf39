import { createHash } from "node:crypto";
import type { Message } from "amqplib";
import { z } from "zod";
import { storableText } from "../../storable.ts";

/** An event as a broker delivered it. */
export interface BrokerEvent {
  /** What the event says it is; undefined where only its routing key tells. */
  readonly type: string | undefined;
  readonly routingKey: string;
  /** The name that tells it from others, where it carries one. */
  readonly id: string | undefined;
  /** Stands for the name of an event that carries none, in the list of what was refused. */
  readonly digest: string;
  readonly body: unknown;
}

/** An event, or why it cannot be read. */
export type ReadEvent =
  | { readonly kind: "event"; readonly event: BrokerEvent }
  | { readonly kind: "unreadable"; readonly event: BrokerEvent; readonly problem: string };

/** Bytes of an event; what it tells is some names and numbers. */
const MAX_BYTES = 1_000_000;

/** Characters of an event's name. */
export const MAX_ID = 200;

/** Where the routing key is kept while an event waits among the dead letters. */
export const ROUTING_KEY_HEADER = "x-routing-key";

const name = z.union([z.string().min(1).max(MAX_ID), z.number().transform(String)]);

const fields = z
  .looseObject({
    type: z.string().optional().catch(undefined),
    event: z.string().optional().catch(undefined),
    event_id: name.optional().catch(undefined),
    id: name.optional().catch(undefined),
  })
  .catch({});

const headers = z
  .looseObject({
    type: z.string().optional().catch(undefined),
    [ROUTING_KEY_HEADER]: z.string().optional().catch(undefined),
  })
  .catch({});

const text = z.string().min(1).optional().catch(undefined);

/** Reads a delivery: JSON in UTF-8, its type and its name from where publishers put them. */
export function readEvent({
  content,
  fields: { routingKey: key },
  properties,
}: Pick<Message, "content" | "fields" | "properties">): ReadEvent {
  const header = headers.parse(properties.headers ?? {});
  const digest = `sha256:${createHash("sha256").update(content).digest("hex").slice(0, 32)}`;
  const outer = {
    type: firstOf(header.type, text.parse(properties.type)),
    routingKey: storableText(header[ROUTING_KEY_HEADER] ?? key).slice(0, MAX_ID),
    id: storedName(text.parse(properties.messageId)),
    digest,
    body: undefined,
  };
  const refuse = (problem: string): ReadEvent => ({ kind: "unreadable", event: outer, problem });
  if (content.length > MAX_BYTES) return refuse(`is larger than ${MAX_BYTES} bytes`);
  const encoding = text.parse(properties.contentEncoding);
  if (encoding !== undefined && !/^(utf-?8|identity)$/i.test(encoding))
    return refuse("has a content encoding that is not read here");
  const body = parseBody(content);
  if (body === undefined) return refuse("is not a JSON object in UTF-8");
  const inner = fields.parse(body);
  return {
    kind: "event",
    event: {
      ...outer,
      type: firstOf(inner.type, inner.event, outer.type),
      id: storedName(inner.event_id) ?? outer.id ?? storedName(inner.id),
      body,
    },
  };
}

const firstOf = (...words: readonly (string | undefined)[]): string | undefined =>
  words.find((word) => word !== undefined && word !== "")?.slice(0, MAX_ID);

function storedName(word: string | undefined): string | undefined {
  if (word === undefined || word.length > MAX_ID) return undefined;
  const stored = storableText(word).trim();
  return stored === "" ? undefined : stored;
}

const object = z.record(z.string(), z.unknown());

function parseBody(content: Buffer): unknown {
  try {
    const decoded = new TextDecoder("utf-8", { fatal: true }).decode(content);
    return object.safeParse(JSON.parse(decoded, keepDigits)).data;
  } catch {
    return undefined;
  }
}

/** A whole number that JavaScript would round stays the text it was written as: it may be the number of an order. */
function keepDigits(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  const isRounded = typeof value === "number" && Number.isInteger(value);
  return isRounded && !Number.isSafeInteger(value) ? (context?.source ?? value) : value;
}
