import { z } from "zod";
import type { ChannelEvent } from "../../messages.ts";
import { readPreference, readUserIdUpdate } from "./changes.ts";
import { anything, isRecord, readIdentifier, readTime, word } from "../whatsapp/inbound/fields.ts";
import { readContacts } from "../whatsapp/inbound/identities.ts";
import { readMessage } from "../whatsapp/inbound/message.ts";
import { readAccountErrors, readNotice } from "./notices.ts";
import { describeError, readProviderErrors } from "../whatsapp/inbound/provider-errors.ts";
import type { CloudSettings } from "./settings.ts";
import { readStatus } from "../whatsapp/inbound/statuses.ts";

/** The time of an item when neither it nor its entry has one. Reading a webhook never looks at the clock. */
const NO_TIME = "1970-01-01T00:00:00.000Z";

const envelopeSchema = z.object({ object: z.string(), entry: z.array(z.unknown()) });
const entrySchema = z.object({ id: anything, time: anything, changes: z.array(z.unknown()) });

type Value = Readonly<Record<string, unknown>>;

/** Where a value came from. */
interface Origin {
  readonly settings: CloudSettings;
  /** The business account of the entry. */
  readonly businessAccount: string;
  readonly time: string;
}

/**
 * Reads every item of every change of every entry, each on its own, in the order of arrival; messages before statuses.
 * Undefined where the envelope itself is not the provider's.
 */
export function readEnvelope(body: unknown, settings: CloudSettings): ChannelEvent[] | undefined {
  const envelope = envelopeSchema.safeParse(body).data;
  if (envelope === undefined) return undefined;
  if (envelope.object !== "whatsapp_business_account") {
    return [{ kind: "unsupported", what: `object ${word(envelope.object)}` }];
  }
  return envelope.entry.flatMap((entry) => readEntry(entry, settings));
}

function readEntry(raw: unknown, settings: CloudSettings): ChannelEvent[] {
  const entry = entrySchema.safeParse(raw).data;
  if (entry === undefined) return [{ kind: "unsupported", what: "entry that cannot be read" }];
  const businessAccount = word(entry.id);
  const origin = { settings, businessAccount, time: readTime(entry.time) ?? NO_TIME };
  return entry.changes.flatMap((change) => readChange(change, origin));
}

function readChange(raw: unknown, origin: Origin): ChannelEvent[] {
  const value = isRecord(raw) ? raw["value"] : undefined;
  const field = isRecord(raw) ? raw["field"] : undefined;
  if (!isRecord(value) || typeof field !== "string") {
    return [{ kind: "unsupported", what: "change that cannot be read" }];
  }
  switch (field) {
    case "messages":
      return readMessagesValue(value, origin);
    case "user_id_update":
      return readForAccounts(value, field, origin, readUserIdUpdate);
    case "user_preferences":
      return readForAccounts(value, field, origin, readPreference);
    default:
      return [readOther(field, value, origin)];
  }
}

function readMessagesValue(value: Value, origin: Origin): ChannelEvent[] {
  const account = accountOf(value);
  if (account === undefined || !origin.settings.phone_number_ids.includes(account)) {
    return [unknownAccount(account)];
  }
  const [error] = readProviderErrors(value["errors"]);
  const scope = {
    account,
    contacts: readContacts(value["contacts"]),
    fallbackTime: origin.time,
    valueError: error === undefined ? undefined : describeError(error),
    groups: origin.settings.groups,
  };
  return [
    ...itemsOf(value, "messages", account, (item) => readMessage(item, scope)),
    ...itemsOf(value, "statuses", account, (item) => readStatus(item, scope)),
    ...readAccountErrors(value["errors"], account),
  ];
}

/** Reads news about people. Where it names no number of ours it concerns all of them. */
function readForAccounts(
  value: Value,
  field: string,
  origin: Origin,
  read: (item: unknown, account: string, time: string) => ChannelEvent,
): ChannelEvent[] {
  const { phone_number_ids: ours } = origin.settings;
  const account = accountOf(value);
  if (account !== undefined && !ours.includes(account)) return [unknownAccount(account)];
  const accounts = account === undefined ? ours : [account];
  return accounts.flatMap((one) =>
    itemsOf(value, field, one, (item) => read(item, one, origin.time)),
  );
}

function readOther(field: string, value: Value, origin: Origin): ChannelEvent {
  const at = origin.time === NO_TIME ? undefined : origin.time;
  const notice = readNotice(field, value, accountOf(value) ?? origin.businessAccount, at);
  if (notice === undefined) return { kind: "unsupported", what: `field ${word(field)}` };
  const ours = origin.settings.business_account_id;
  if (ours === undefined || ours === origin.businessAccount) return notice;
  return { kind: "unsupported", what: `unknown business account ${origin.businessAccount}` };
}

/** Reads a list that may be missing; anything else in its place is told, not passed over. */
function itemsOf(
  value: Value,
  key: string,
  account: string,
  read: (item: unknown) => ChannelEvent,
): ChannelEvent[] {
  const items = value[key] ?? [];
  if (Array.isArray(items)) return items.map(read);
  return [{ kind: "unsupported", account, what: `${key} that cannot be read` }];
}

function accountOf(value: Value): string | undefined {
  const metadata = value["metadata"];
  return isRecord(metadata) ? readIdentifier(metadata["phone_number_id"]) : undefined;
}

function unknownAccount(account: string | undefined): ChannelEvent {
  return { kind: "unsupported", what: `unknown account ${word(account)}` };
}
