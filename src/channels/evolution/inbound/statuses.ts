import { z } from "zod";
import type { ChannelEvent, ReportedStatus } from "../../../messages.ts";
import {
  anything,
  identifier,
  isRecord,
  optionalFlag,
  optionalIdentifier,
  present,
  word,
} from "../../whatsapp/inbound/fields.ts";
import { readJids } from "../jid.ts";
import { readLongTime } from "./long.ts";
import { putAside, type Scope } from "./scope.ts";
import type { EvolutionSettings } from "../settings.ts";

/** What each word means; the last four are those of Meta's API. Source: Evolution API, `renderStatus`, and Cloud API statuses. */
const WORDS: Readonly<Record<string, ReportedStatus | "pending">> = {
  ERROR: "failed",
  PENDING: "pending",
  SERVER_ACK: "sent",
  DELIVERY_ACK: "delivered",
  READ: "read",
  PLAYED: "read",
  SENT: "sent",
  DELIVERED: "delivered",
  FAILED: "failed",
};

/**
 * What the numbers 0 to 5 mean. Evolution API itself sends words; numbers come from relays. `baileys` is WhatsApp's own
 * enumeration, `seed` the table that such relays document, which knows no step between pending and delivered.
 * Source: Baileys, WAProto, `WebMessageInfo.Status`.
 */
const NUMBERS: Readonly<
  Record<EvolutionSettings["status_codes"], readonly (ReportedStatus | "pending")[]>
> = {
  seed: ["failed", "pending", "delivered", "read", "read", "read"],
  baileys: ["failed", "pending", "sent", "delivered", "read", "read"],
};

const updateSchema = z.object({
  keyId: optionalIdentifier,
  id: optionalIdentifier,
  messageId: optionalIdentifier,
  key: z
    .object({ id: optionalIdentifier, fromMe: optionalFlag, remoteJid: anything })
    .optional()
    .catch(undefined),
  fromMe: optionalFlag,
  remoteJid: anything,
  remoteJidAlt: anything,
  message: anything,
  status: anything,
  update: z.object({ status: anything, message: anything }).optional().catch(undefined),
  datetime: anything,
});

type Update = z.output<typeof updateSchema>;

/** Reads the data of `messages.update` in any of its four shapes: flat in two versions, nested, and lists of these. */
export function readStatus(raw: unknown, scope: Scope): ChannelEvent {
  const update = updateSchema.safeParse(raw).data;
  const id = update === undefined ? undefined : idOf(update);
  if (update === undefined || id === undefined) return putAside(scope, "status without an id");
  // An edit comes as `SERVER_ACK` with the new words, even after the message was read.
  if (isRecord(update.message ?? update.update?.message))
    return putAside(scope, "status of an edit");
  if (isForeign(update, id, scope)) return putAside(scope, "status of a message that we received");
  const reported = update.status ?? update.update?.status;
  const status = readMeaning(reported, scope.settings.status_codes);
  if (status === undefined || status === "pending") {
    return putAside(
      scope,
      `status ${word(typeof reported === "number" ? String(reported) : reported)}`,
    );
  }
  const failed = status === "failed";
  return present({
    kind: "status",
    account: scope.account,
    externalId: id,
    status,
    at: readLongTime(update.datetime) ?? scope.clock.at,
    identities: readJids([update.remoteJid, update.remoteJidAlt, update.key?.remoteJid]),
    // The provider never says why.
    error: failed ? { code: "", title: "ERROR" } : undefined,
    failure: failed ? ({ class: "drop" } as const) : undefined,
  });
}

/** `messageId` is the server's own row in some versions, and the message's id in none that has another field for it. */
function idOf({ keyId, key, id, messageId }: Update): string | undefined {
  return keyId ?? key?.id ?? id ?? messageId;
}

/** On Meta's API the server marks every status as one of a message that we received. */
function isForeign(update: Update, id: string, { integration }: Scope): boolean {
  if ((update.fromMe ?? update.key?.fromMe) !== false) return false;
  return integration !== "business" && !id.startsWith("wamid.");
}

function readMeaning(
  raw: unknown,
  codes: EvolutionSettings["status_codes"],
): ReportedStatus | "pending" | undefined {
  const given = identifier.safeParse(typeof raw === "number" ? String(raw) : raw).data;
  if (given === undefined) return undefined;
  if (/^\d$/.test(given)) return NUMBERS[codes][Number(given)];
  return WORDS[given.toUpperCase()];
}
