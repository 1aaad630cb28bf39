import { z } from "zod";
import type { ChannelEvent } from "../../../messages.ts";
import {
  anything,
  isRecord,
  optionalFlag,
  optionalIdentifier,
} from "../../whatsapp/inbound/fields.ts";
import { readJids } from "../jid.ts";
import { type Change, readChange, revocation } from "./protocol.ts";
import { putAside, type Scope } from "./scope.ts";

const keySchema = z.object({
  id: optionalIdentifier,
  fromMe: optionalFlag,
  remoteJid: anything,
  remoteJidAlt: anything,
});

type Key = z.output<typeof keySchema>;

/** Reads the data of `messages.edited`, which brings deletions and technical messages as well. */
export function readEdition(raw: unknown, scope: Scope): ChannelEvent {
  const change = readChange(raw);
  if (change === undefined)
    return putAside(scope, "messages.edited that is neither edit nor deletion");
  return toMessage(change, keyOf(raw), scope);
}

/** Reads the data of `messages.delete`: the key itself, or a stored row with the key in it, by version. */
export function readDeletion(raw: unknown, scope: Scope): ChannelEvent {
  const key = keyOf(raw);
  if (key?.id === undefined) return putAside(scope, "messages.delete without an id");
  return toMessage({ ...revocation(key.id), at: undefined }, key, scope);
}

function keyOf(raw: unknown): Key | undefined {
  const inner = isRecord(raw) && isRecord(raw["key"]) ? raw["key"] : raw;
  return keySchema.safeParse(inner).data;
}

function toMessage(change: Change, key: Key | undefined, scope: Scope): ChannelEvent {
  if (key?.fromMe === true) return putAside(scope, "change of a message of our own");
  const identities = readJids([key?.remoteJid, key?.remoteJidAlt]);
  if (identities.length === 0) return putAside(scope, "change without a known sender");
  return {
    kind: "message",
    externalId: change.externalId,
    account: scope.account,
    identities,
    sentAt: change.at ?? scope.clock.at,
    text: change.text,
    content: change.content,
  };
}
