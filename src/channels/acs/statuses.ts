import type { ChannelEvent, ReportedStatus } from "../../messages.ts";
import type { GridEvent } from "../azure/envelope.ts";
import { optionalText, present, word } from "../whatsapp/inbound/fields.ts";
import { classify } from "../whatsapp/refusals/errors.ts";
import { firstId, readAcsError, timeOf } from "./messages.ts";
import { findAccount, type Ours, peopleIn } from "./parties.ts";

/** Azure's words, in whatever case; `warning` and `unknown` say nothing about delivery. */
const STATUS_WORDS: ReadonlyMap<string, ReportedStatus> = new Map<string, ReportedStatus>([
  ["sent", "sent"],
  ["delivered", "delivered"],
  ["read", "read"],
  ["failed", "failed"],
]);

/** Reads a delivery report under either name. Source: Event Grid documentation, Advanced Messaging events. */
export function readStatus(event: GridEvent, ours: Ours): ChannelEvent {
  const { data } = event;
  if (data === undefined) return { kind: "unsupported", what: "status that cannot be read" };
  const account = findAccount([data["channelRegistrationId"], data["from"]], ours);
  if (account === undefined) return { kind: "unsupported", what: "status of another channel" };
  const externalId = firstId([data["messageId"], data["id"]]);
  if (externalId === undefined) {
    return { kind: "unsupported", account, what: "status that cannot be read" };
  }
  const reported = optionalText.parse(data["status"])?.toLowerCase();
  const status = STATUS_WORDS.get(reported ?? "");
  if (status === undefined) {
    return { kind: "unsupported", account, what: `status ${word(reported)}` };
  }
  const error = status === "failed" ? readAcsError(data["error"]) : undefined;
  return present({
    kind: "status",
    account,
    externalId,
    status,
    at: timeOf(event),
    identities: peopleIn([data["to"], data["toBSUID"]]),
    error,
    failure: status === "failed" ? classify(error?.code ?? "") : undefined,
  });
}
