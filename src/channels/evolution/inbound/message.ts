import { z } from "zod";
import type { ChannelEvent, Identity } from "../../../messages.ts";
import {
  anything,
  identifier,
  isRecord,
  optionalFlag,
  optionalText,
  present,
} from "../../whatsapp/inbound/fields.ts";
import { type Found, findContent } from "./content.ts";
import { readContext, readReferral } from "./context.ts";
import { isGroup, readJids } from "../jid.ts";
import { readLongTime } from "./long.ts";
import { type Change, readProtocol } from "./protocol.ts";
import { putAside, type Scope } from "./scope.ts";

const keySchema = z.object({
  id: identifier,
  fromMe: optionalFlag,
  remoteJid: anything,
  remoteJidAlt: anything,
  previousRemoteJid: anything,
  senderPn: anything,
  senderLid: anything,
  participant: anything,
  participantAlt: anything,
  participantPn: anything,
  participantLid: anything,
});

type Key = z.output<typeof keySchema>;

const upsertSchema = z.object({
  key: keySchema,
  pushName: optionalText,
  message: anything,
  contextInfo: anything,
  messageTimestamp: anything,
});

type Upsert = z.output<typeof upsertSchema>;

/** A message of somebody, with the words by which the provider names that person. */
interface Arrival {
  readonly upsert: Upsert;
  readonly identities: readonly Identity[];
  readonly at: string;
}

/** Reads the data of `messages.upsert`. What cannot be a message becomes an unsupported event. */
export function readUpsert(raw: unknown, scope: Scope): ChannelEvent {
  const upsert = upsertSchema.safeParse(raw).data;
  if (upsert === undefined) return putAside(scope, "message without a usable id");
  const { key } = upsert;
  const inGroup = isGroup(key.remoteJid);
  if (inGroup && scope.settings.groups === "ignore") return putAside(scope, "message in a group");
  const identities = peopleOf(key, inGroup);
  if (identities.length === 0) return putAside(scope, "message without a known sender");
  const sentAt = readLongTime(upsert.messageTimestamp);
  if (isTooOld(sentAt, scope)) return putAside(scope, "message older than max_age_ms");
  const arrival = { upsert, identities, at: sentAt ?? scope.clock.at };
  const found = findContent(upsert.message);
  if (key.fromMe === true) return readOwn(arrival, found, inGroup, scope);
  const change = readProtocol(isRecord(upsert.message) ? upsert.message : {});
  if (change !== undefined) return toChange(change, arrival, scope);
  return found === undefined
    ? putAside(scope, "message without content")
    : toInbound(arrival, found, scope);
}

/** Fields whose name begins with `sender` are about whoever wrote, which is us in messages of our own. */
function peopleOf(key: Key, inGroup: boolean): Identity[] {
  if (inGroup) {
    return readJids([key.participant, key.participantAlt, key.participantPn, key.participantLid]);
  }
  const writer = key.fromMe === true ? [] : [key.senderPn, key.senderLid];
  // A broadcast names its author elsewhere, and nobody waits for an answer to one.
  const chat = readJids([key.remoteJid]);
  if (chat.length === 0) return [];
  return readJids([key.remoteJid, key.remoteJidAlt, key.previousRemoteJid, ...writer]);
}

/** After a lost connection the server delivers what was written meanwhile, however long ago. */
function isTooOld(sentAt: string | undefined, { clock, settings }: Scope): boolean {
  if (settings.max_age_ms === 0 || !clock.isExact || sentAt === undefined) return false;
  return Date.parse(clock.at) - Date.parse(sentAt) > settings.max_age_ms;
}

/**
 * A message of our own that did not come through the API: somebody took the phone and answered. Messages sent through the API
 * come as `send.message`. Source: Evolution API, Baileys service, messages.upsert.
 */
function readOwn(
  { upsert, identities, at }: Arrival,
  found: Found | undefined,
  inGroup: boolean,
  scope: Scope,
): ChannelEvent {
  const { account, settings } = scope;
  const pauseMs = settings.takeover_pause_ms;
  const isAnswer = found !== undefined && found.reading.content.type !== "reaction";
  if (pauseMs === 0 || inGroup || !isAnswer) return putAside(scope, "message of our own");
  return { kind: "takeover", account, externalId: upsert.key.id, identities, pauseMs, at };
}

function toInbound(arrival: Arrival, found: Found, scope: Scope): ChannelEvent {
  const { upsert, identities, at } = arrival;
  const { content, text } = found.reading;
  const isSticker = content.type === "media" && content.media === "sticker";
  if (isSticker && scope.settings.stickers === "ignore") return putAside(scope, "sticker");
  const contexts = [found.context, upsert.contextInfo];
  return present({
    kind: "message",
    externalId: upsert.key.id,
    account: scope.account,
    identities,
    sentAt: at,
    text,
    content,
    contactName: upsert.pushName,
    context: readContext(contexts),
    referral: readReferral(contexts),
  });
}

function toChange(change: Change, arrival: Arrival, scope: Scope): ChannelEvent {
  const { upsert, identities, at } = arrival;
  return present({
    kind: "message",
    externalId: change.externalId,
    account: scope.account,
    identities,
    sentAt: at,
    text: change.text,
    content: change.content,
    contactName: upsert.pushName,
  });
}
