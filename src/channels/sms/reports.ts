import { z } from "zod";
import type { ChannelEvent, StatusUpdate } from "../../messages.ts";
import { readIsoTime } from "../azure/times.ts";
import { anything, optionalIdentifier, optionalText, text } from "../whatsapp/inbound/fields.ts";
import { classifyReport, NO_REPORT } from "./report-codes.ts";
import { phoneDigits } from "./senders.ts";

/** Source: Event Grid documentation, SMS events. */
export const REPORT_EVENT = "smsdeliveryreportreceived";

/** Our message id; other programs on the resource write tags of their own. */
const tag = z.guid().toLowerCase().optional().catch(undefined);

const report = z.object({
  messageId: optionalIdentifier,
  to: anything,
  deliveryStatus: text,
  deliveryStatusDetails: optionalText,
  receivedTimestamp: anything,
  /** As the provider's documentation of the event writes it; its libraries write `tag`. */
  Tag: tag,
  tag,
});

/**
 * Reads a delivery report, which an event and the look-up give in the same form. `fallback` is what the envelope says:
 * the id of the event is that of the message.
 */
export function readReport(
  raw: unknown,
  account: string,
  fallback: { readonly at: string; readonly id: string },
): ChannelEvent {
  const parsed = report.safeParse(raw).data;
  const externalId = parsed?.messageId ?? fallback.id;
  if (parsed === undefined || externalId === "") {
    return { kind: "unsupported", account, what: "delivery report that cannot be read" };
  }
  const outcome = outcomeOf(parsed.deliveryStatus, parsed.deliveryStatusDetails ?? "");
  if (outcome === undefined) {
    return { kind: "unsupported", account, what: "delivery report of unknown kind" };
  }
  const phone = phoneDigits(parsed.to);
  const messageId = parsed.Tag ?? parsed.tag;
  return {
    kind: "status",
    account,
    externalId,
    ...(messageId !== undefined && { messageId }),
    at: readIsoTime(parsed.receivedTimestamp) ?? fallback.at,
    identities: phone === undefined ? [] : [{ kind: "phone", value: phone }],
    ...outcome,
  };
}

type Outcome = Pick<StatusUpdate, "status" | "error" | "failure">;

/** The details begin with a code of four digits. Source: ACS SMS documentation, delivery report codes. */
function outcomeOf(status: string, details: string): Outcome | undefined {
  const code = /^\s*(\d{4})\b/.exec(details)?.[1] ?? "";
  switch (status.toLowerCase()) {
    case "delivered":
      return { status: "delivered" };
    case "failed":
      // The carrier has the message and reports nothing: it is sent, and nobody knows more.
      if (code === NO_REPORT) return { status: "sent" };
      return { status: "failed", error: { code, title: details }, failure: classifyReport(code) };
    default:
      return undefined;
  }
}
