import { z } from "zod";
import type { ChannelEvent } from "../../messages.ts";
import type { WebhookRequest } from "../channel.ts";
import { anything, optionalText, word } from "../whatsapp/inbound/fields.ts";
import { readDeletion, readEdition } from "./inbound/changes.ts";
import { clockOf } from "./inbound/clock.ts";
import { readConnection, readEnd, readError, readQrCode } from "./inbound/instance-events.ts";
import { readUpsert } from "./inbound/message.ts";
import type { Scope } from "./inbound/scope.ts";
import { integrationOf, type EvolutionSettings } from "./settings.ts";
import { readStatus } from "./inbound/statuses.ts";

const envelopeSchema = z.object({
  event: z.string(),
  instance: optionalText,
  data: anything,
  date_time: anything,
});

type Reader = (item: unknown, scope: Scope) => ChannelEvent;

/** What becomes of each event that means something to us, by its name without the differences between versions. */
const READERS: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ["MESSAGES_UPSERT", readUpsert],
  ["MESSAGES_UPDATE", readStatus],
  ["MESSAGES_EDITED", readEdition],
  ["MESSAGES_DELETE", readDeletion],
  ["CONNECTION_UPDATE", readConnection],
  ["QRCODE_UPDATED", readQrCode],
  ["STATUS_INSTANCE", (data, scope) => readEnd("closed", data, scope)],
  ["LOGOUT_INSTANCE", (data, scope) => readEnd("logged out", data, scope)],
  ["REMOVE_INSTANCE", (data, scope) => readEnd("removed", data, scope)],
  ["INSTANCE_DELETE", (data, scope) => readEnd("deleted", data, scope)],
]);

/** Events whose data is a login secret, whatever its shape. */
const SECRET_EVENTS: ReadonlySet<string> = new Set([
  "QRCODE_UPDATED",
  "NEW_JWT",
  "NEW_JWT_TOKEN",
  "NEW_TOKEN",
]);

/**
 * Reads a webhook; the name of its event decides, not the address it came to. Undefined where it is no webhook of the
 * provider. Source: Evolution API documentation, webhooks.
 */
export function readEnvelope(
  body: unknown,
  settings: EvolutionSettings,
  request: WebhookRequest | undefined,
): ChannelEvent[] | undefined {
  const envelope = envelopeSchema.safeParse(body).data;
  if (envelope === undefined) return undefined;
  const name = nameOf(envelope.event);
  const { instance } = envelope;
  if (name === "ERROR" && instance === undefined) return [readError(envelope.data, settings)];
  if (instance === undefined || !settings.instances.includes(instance)) {
    return [{ kind: "unsupported", what: `unknown instance ${word(instance)}` }];
  }
  const scope: Scope = {
    account: instance,
    settings,
    integration: integrationOf(settings, instance),
    clock: clockOf(request, envelope.date_time, settings.server_time_zone),
  };
  const read = READERS.get(name);
  if (read === undefined) {
    const what = `event ${word(envelope.event)}`;
    return [{ kind: "unsupported", account: instance, what }];
  }
  const items: readonly unknown[] = Array.isArray(envelope.data) ? envelope.data : [envelope.data];
  return items.map((item) => read(item, scope));
}

/** What may be kept of a webhook that is a login secret from end to end; undefined for all others. */
export function redactedEnvelope(body: unknown): Buffer | undefined {
  const envelope = envelopeSchema.safeParse(body).data;
  if (envelope === undefined || !SECRET_EVENTS.has(nameOf(envelope.event))) return undefined;
  const { event, instance } = envelope;
  return Buffer.from(JSON.stringify({ event, instance, data: null }));
}

/** `messages.upsert`, `MESSAGES_UPSERT` and `messages-upsert` are one event. */
function nameOf(event: string): string {
  return event.replace(/[._-]/g, "_").toUpperCase();
}
