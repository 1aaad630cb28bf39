import { randomUUID } from "node:crypto";
import { z } from "zod";
import { createDelivery, type Delivery } from "./graph-delivery.ts";
import { createScript, type FaultScript } from "./graph-faults.ts";
import { createRates, type GraphRates, type RateCheck } from "./graph-rates.ts";
import type { GraphFiles } from "./graph-media.ts";
import type { CheckedCall, GraphRules, Refusal } from "./graph-rules.ts";
import type { GraphTemplate } from "./graph-template-rules.ts";
import { createRegistry, type Registry } from "./graph-registry.ts";
import { createShelf, type TemplateShelf } from "./graph-templates.ts";
import { statusWebhook } from "./graph-webhooks.ts";

export interface GraphOptions extends GraphRates {
  readonly token: string;
  readonly appSecret: string;
  readonly phoneNumberIds: readonly string[];
  readonly apiVersion?: string;
  /** A free one where absent. */
  readonly port?: number;
  /** Where webhooks go; may be set later with `deliverTo`. Without it no statuses are sent. */
  readonly webhookUrl?: string;
  /** What is reported of each message taken, in this order; all three where absent. */
  readonly statuses?: readonly ("sent" | "delivered" | "read")[];
  /** Templates that messages are checked against, and their business account; none are checked where absent. */
  readonly templates?: {
    readonly businessAccount: string;
    readonly known: readonly GraphTemplate[];
  };
  /** Numbers, without `+`, that the provider knows under another `wa_id`. */
  readonly waIds?: Readonly<Record<string, string>>;
}

/** A message the stand-in took. */
export interface SentMessage {
  readonly account: string;
  /** The recipient as the caller wrote it: `+` and digits, or a user id. */
  readonly to: string;
  readonly payload: unknown;
  readonly opaque: string | undefined;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly wamid: string;
}

/** A call that marked a message as read. */
export interface ReadCall {
  readonly account: string;
  readonly messageId: string;
  readonly typing: boolean;
}

/** All that the stand-in knows and remembers. */
export interface Desk {
  readonly options: GraphOptions;
  readonly rules: GraphRules;
  readonly script: FaultScript;
  readonly tooFast: RateCheck;
  readonly delivery: Delivery;
  readonly sent: SentMessage[];
  readonly acknowledged: ReadCall[];
  readonly refusals: Refusal[];
  readonly media: GraphFiles;
  readonly shelf: TemplateShelf;
  readonly registry: Registry;
  /** Status reports under way. */
  readonly reports: Set<Promise<void>>;
}

export type Send = Extract<CheckedCall, { kind: "send" }>;

export function createDesk(options: GraphOptions): Desk {
  return {
    options,
    rules: { ...options, apiVersion: options.apiVersion ?? "v25.0" },
    script: createScript(),
    tooFast: createRates(options, () => performance.now()),
    delivery: createDelivery(options.appSecret, options.webhookUrl),
    sent: [],
    acknowledged: [],
    refusals: [],
    media: { files: new Map(), asked: [] },
    shelf: createShelf(options.templates?.businessAccount ?? "", options.templates?.known),
    registry: createRegistry(options.appSecret, options.templates?.businessAccount ?? ""),
    reports: new Set(),
  };
}

/** Takes a message under a fresh id of the provider's form. */
export function accept(desk: Desk, send: Send): SentMessage {
  const { account, to, opaque, payload } = send;
  const wamid = `wamid.${Buffer.from(randomUUID()).toString("base64")}`;
  const message = { account, to, payload, opaque, at: Date.now(), wamid };
  desk.sent.push(message);
  return message;
}

/** The body that answers a send: the message is taken, not yet delivered. */
export function receiptOf(desk: Desk, message: SentMessage): string {
  const id = recipientOf(desk, message);
  const contact = message.to.startsWith("+") ? { wa_id: id } : { user_id: id };
  return JSON.stringify({
    messaging_product: "whatsapp",
    contacts: [{ input: message.to, ...contact }],
    messages: [{ id: message.wamid }],
  });
}

/** Reports a message's statuses, or its failure, one after the other and each until it is acknowledged. */
export async function report(desk: Desk, message: SentMessage, failure?: number): Promise<void> {
  if (!desk.delivery.hasTarget()) return;
  const reports = deliverStatuses(desk, message, failure);
  desk.reports.add(reports);
  await reports;
  desk.reports.delete(reports);
}

async function deliverStatuses(desk: Desk, message: SentMessage, failure?: number): Promise<void> {
  const statuses = desk.options.statuses ?? ["sent", "delivered", "read"];
  for (const status of failure === undefined ? statuses : ["failed"]) {
    await desk.delivery.deliver(
      statusWebhook({
        account: message.account,
        id: message.wamid,
        status,
        recipient: recipientOf(desk, message),
        timestamp: Math.floor(Date.now() / 1000),
        ...(message.opaque === undefined ? {} : { opaque: message.opaque }),
        ...(failure === undefined ? {} : { code: failure }),
        ...(BILLED_WITH.includes(status) && { category: categoryOf(desk, message) }),
      }),
    );
  }
}

/** The statuses that say what a message costs. Source: Cloud API reference, status webhooks, pricing. */
const BILLED_WITH: readonly string[] = ["sent", "delivered"];

const templatePayload = z.object({ template: z.object({ name: z.string() }) });

function categoryOf({ shelf }: Desk, { payload }: SentMessage): string {
  const name = templatePayload.safeParse(payload).data?.template.name;
  const template = shelf.templates.find((one) => one.name === name);
  return template?.category.toLowerCase() ?? "service";
}

function recipientOf(desk: Desk, message: SentMessage): string {
  const digits = message.to.replace(/^\+/, "");
  return desk.options.waIds?.[digits] ?? digits;
}
