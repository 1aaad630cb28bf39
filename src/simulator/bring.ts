import { BridgeError } from "../errors.ts";
import type { SimulatedFiles } from "./files.ts";
import type { Arrival, SimulatedLine, WebhookDraft } from "./lines/line.ts";
import type { SaidMessage, WebhookOrder } from "./orders.ts";

/** Milliseconds between two messages of one order: some providers tell times in whole seconds. */
const APART_MS = 1_000;

/** The calls of an order, in the order they are made, and the messages they bring. */
export interface Delivery {
  readonly drafts: readonly WebhookDraft[];
  readonly arrivals: readonly Arrival[];
}

/**
 * Turns what people say into the provider's calls. Throws `request_invalid` for what the line cannot bring and for a file that is
 * not kept.
 */
export async function prepareDelivery(
  line: SimulatedLine,
  order: WebhookOrder,
  files: Pick<SimulatedFiles, "describe" | "attach">,
  now: Date,
): Promise<Delivery> {
  const count = order.messages.length;
  const arrivals: Arrival[] = [];
  for (const [place, message] of order.messages.entries()) {
    const at = new Date(now.getTime() - (count - 1 - place) * APART_MS).toISOString();
    arrivals.push(await arrive(line, message, at, files));
  }
  const inOrder = order.order === "reversed" ? arrivals.toReversed() : arrivals;
  const drafts = line.webhooks(inOrder, order.signature);
  const repeated = Array.from({ length: order.times }, () => drafts);
  return { drafts: repeated.flat(), arrivals };
}

async function arrive(
  line: SimulatedLine,
  message: SaidMessage,
  at: string,
  files: Pick<SimulatedFiles, "describe" | "attach">,
): Promise<Arrival> {
  const { content } = message;
  const refusal = line.refuse(content);
  if (refusal !== undefined) throw new BridgeError("request_invalid", refusal);
  const externalId = message.externalId ?? line.newId();
  const sentAt = message.sentAt ?? at;
  if (content.type !== "media") return { ...message, externalId, sentAt };
  const file = await files.describe(content.fileId);
  if (file === undefined)
    throw new BridgeError("request_invalid", "there is no such file: they are kept for an hour");
  await files.attach(externalId, file.id);
  return { ...message, externalId, sentAt, file };
}
