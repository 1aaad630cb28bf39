import { z } from "zod";
import type { ChannelEvent, ReportedStatus, StatusUpdate } from "../../../messages.ts";
import { classify } from "../refusals/errors.ts";
import {
  anything,
  identifier,
  optionalFlag,
  optionalText,
  present,
  readTime,
  word,
} from "./fields.ts";
import { findContact, mergeIdentities, readIdentities, type Contacts } from "./identities.ts";
import { readProviderErrors } from "./provider-errors.ts";

/** The provider's words. A voice message that was played was also read. Source: Cloud API reference, status messages. */
const STATUS_WORDS: ReadonlyMap<string, ReportedStatus> = new Map<string, ReportedStatus>([
  ["sent", "sent"],
  ["delivered", "delivered"],
  ["read", "read"],
  ["played", "read"],
  ["failed", "failed"],
]);

const statusSchema = z.object({
  id: identifier,
  status: z.string(),
  timestamp: anything,
  recipient_type: optionalText,
  recipient_id: anything,
  recipient_user_id: anything,
  recipient_parent_user_id: anything,
  /** Our message id. Other apps of the account put their own data here. */
  biz_opaque_callback_data: z.guid().toLowerCase().optional().catch(undefined),
  errors: anything,
  pricing: z
    .object({
      category: optionalText,
      type: optionalText,
      /** The name of `type` in older webhooks. */
      pricing_type: optionalText,
      pricing_model: optionalText,
      billable: optionalFlag,
    })
    .transform((pricing) =>
      present({
        category: pricing.category,
        type: pricing.type ?? pricing.pricing_type,
        model: pricing.pricing_model,
        billable: pricing.billable,
      }),
    )
    .optional()
    .catch(undefined),
});

type RawStatus = z.output<typeof statusSchema>;

/** What the statuses of one webhook value share. */
export interface StatusScope {
  readonly account: string;
  readonly contacts: Contacts;
  readonly fallbackTime: string;
}

/** Reads one element of `statuses`. A word that is no delivery status becomes an unsupported event. */
export function readStatus(raw: unknown, scope: StatusScope): ChannelEvent {
  const { account } = scope;
  const entry = statusSchema.safeParse(raw).data;
  if (entry === undefined) {
    return { kind: "unsupported", account, what: "status that cannot be read" };
  }
  const status = STATUS_WORDS.get(entry.status);
  if (status === undefined) {
    return { kind: "unsupported", account, what: `status ${word(entry.status)}` };
  }
  if (entry.recipient_type === "group") {
    return { kind: "unsupported", account, what: "status of a group message" };
  }
  return toUpdate(entry, status, scope);
}

function toUpdate(entry: RawStatus, status: ReportedStatus, scope: StatusScope): StatusUpdate {
  const named = readIdentities([
    entry.recipient_id,
    entry.recipient_user_id,
    entry.recipient_parent_user_id,
  ]);
  const contact = findContact(scope.contacts, named);
  const [error] = readProviderErrors(entry.errors);
  return present({
    kind: "status",
    account: scope.account,
    externalId: entry.id,
    messageId: entry.biz_opaque_callback_data,
    status,
    at: readTime(entry.timestamp) ?? scope.fallbackTime,
    identities: mergeIdentities([...named, ...(contact?.identities ?? [])]),
    error,
    failure: status === "failed" ? classify(error?.code ?? "") : undefined,
    pricing: entry.pricing,
  });
}
