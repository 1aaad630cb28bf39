import { keepPayloads } from "../db/button-payloads.ts";
import { resolveContacts } from "../db/contacts.ts";
import { enqueue, type OutboundLot } from "../db/outbound.ts";
import { findStoredRequest } from "../db/send-targets.ts";
import { conversationId } from "../identity.ts";
import type { Note } from "../messages.ts";
import {
  type PreparedMessage,
  type PrepareDependencies,
  prepareMessage,
  type SendRequest,
} from "./prepare-message.ts";
import { activeTraceparent } from "../trace.ts";
import type { UsableChannels } from "./prepare-route.ts";

export type { PreparedMessage, SendRequest } from "./prepare-message.ts";

export interface SenderDependencies extends PrepareDependencies {
  /** By name. */
  readonly channels: UsableChannels;
  /** Tells this process's workers that a conversation became due. */
  readonly onWork: () => void;
}

/** A request that is stored. */
export interface StoredRequest {
  readonly id: string;
  readonly conversationId: string;
  readonly contactId: string;
  /** Why it is not sent yet, and until when; null where it is on its way. */
  readonly held: { readonly for: "schedule" | "window"; readonly until: string } | null;
  /** Ids of its messages, in sending order. */
  readonly messageIds: readonly string[];
  readonly notes: readonly Note[];
}

/** Sends to one person what somebody outside asks for. `mayUse`: the channels they may use; undefined: all. */
export interface Sender {
  /** Says what would be sent, and stores nothing. Throws what `prepareMessage` throws. */
  readonly prepare: (request: SendRequest, mayUse?: readonly string[]) => Promise<PreparedMessage>;
  /** Introduces the person where they are new, and says what is to be enqueued; throws `store_*`. */
  readonly toLot: (prepared: PreparedMessage) => Promise<OutboundLot>;
  /** Stores a request; the same one again, by its message id, is stored once. Throws what `prepareMessage` throws. */
  readonly send: (request: SendRequest, mayUse?: readonly string[]) => Promise<StoredRequest>;
}

/** Builds the way in for everything that is sent without being an answer. */
export function createSender(deps: SenderDependencies): Sender {
  const { db, channels, onWork } = deps;

  const prepare: Sender["prepare"] = (request, mayUse) => {
    const usable =
      mayUse === undefined
        ? channels
        : new Map([...channels].filter(([name]) => mayUse.includes(name)));
    return prepareMessage(deps, usable, request);
  };

  const toLot: Sender["toLot"] = async (prepared) => {
    const { channel, address, known, rows, facts, isBulk } = prepared;
    const [introduced] =
      known === null ? await resolveContacts(db, [{ channel, ...address }]) : [known.contactId];
    const contactId = introduced ?? "";
    const id = known?.conversation?.id ?? conversationId(channel, address.account, contactId);
    if (prepared.kept.length > 0) await keepPayloads(db, prepared.kept);
    const target = { conversationId: id, contactId, channel, address };
    return { target, rows, origin: "api", isBulk, facts, trace: activeTraceparent() };
  };

  const findStored = async (id: string): Promise<StoredRequest | undefined> => {
    const rows = await findStoredRequest(db, id);
    const [first] = rows;
    if (first === undefined) return undefined;
    const { held_for: reason, held_until: until } = first;
    return {
      id,
      conversationId: first.conversation_id,
      contactId: first.contact_id,
      held: reason === null || until === null ? null : { for: reason, until },
      messageIds: rows.map((row) => row.id),
      notes: rows.flatMap(({ notes }) => notes),
    };
  };

  const send: Sender["send"] = async (request, mayUse) => {
    const stored = await findStored(request.messageId);
    if (stored !== undefined) return stored;
    const prepared = await prepare(request, mayUse);
    const lot = await toLot(prepared);
    await enqueue(db, [lot]);
    if (prepared.facts.held === undefined) onWork();
    return {
      id: request.messageId,
      conversationId: lot.target.conversationId,
      contactId: lot.target.contactId,
      held: prepared.facts.held ?? null,
      messageIds: lot.rows.map((row) => row.id),
      notes: [...prepared.notes, ...lot.rows.flatMap(({ notes }) => notes)],
    };
  };

  return { prepare, toLot, send };
}
