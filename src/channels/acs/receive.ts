import { BridgeError } from "../../errors.ts";
import type { ChannelEvent } from "../../messages.ts";
import type { WebhookRequest, WebhookResult } from "../channel.ts";
import { DELETION_EVENT, type GridEvent, readEventGrid } from "../azure/envelope.ts";
import { answerGridHandshake } from "../azure/handshake.ts";
import { presentsGridSecret } from "../azure/secrets.ts";
import { word } from "../whatsapp/inbound/fields.ts";
import { readMessage } from "./messages.ts";
import { channelIdsIn, type Ours, partiesOf } from "./parties.ts";
import type { AcsSettings } from "./settings.ts";
import { readStatus } from "./statuses.ts";

/** Builds the reader of webhook calls. It throws `webhook_forged` and `webhook_unverified`, nothing else. */
export function createReceive(
  settings: AcsSettings,
  ours: Ours,
): (request: WebhookRequest) => WebhookResult {
  return (request) => {
    const isGenuine = request.isAuthenticated === true || presentsGridSecret(request, settings);
    const handshake = answerGridHandshake(request, isGenuine);
    if (handshake !== undefined) return handshake;
    if (!isGenuine) throw new BridgeError("webhook_forged", "there is no valid credential");
    return readGenuine(request.rawBody, ours);
  };
}

/** Reads a genuine body, each event on its own. One that cannot be read is kept: a refusal would lose it for good. */
export function readGenuine(
  rawBody: Buffer,
  ours: Ours,
): Exclude<WebhookResult, { kind: "handshake" }> {
  const events = readEventGrid(rawBody);
  if (events === undefined) {
    return { kind: "quarantine", reason: "the body is not a call of Event Grid" };
  }
  return { kind: "events", events: events.map((event) => readEvent(event, ours)) };
}

/** The second name of statuses is the one first documented. Source: Event Grid documentation, Advanced Messaging events. */
function readEvent(event: GridEvent, ours: Ours): ChannelEvent {
  switch (event.type) {
    case "advancedmessagereceived":
      return readMessage(event, ours);
    case "advancedmessagedeliverystatusupdated":
    case "advancedmessagedeliveryreportreceived":
      return readStatus(event, ours);
    case DELETION_EVENT:
      return subscriptionDeleted(ours);
    default:
      return { kind: "unsupported", what: `event ${word(event.type)}` };
  }
}

/** From now on nothing arrives, and nobody else says so. */
function subscriptionDeleted({ channel_ids: [account], takesUnnamed }: Ours): ChannelEvent {
  if (account === undefined || !takesUnnamed) {
    return { kind: "unsupported", what: `event ${DELETION_EVENT}` };
  }
  const detail = "The subscription of Event Grid was deleted: no messages arrive through it.";
  return { kind: "notice", account, severity: "alert", topic: "subscription_deleted", detail };
}

/** Builds the check whether events at another channel's address are ours: all of them, some or none. */
export function createRecognises(
  ids: readonly string[],
): (request: WebhookRequest) => "all" | "some" | undefined {
  return ({ rawBody }) => {
    const events = readEventGrid(rawBody) ?? [];
    const found = events.filter((event) => concerns(event, ids)).length;
    if (found === 0) return undefined;
    return found === events.length ? "all" : "some";
  };
}

function concerns({ type, data = {}, subject }: GridEvent, ids: readonly string[]): boolean {
  if (!type.startsWith("advancedmessage")) return false;
  const fields = [data["channelRegistrationId"], data["to"], data["from"]];
  const [id] = channelIdsIn([...fields, partiesOf(subject).recipient]);
  return id !== undefined && ids.includes(id);
}
