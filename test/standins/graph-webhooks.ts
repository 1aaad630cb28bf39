import { createHmac } from "node:crypto";

/** A webhook call ready to be posted. */
export interface SignedWebhook {
  readonly rawBody: Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

/** The time of built webhooks that are given none: 2025-11-21T04:26:40Z. */
const DEFAULT_TIMESTAMP = 1_763_699_200;

/** Writes JSON as the provider does on the wire: in ASCII, with slashes escaped. */
function wireJson(value: unknown): string {
  return JSON.stringify(value)
    .replaceAll("/", "\\/")
    .replace(
      /[\u0080-\uffff]/g,
      (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
    );
}

/** Signs a webhook body; a string or buffer is taken as it is, anything else is written as the provider writes it. */
export function signWebhook(body: unknown, appSecret: string): SignedWebhook {
  const rawBody = Buffer.isBuffer(body)
    ? body
    : Buffer.from(typeof body === "string" ? body : wireJson(body));
  const digest = createHmac("sha256", appSecret).update(rawBody).digest("hex");
  return {
    rawBody,
    headers: { "content-type": "application/json", "x-hub-signature-256": `sha256=${digest}` },
  };
}

/** What a value of the field `messages` holds beside its metadata. */
export interface MessagesValue {
  readonly contacts?: readonly unknown[];
  readonly messages?: readonly unknown[];
  readonly statuses?: readonly unknown[];
  readonly errors?: readonly unknown[];
}

/** Builds a whole webhook of the field `messages` for one of our numbers. */
export function messagesWebhook(account: string, value: MessagesValue): object {
  const metadata = { display_phone_number: "556130001234", phone_number_id: account };
  return {
    object: "whatsapp_business_account",
    entry: [
      {
        id: "700100200300400",
        changes: [
          { field: "messages", value: { messaging_product: "whatsapp", metadata, ...value } },
        ],
      },
    ],
  };
}

export interface InboundText {
  readonly account: string;
  /** The person's `wa_id`: digits without `+`. */
  readonly from: string;
  readonly text: string;
  readonly id: string;
  /** The person's user id; absent, the person has none. */
  readonly userId?: string;
  readonly name?: string;
  /** Unix seconds. */
  readonly timestamp?: number;
}

/** Builds the webhook of one text message. */
export function textWebhook(inbound: InboundText): object {
  return batchWebhook([inbound]);
}

/** Builds one webhook of many text messages to one number of ours. */
export function batchWebhook(batch: readonly [InboundText, ...InboundText[]]): object {
  const people = new Map(batch.map((inbound) => [inbound.from, contactOf(inbound)]));
  return messagesWebhook(batch[0].account, {
    contacts: [...people.values()],
    messages: batch.map((inbound) => ({
      ...envelopeOf(inbound),
      type: "text",
      text: { body: inbound.text },
    })),
  });
}

/** Builds the webhook of a tapped reply button. */
export function buttonWebhook(
  inbound: Omit<InboundText, "text"> & { readonly payload: string; readonly title: string },
): object {
  const reply = { id: inbound.payload, title: inbound.title };
  const interactive = { type: "button_reply", button_reply: reply };
  return messagesWebhook(inbound.account, {
    contacts: [contactOf(inbound)],
    messages: [{ ...envelopeOf(inbound), type: "interactive", interactive }],
  });
}

function envelopeOf(inbound: Omit<InboundText, "text">): object {
  return {
    from: inbound.from,
    ...(inbound.userId === undefined ? {} : { from_user_id: inbound.userId }),
    id: inbound.id,
    timestamp: String(inbound.timestamp ?? DEFAULT_TIMESTAMP),
  };
}

function contactOf(inbound: Omit<InboundText, "text">): object {
  return {
    profile: { name: inbound.name ?? "Joana P." },
    wa_id: inbound.from,
    ...(inbound.userId === undefined ? {} : { user_id: inbound.userId }),
  };
}

export interface BuiltStatus {
  readonly account: string;
  /** The provider's id of the outbound message. */
  readonly id: string;
  readonly status: string;
  /** The recipient's `wa_id`, or user id. */
  readonly recipient: string;
  readonly opaque?: string;
  /** The error code of a `failed` status. */
  readonly code?: number;
  /** What the message is billed as. */
  readonly category?: string;
  /** Unix seconds. */
  readonly timestamp?: number;
}

/** Builds the webhook of one status. As with the provider, a failed one has no contacts. */
export function statusWebhook(built: BuiltStatus): object {
  const byUserId = built.recipient.includes(".");
  const status = {
    id: built.id,
    status: built.status,
    timestamp: String(built.timestamp ?? DEFAULT_TIMESTAMP),
    [byUserId ? "recipient_user_id" : "recipient_id"]: built.recipient,
    ...(built.opaque === undefined ? {} : { biz_opaque_callback_data: built.opaque }),
    ...(built.category === undefined ? {} : { pricing: pricingOf(built.category) }),
    ...(built.code === undefined ? {} : { errors: [failureOf(built.code)] }),
  };
  const contact = { [byUserId ? "user_id" : "wa_id"]: built.recipient };
  return messagesWebhook(built.account, {
    ...(built.code === undefined ? { contacts: [contact] } : {}),
    statuses: [status],
  });
}

function pricingOf(category: string): object {
  return { billable: true, pricing_model: "PMP", type: "regular", category };
}

function failureOf(code: number): object {
  const title = `Failure ${String(code)}`;
  return { code, title, message: title, error_data: { details: "Reported after acceptance." } };
}
