import { z } from "zod";
import type { AccountNotice } from "../../account-notice.ts";
import type { ChannelEvent } from "../../messages.ts";
import { isRecord, text, word } from "../whatsapp/inbound/fields.ts";
import { readContacts } from "../whatsapp/inbound/identities.ts";
import { readMessage } from "../whatsapp/inbound/message.ts";
import { describeError, readProviderErrors } from "../whatsapp/inbound/provider-errors.ts";
import { readStatus, type StatusScope } from "../whatsapp/inbound/statuses.ts";
import { classify } from "../whatsapp/refusals/errors.ts";
import { fieldsOf, requestIdentifier } from "./answers.ts";
import { lineOf, type Value, withoutPlaceholders } from "./envelope.ts";
import type { SerproSettings } from "./settings.ts";

/** The time of an item that has none. Reading a webhook never looks at the clock. */
const NO_TIME = "1970-01-01T00:00:00.000Z";

/** Reads every item of a value, each on its own: messages, then statuses, then what is wrong with the account. */
export function readValue(
  value: Value,
  { phone_number_id: account }: SerproSettings,
): ChannelEvent[] {
  const line = lineOf(value);
  if (line !== account) return [{ kind: "unsupported", what: `unknown account ${word(line)}` }];
  const errors = readProviderErrors(value["errors"]);
  const scope = {
    account,
    contacts: readContacts(contactsOf(value["contacts"])),
    fallbackTime: NO_TIME,
    valueError: errors[0] === undefined ? undefined : describeError(errors[0]),
    groups: "ignore",
  } as const;
  const items = (key: string, read: (item: unknown) => ChannelEvent) =>
    itemsOf(value[key], key, account).map((item) => ("kind" in item ? item : read(item.raw)));
  return [
    ...items("messages", (raw) => readMessage(trusted(raw), scope)),
    ...["statuses", "message_statuses"].flatMap((key) => items(key, (raw) => readOne(raw, scope))),
    ...errors.map((error): AccountNotice => ({
      kind: "notice",
      account,
      severity: classify(error.code).class === "alert" ? "alert" : "warning",
      topic: "account_error",
      detail: describeError(error),
    })),
  ];
}

/** Lists come empty, as empty objects or not at all; anything else in their place is told, not passed over. */
function itemsOf(
  items: unknown,
  key: string,
  account: string,
): readonly (ChannelEvent | { readonly raw: unknown })[] {
  if (Array.isArray(items)) return items.map((raw: unknown) => ({ raw }));
  const isEmpty = isRecord(items) && Object.keys(items).length === 0;
  if (isEmpty || (items ?? "") === "") return [];
  return [{ kind: "unsupported", account, what: `${key} that cannot be read` }];
}

function cleaned(raw: unknown): unknown {
  return isRecord(raw) ? withoutPlaceholders(raw) : raw;
}

function contactsOf(raw: unknown): unknown {
  if (!Array.isArray(raw)) return raw;
  return raw.map((contact: unknown) =>
    isRecord(contact) ? { ...contact, profile: cleaned(contact["profile"]) } : contact,
  );
}

/**
 * Prepares a message for reading. Parts that a message does not have can be there all the same, as empty objects: its
 * `type` says which part counts, and likewise the `type` of an interactive answer.
 */
function trusted(raw: unknown): unknown {
  if (!isRecord(raw)) return raw;
  const { interactive, context, ...message } = withoutPlaceholders(raw);
  const type = isRecord(interactive) ? interactive["type"] : undefined;
  const answer =
    isRecord(interactive) && typeof type === "string" && Object.hasOwn(interactive, type)
      ? Object.fromEntries([[type, interactive[type]]])
      : interactive;
  return { ...message, interactive: answer, context: cleaned(context) };
}

const requestSchema = z.object({
  id: text.pipe(z.string().min(1)).optional().catch(undefined),
  idRequisicao: requestIdentifier.optional().catch(undefined),
});

/**
 * Reads a status, with the id under which the provider took the message where it gives that too. A status that names no
 * message is about the request: that is the name we know the message by.
 */
function readOne(raw: unknown, scope: StatusScope): ChannelEvent {
  const status = cleaned(raw);
  const { id, idRequisicao: requestId } = requestSchema.safeParse(status).data ?? {};
  if (requestId === undefined) return readStatus(status, scope);
  if (id === undefined) return readStatus({ ...fieldsOf(status), id: requestId }, scope);
  const event = readStatus(status, scope);
  return event.kind === "status" ? { ...event, requestId } : event;
}
