import { setTimeout as sleep } from "node:timers/promises";

/** Where the number of a value stands: at the root, as captured in production, or in `metadata`, as a later relay has it. */
export type ValueShape = "root" | "metadata";

/** The time of built items: 2025-11-21T04:26:40Z. */
const TIMESTAMP = "1763699200";

export interface ValueLists {
  readonly contacts?: readonly unknown[];
  readonly messages?: readonly unknown[];
  readonly statuses?: readonly unknown[];
}

/** Builds a webhook body; lists that are not given are there all the same, and empty. */
export function serproValue(account: string, lists: ValueLists, shape: ValueShape): object {
  const line = {
    display_phone_number: "556130000000",
    phone_number_id: account,
    webhook_object_id: "66aa00bb11cc22dd33ee44ff",
  };
  const all = { contacts: [], messages: [], errors: [], statuses: [], ...lists };
  return shape === "root"
    ? { ...line, ...all, delay: 0 }
    : { messaging_product: "whatsapp", metadata: line, ...all };
}

export interface Inbound {
  readonly from: string;
  readonly id: string;
  readonly name?: string;
}

const contactOf = ({ from, name }: Inbound) => ({
  profile: { name: name ?? "Ana Exemplo" },
  wa_id: from,
});

/** Parts that a message does not have, as some relays write them. */
const EMPTY_PARTS = {
  text: { body: "" },
  image: { id: "", mime_type: "" },
  interactive: {},
  location: {},
} as const;

/** Builds the lists of one text message, with the parts it does not have as empty objects. */
export function textLists(inbound: Inbound, text: string): ValueLists {
  const { from, id } = inbound;
  const head = { from, id, timestamp: TIMESTAMP, type: "text" };
  return {
    contacts: [contactOf(inbound)],
    messages: [{ ...EMPTY_PARTS, ...head, text: { body: text } }],
  };
}

/** Builds the lists of one tapped reply button, or row of a list. */
export function tapLists(
  inbound: Inbound,
  payload: string,
  title: string,
  kind: "button_reply" | "list_reply" = "button_reply",
): ValueLists {
  const { from, id } = inbound;
  const empty = { button_reply: { id: "", title: "" }, list_reply: { id: "", title: "" } };
  const interactive = { ...empty, type: kind, [kind]: { id: payload, title } };
  const message = {
    ...EMPTY_PARTS,
    from,
    id,
    timestamp: TIMESTAMP,
    type: "interactive",
    interactive,
  };
  return { contacts: [contactOf(inbound)], messages: [message] };
}

export interface BuiltStatus {
  readonly id: string;
  readonly status: string;
  readonly recipient: string;
  readonly requestId?: string;
  /** Meta's error code of a `failed` status. */
  readonly code?: number;
}

/** Builds the lists of one status. */
export function statusLists({ id, status, recipient, requestId, code }: BuiltStatus): ValueLists {
  const title = `Failure ${String(code)}`;
  return {
    statuses: [
      {
        id,
        status,
        timestamp: TIMESTAMP,
        recipient_id: recipient,
        ...(requestId !== undefined && { idRequisicao: requestId }),
        conversation: { id: "c0ffee" },
        pricing: { billable: true, category: "utility" },
        ...(code !== undefined && { errors: [{ code, title, message: title }] }),
      },
    ],
  };
}

/** How often one webhook is posted before the stand-in gives up. */
const MAX_TRIES = 10;
const PAUSE_MS = 50;

export interface WebhookTarget {
  readonly url: string;
  /** Sent as a bearer, where one was registered. */
  readonly token?: string | undefined;
}

/** Posts a body once; resolves with the HTTP status, 0 where no answer came. */
export async function postWebhook(
  { url, token }: WebhookTarget,
  body: unknown,
  signal: AbortSignal,
): Promise<number> {
  try {
    const response = await fetch(url, {
      method: "POST",
      body: JSON.stringify(body),
      headers: {
        "content-type": "application/json",
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
      signal,
    });
    await response.arrayBuffer();
    return response.status;
  } catch {
    return 0;
  }
}

/** Posts a body again and again until it gets 200. */
export async function deliverWebhook(
  target: WebhookTarget,
  body: unknown,
  signal: AbortSignal,
): Promise<void> {
  for (let count = 1; count <= MAX_TRIES && !signal.aborted; count += 1) {
    if ((await postWebhook(target, body, signal)) === 200) return;
    await sleep(PAUSE_MS, undefined, { signal }).catch(() => undefined);
  }
}
