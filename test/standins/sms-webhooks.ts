import { randomUUID } from "node:crypto";

/** Source: Event Grid documentation, SMS events. */
const TOPIC =
  "/subscriptions/11111111-2222-4333-8444-555555555555/resourcegroups/rg/providers/microsoft.communication/communicationservices/acs";

const digits = (number: string) => number.replace(/^\+/, "");

/** Seven fractional digits, as the provider writes times. */
const now = () => new Date().toISOString().replace("Z", "4821Z");

function event(type: string, id: string, number: string, data: object): object {
  return {
    id,
    topic: TOPIC,
    subject: `/phonenumber/${digits(number)}`,
    data,
    eventType: `Microsoft.Communication.${type}`,
    dataVersion: "1.0",
    metadataVersion: "1",
    eventTime: now(),
  };
}

export interface SaidSms {
  readonly from: string;
  readonly to: string;
  readonly text: string;
  readonly id?: string;
}

/** Builds the event of a text message that a person wrote. */
export function receivedEvent({ from, to, text, id }: SaidSms): object {
  const messageId = id ?? `Incoming_20261121${randomUUID()}`;
  return event("SMSReceived", messageId, to, {
    messageId,
    from: digits(from),
    to: digits(to),
    message: text,
    receivedTimestamp: now(),
    segmentCount: 1,
  });
}

export interface ReportedSms {
  readonly messageId: string;
  /** Our sender. */
  readonly from: string;
  readonly to: string;
  readonly tag: string | undefined;
  /** A code of the provider's table; "2000" is delivered. */
  readonly code: string;
}

/** What is known of a delivery; the event and the look-up have it in the same form but for the tag's name. */
export function reportData({ messageId, from, to, code }: ReportedSms): object {
  const isDelivered = code === "2000";
  return {
    messageId,
    from: digits(from),
    to,
    deliveryStatus: isDelivered ? "Delivered" : "Failed",
    deliveryStatusDetails: isDelivered ? "No error." : `${code}: Scripted failure.`,
    deliveryAttempts: [
      {
        timestamp: now(),
        segmentsSucceeded: isDelivered ? 1 : 0,
        segmentsFailed: isDelivered ? 0 : 1,
      },
    ],
    receivedTimestamp: now(),
  };
}

/** Builds the event of a delivery report; its id is that of the message. */
export function reportEvent(report: ReportedSms): object {
  const data = { ...reportData(report), Tag: report.tag };
  return event("SMSDeliveryReportReceived", report.messageId, report.from, data);
}
