import { storableText } from "../../storable.ts";
import { isRecord } from "../whatsapp/inbound/fields.ts";
import { readIsoTime } from "./times.ts";

/** One event of Event Grid, whichever of its two schemas it came in. */
export interface GridEvent {
  /** "" where the event has none. */
  readonly id: string;
  /** Lower case, without `microsoft.communication.`; "" where the event has none. */
  readonly type: string;
  readonly subject: string;
  /** ISO 8601 UTC. */
  readonly time: string | undefined;
  /** Undefined where it is anything but an object. */
  readonly data: Readonly<Record<string, unknown>> | undefined;
}

/** The only event of a call that asks whether we want the subscription. Source: Event Grid documentation, endpoint validation. */
export const VALIDATION_EVENT = "microsoft.eventgrid.subscriptionvalidationevent";

/** Says that no more events come. Source: Event Grid documentation, message headers. */
export const DELETION_EVENT = "microsoft.eventgrid.subscriptiondeletedevent";

const PREFIX = "microsoft.communication.";

/** Longest id kept; an index takes no more. */
const ID_MAX_LENGTH = 512;

/**
 * Reads the events of a call: a list, as Event Grid's own schema always and batched CloudEvents have it, or one event by
 * itself. The content type says nothing reliable, so it is not asked. Undefined for a body that holds no events; an
 * element that is no event is one without type. Source: Event Grid documentation, event schemas.
 */
export function readEventGrid(rawBody: Buffer): readonly GridEvent[] | undefined {
  const body = parse(rawBody);
  if (Array.isArray(body)) return body.map((item: unknown) => readEvent(item));
  return isRecord(body) && nameOf(body) !== "" ? [readEvent(body)] : undefined;
}

function parse(rawBody: Buffer): unknown {
  try {
    const body: unknown = JSON.parse(rawBody.toString("utf8"));
    return body;
  } catch {
    return undefined;
  }
}

function readEvent(raw: unknown): GridEvent {
  const event = isRecord(raw) ? raw : {};
  const name = nameOf(event).toLowerCase();
  const data = event["data"];
  return {
    id: textOf(event["id"]).slice(0, ID_MAX_LENGTH).toWellFormed(),
    type: name.startsWith(PREFIX) ? name.slice(PREFIX.length) : name,
    subject: textOf(event["subject"]),
    time: readIsoTime(event["eventTime"]) ?? readIsoTime(event["time"]),
    data: isRecord(data) ? data : undefined,
  };
}

/** The event's type: `eventType` in Event Grid's schema, `type` in CloudEvents. */
function nameOf(event: Readonly<Record<string, unknown>>): string {
  return textOf(event["eventType"]) || textOf(event["type"]);
}

function textOf(value: unknown): string {
  return typeof value === "string" ? storableText(value) : "";
}
