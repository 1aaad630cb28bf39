import { z } from "zod";
import type {
  ChannelEvent,
  Identity,
  InboundMessage,
  MessageContext,
  Referral,
} from "../../../messages.ts";
import { readContent, type Reading } from "./content.ts";
import {
  identifier,
  isRecord,
  optionalFlag,
  optionalIdentifier,
  optionalText,
  present,
  readIdentifier,
  readText,
  readTime,
} from "./fields.ts";
import { findContact, mergeIdentities, readIdentities, type Contacts } from "./identities.ts";
import { describeError, readProviderErrors } from "./provider-errors.ts";
import { readSystemMessage } from "./system.ts";

/** What the messages of one webhook value share. */
export interface InboundScope {
  readonly account: string;
  readonly contacts: Contacts;
  /** The time of a message that has none of its own, ISO 8601. */
  readonly fallbackTime: string;
  /** What the value itself reports as wrong; the reason of a message without content. */
  readonly valueError: string | undefined;
  readonly groups: "ignore" | "private";
}

/** One element of `messages` whose id can be used; what else is in it is read where it is needed. */
interface RawMessage {
  readonly id: string;
  readonly type: string | undefined;
  readonly raw: Readonly<Record<string, unknown>>;
}

/** Reads one element of `messages`. What cannot be a message becomes an unsupported event. */
export function readMessage(raw: unknown, scope: InboundScope): ChannelEvent {
  const id = isRecord(raw) ? readIdentifier(raw["id"]) : undefined;
  if (id === undefined || !isRecord(raw)) return unsupported(scope, "message without a usable id");
  const message = { id, type: readText(raw["type"]), raw };
  const identities = sendersOf(message, scope.contacts);
  const [sender] = identities;
  if (sender === undefined) return unsupported(scope, "message without a known sender");
  if (message.type === "system") {
    return readSystemMessage(raw["system"], scope.account, message.id, identities);
  }
  // The provider greeted people in this way until March 2026; there is nothing to answer.
  if (message.type === "request_welcome") return unsupported(scope, "message request_welcome");
  if (readText(raw["group_id"]) !== undefined && scope.groups === "ignore") {
    return unsupported(scope, "message in a group");
  }
  return toInbound(message, identities, scope, readAny(message, scope));
}

function sendersOf({ raw }: RawMessage, contacts: Contacts): Identity[] {
  const own = readIdentities([raw["from"], raw["from_user_id"], raw["from_parent_user_id"]]);
  return mergeIdentities([...own, ...(findContact(contacts, own)?.identities ?? [])]);
}

function toInbound(
  { id, raw }: RawMessage,
  identities: readonly Identity[],
  scope: InboundScope,
  reading: Reading,
): InboundMessage {
  const contact = findContact(scope.contacts, identities);
  return present({
    kind: "message",
    externalId: id,
    account: scope.account,
    identities,
    sentAt: readTime(raw["timestamp"]) ?? scope.fallbackTime,
    text: reading.text,
    content: reading.content,
    contactName: contact?.name,
    username: contact?.username,
    context: readContext(raw["context"]),
    referral: readReferral(raw["referral"]),
  });
}

/** Reads the content, or says why it cannot be read: the person is still there and may be told so. */
function readAny({ type = "unknown", raw }: RawMessage, scope: InboundScope): Reading {
  const reading = readContent(type, raw);
  if (reading !== undefined) return reading;
  const [error] = readProviderErrors(raw["errors"]);
  const told = raw["unsupported"];
  return {
    content: present({
      type: "unsupported",
      providerType: (isRecord(told) ? readText(told["type"]) : undefined) ?? type,
      reason: error === undefined ? scope.valueError : describeError(error),
    }),
    text: "",
  };
}

const contextSchema = z.object({
  id: optionalIdentifier,
  forwarded: optionalFlag,
  frequently_forwarded: optionalFlag,
  referred_product: z
    .object({ catalog_id: identifier, product_retailer_id: identifier })
    .transform((product) => ({
      catalogId: product.catalog_id,
      productId: product.product_retailer_id,
    }))
    .optional()
    .catch(undefined),
});

/** Reads what was quoted or forwarded. `context.from` is left out: it has held more than one kind of id. */
function readContext(raw: unknown): MessageContext | undefined {
  if (raw === undefined) return undefined;
  const context = contextSchema.safeParse(raw).data;
  if (context === undefined) return undefined;
  const once = context.forwarded === true ? ("once" as const) : undefined;
  return unlessEmpty(
    present({
      quoted: context.id,
      forwarded: context.frequently_forwarded === true ? ("many_times" as const) : once,
      product: context.referred_product,
    }),
  );
}

const referralSchema = z
  .object({
    source_type: optionalText,
    source_id: optionalText,
    source_url: optionalText,
    headline: optionalText,
    body: optionalText,
    ctwa_clid: optionalText,
  })
  .transform((raw): Referral =>
    present({
      sourceType: raw.source_type,
      sourceId: raw.source_id,
      sourceUrl: raw.source_url,
      headline: raw.headline,
      body: raw.body,
      clickId: raw.ctwa_clid,
    }),
  );

function readReferral(raw: unknown): Referral | undefined {
  if (raw === undefined) return undefined;
  const referral = referralSchema.safeParse(raw).data;
  return referral === undefined ? undefined : unlessEmpty(referral);
}

function unlessEmpty<T extends object>(value: T): T | undefined {
  return Object.keys(value).length > 0 ? value : undefined;
}

function unsupported(scope: InboundScope, what: string): ChannelEvent {
  return { kind: "unsupported", account: scope.account, what };
}
