import { randomUUID } from "node:crypto";

/** The two ways in which Event Grid writes an event. */
export type GridSchema = "eventgrid" | "cloudevents";

/** An event before it is written in one of the two schemas. */
export interface BuiltEvent {
  readonly id: string;
  readonly type: string;
  readonly subject: string;
  readonly time: string;
  readonly data: unknown;
}

const TOPIC =
  "/subscriptions/1f2e3d4c-0000-4000-8000-aabbccddeeff/resourcegroups/rg-exemplo/providers/microsoft.communication/communicationservices/acs-exemplo";

/** Writes an event as the provider does. Source: Event Grid documentation, event schemas. */
function writeEvent(event: BuiltEvent, schema: GridSchema): object {
  const { id, type, subject, time, data } = event;
  if (schema === "cloudevents") {
    return { id, source: TOPIC, specversion: "1.0", type, subject, time, data };
  }
  const versions = { dataVersion: "1.0", metadataVersion: "1" };
  return { id, topic: TOPIC, subject, data, eventType: type, ...versions, eventTime: time };
}

/** Event Grid's own schema is always a list; CloudEvents are one only where there are several. */
export function writeBatch(events: readonly BuiltEvent[], schema: GridSchema): unknown {
  const written = events.map((event) => writeEvent(event, schema));
  return schema === "cloudevents" && written.length === 1 ? written[0] : written;
}

/** Seven fractional digits, as the provider writes them. */
const gridTime = (date = new Date()): string => date.toISOString().replace("Z", "1902Z");

export interface InboundEvent {
  /** The channel registration. */
  readonly channelId: string;
  /** Digits without `+`; absent, the person hides the number. */
  readonly from?: string;
  readonly fromBSUID?: string;
  readonly messageId?: string;
  readonly eventId?: string;
}

/** Builds the event of an inbound message; `content` is what its type needs. */
export function messageEvent(
  inbound: InboundEvent,
  content: Readonly<Record<string, unknown>>,
): BuiltEvent {
  const { channelId, from, fromBSUID, messageId = randomUUID(), eventId = randomUUID() } = inbound;
  const sender = from ?? fromBSUID ?? "";
  return {
    id: eventId,
    type: "Microsoft.Communication.AdvancedMessageReceived",
    subject: `advancedMessage/sender/${sender}/recipient/${channelId}`,
    time: gridTime(),
    data: {
      ...content,
      messageId,
      channelType: "whatsapp",
      from: from ?? "",
      ...(fromBSUID !== undefined && { fromBSUID }),
      to: channelId,
      receivedTimestamp: new Date().toISOString().replace(/\.\d+Z$/, "+00:00"),
    },
  };
}

export interface StatusEvent {
  readonly channelId: string;
  readonly messageId: string;
  readonly status: "Sent" | "Delivered" | "Read" | "Failed";
  /** The receiver as the send named it. */
  readonly to: string;
  readonly channelCode?: string;
}

/** Builds the event of a delivery status. */
export function statusEvent(built: StatusEvent): BuiltEvent {
  const { channelId, messageId, status, to, channelCode } = built;
  const isPhone = to.startsWith("+");
  const error = { channelCode, channelMessage: `Failure ${String(channelCode)}` };
  return {
    id: randomUUID(),
    type: "Microsoft.Communication.AdvancedMessageDeliveryStatusUpdated",
    subject: `advancedMessage/${messageId}/status/${status}`,
    time: gridTime(),
    data: {
      messageId,
      status,
      channelType: "whatsapp",
      from: channelId,
      to: isPhone ? to.slice(1) : "",
      ...(!isPhone && { toBSUID: to }),
      receivedTimestamp: new Date().toISOString(),
      ...(channelCode !== undefined && { error }),
    },
  };
}

/** Builds the event that asks whether a subscription is wanted. */
export function validationEvent(code: string): BuiltEvent {
  return {
    id: randomUUID(),
    type: "Microsoft.EventGrid.SubscriptionValidationEvent",
    subject: "",
    time: gridTime(),
    data: {
      validationCode: code,
      validationUrl: `https://rp-exemplo.eventgrid.azure.net:553/eventsubscriptions/x/validate?id=${code}`,
    },
  };
}
