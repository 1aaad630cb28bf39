import { randomBytes } from "node:crypto";
import { createDelivery, type Delivery, type DeliveryOptions } from "./evolution-delivery.ts";
import type { EvolutionWebhook } from "./evolution-registry.ts";
import type { EvolutionRules, SendRoute } from "./evolution-rules.ts";
import { envelope, statusWebhook } from "./evolution-webhooks.ts";

/** What the stand-in does with one send instead of, or beside, taking it. */
export type EvolutionFault =
  /** Nothing: the send goes the usual way. */
  | { readonly kind: "none" }
  /** Refuses in the server's shape. */
  | { readonly kind: "error"; readonly status: number; readonly message: unknown }
  /** Meta's refusal with the status of a success, as instances on its API answer. */
  | { readonly kind: "meta"; readonly code: number }
  /** Refuses with any body. */
  | { readonly kind: "raw"; readonly status: number; readonly body: string }
  /** Takes the message and never answers. */
  | { readonly kind: "hang" }
  /** Takes the message and reports it as failed afterwards. */
  | { readonly kind: "fail_later" }
  /** Takes the message and delivers its statuses before it answers. */
  | { readonly kind: "statuses_first" };

export interface EvolutionOptions extends EvolutionRules, Omit<DeliveryOptions, "version"> {
  readonly apiKey: string;
  readonly instances: readonly string[];
  readonly port?: number;
  /** What is reported of each message taken; the server's three words where absent. */
  readonly statuses?: readonly string[];
  /** Numbers that are not on WhatsApp. */
  readonly strangers?: readonly string[];
  /** Files by the id of their message. */
  readonly files?: Readonly<Record<string, Buffer>>;
}

/** A message the stand-in took. */
export interface SentMessage {
  readonly instance: string;
  readonly route: SendRoute;
  readonly body: unknown;
  /** The chat's address as WhatsApp knows it. */
  readonly jid: string;
  readonly id: string;
}

/** All that the stand-in knows and remembers. */
export interface Desk {
  readonly options: EvolutionOptions;
  readonly delivery: Delivery;
  readonly faults: EvolutionFault[];
  readonly sent: SentMessage[];
  /** Calls that marked as read or showed typing, in order. */
  readonly signs: { readonly route: string; readonly instance: string; readonly body: unknown }[];
  /** Calls the stand-in refused by its rules. */
  readonly refusals: { readonly status: number; readonly message: unknown }[];
  readonly states: Map<string, string>;
  /** The webhook of each instance, as it was set. */
  readonly webhooks: Map<string, EvolutionWebhook>;
  readonly reports: Set<Promise<void>>;
}

export function createDesk(options: EvolutionOptions): Desk {
  return {
    options,
    delivery: createDelivery(options),
    faults: [],
    sent: [],
    signs: [],
    refusals: [],
    states: new Map(options.instances.map((instance) => [instance, "open"])),
    webhooks: new Map(),
    reports: new Set(),
  };
}

/** A message id of WhatsApp's form, or of Meta's. */
export function newId({ integration }: EvolutionRules): string {
  const id = randomBytes(10).toString("hex").toUpperCase();
  return integration === "business" ? `wamid.${id}` : `3EB0${id}`;
}

/** Brazilian numbers lose their ninth digit from area 31 on. Source: Evolution API, `createJid`. */
export function toJid(number: string): string {
  if (number.includes("@")) return number;
  const [, area = "", rest = ""] = /^55(\d\d)9([7-9]\d{7})$/.exec(number) ?? [];
  const known = Number(area) >= 31 ? `55${area}${rest}` : number;
  return `${known}@s.whatsapp.net`;
}

export function receiptOf({ options }: Desk, { jid, id, instance }: SentMessage): object {
  return {
    key: { remoteJid: jid, fromMe: true, id },
    status: "PENDING",
    messageTimestamp: options.version === "v1" ? "1795185126" : 1_795_185_126,
    ...(options.version === "v1" ? { owner: instance } : { source: "web" }),
  };
}

/** Tells the webhook of a message that was sent through the API; before the caller has its answer. */
export async function announce(desk: Desk, sent: SentMessage): Promise<void> {
  if (!desk.delivery.hasTarget()) return;
  const data = { ...receiptOf(desk, sent), message: { conversation: "x" }, pushName: "Você" };
  await desk.delivery.deliver(envelope("send.message", sent.instance, data));
}

/** Reports a message's statuses, one after the other. */
export async function report(
  desk: Desk,
  { instance, id, jid }: SentMessage,
  statuses: readonly string[],
): Promise<void> {
  if (!desk.delivery.hasTarget()) return;
  const reports = (async () => {
    for (const status of statuses) {
      await desk.delivery.deliver(statusWebhook(desk.options, { instance, id, jid, status }));
    }
  })();
  desk.reports.add(reports);
  await reports;
  desk.reports.delete(reports);
}

/** The words of an instance: WhatsApp's own, or Meta's in capitals. */
export function usualStatuses({ statuses, integration }: EvolutionOptions): readonly string[] {
  if (statuses !== undefined) return statuses;
  return integration === "business"
    ? ["SENT", "DELIVERED", "READ"]
    : ["SERVER_ACK", "DELIVERY_ACK", "READ"];
}
