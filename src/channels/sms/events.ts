import { z } from "zod";
import type { ChannelEvent } from "../../messages.ts";
import type { GridEvent } from "../azure/envelope.ts";
import { readIsoTime } from "../azure/times.ts";
import { anything, optionalIdentifier, text, word } from "../whatsapp/inbound/fields.ts";
import { readKeyword } from "./keywords.ts";
import { readReport, REPORT_EVENT } from "./reports.ts";
import { findSender, phoneDigits } from "./senders.ts";
import type { SmsSettings } from "./settings.ts";

/** Source: Event Grid documentation, SMS events. */
const RECEIVED_EVENT = "smsreceived";

/** The time of an event that has none. Reading a webhook never looks at the clock. */
const NO_TIME = "1970-01-01T00:00:00.000Z";

const received = z.object({
  messageId: optionalIdentifier,
  message: text,
  receivedTimestamp: anything,
  from: anything,
  to: anything,
});

/** Tells whether an event is about text messages of one of our senders. */
export function isOurs(event: GridEvent, settings: SmsSettings): boolean {
  return accountOf(event, settings) !== undefined;
}

/** Reads one event of Event Grid; anything that is not about a sender of ours becomes an unsupported event. */
export function readEvent(event: GridEvent, settings: SmsSettings): ChannelEvent {
  const isKnown = event.type === RECEIVED_EVENT || event.type === REPORT_EVENT;
  if (!isKnown) return { kind: "unsupported", what: `event ${word(event.type)}` };
  const account = accountOf(event, settings);
  if (account === undefined) return { kind: "unsupported", what: "unknown sender" };
  const fallback = { at: event.time ?? NO_TIME, id: event.id };
  if (event.type === REPORT_EVENT) return readReport(event.data, account, fallback);
  return readReceived(event.data, account, fallback);
}

/** Which of our senders an event concerns: the one a message came to, or the one that a report is about. */
function accountOf({ type, data }: GridEvent, settings: SmsSettings): string | undefined {
  if (type === RECEIVED_EVENT) return findSender(data?.["to"], settings);
  return type === REPORT_EVENT ? findSender(data?.["from"], settings) : undefined;
}

function readReceived(
  data: GridEvent["data"],
  account: string,
  fallback: { readonly at: string; readonly id: string },
): ChannelEvent {
  const message = received.safeParse(data).data;
  const externalId = message?.messageId ?? fallback.id;
  if (message === undefined || externalId === "") {
    return { kind: "unsupported", account, what: "message that cannot be read" };
  }
  const phone = phoneDigits(message.from);
  // Short codes and names cannot be answered, and what our own number writes would go round for ever.
  if (phone === undefined || phone === phoneDigits(account)) {
    return { kind: "unsupported", account, what: "message of a sender that cannot be answered" };
  }
  const at = readIsoTime(message.receivedTimestamp) ?? fallback.at;
  const identities = [{ kind: "phone", value: phone }] as const;
  const optedOut = readKeyword(message.message);
  if (optedOut !== undefined) {
    return { kind: "preference", account, externalId, identities, scope: "all", optedOut, at };
  }
  return {
    kind: "message",
    account,
    externalId,
    identities,
    sentAt: at,
    text: message.message,
    content: { type: "text" },
  };
}
