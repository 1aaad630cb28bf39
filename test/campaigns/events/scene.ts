import type { Message } from "amqplib";
import { prepareNotification } from "../../../src/campaigns/events/prepare.ts";
import { loadRules } from "../../../src/campaigns/events/load-rules.ts";
import type { EventObserver } from "../../../src/campaigns/events/observer.ts";
import { createSender } from "../../../src/campaigns/send-message.ts";
import type { Channel } from "../../../src/channels/channel.ts";
import type { Database } from "../../../src/db/driver.ts";
import type { ResolveTemplate } from "../../../src/flow/resolve-template.ts";
import { plainChannel } from "../../flow/scene.ts";
import { ACCOUNT, CHANNEL } from "../../db/scene.ts";

/** The event of the shipped example. */
export const purchaseOrder = (changes: Readonly<Record<string, unknown>> = {}) => ({
  event_id: "evt-1",
  type: "purchase_order.approved",
  data: {
    supplier: { name: "Padaria Sol", phone: "(61) 99111-2222", language: "pt" },
    po_number: "2026-00042",
    total_amount: 12345.5,
    currency: "BRL",
  },
  ...changes,
});

/** Says templates and texts as they are, to anybody at any time. */
const channel: Channel = plainChannel({
  render: ({ text = "", custom }) => {
    const template = JSON.stringify(custom);
    const said = custom === undefined ? text : template;
    const known = custom === undefined ? {} : { template: { name: "t", language: "pt_BR" } };
    const message = { payload: { text: said }, text: said, notes: [], needsWindow: false };
    return { messages: [{ ...message, ...known }], notes: [], kept: [] };
  },
});

const CHANNELS = new Map([[CHANNEL, { channel }]]);

/** Rules from the text of a file. */
export const rulesOf = (text: string, env: Readonly<Record<string, string>> = {}) =>
  loadRules({ path: "notifications.yml", readFile: () => text, env, channels: CHANNELS });

/** One rule that says the event's number to its person. */
export const PLAIN = `
notifications:
  - name: plain
    event: order.made
    channel: ${CHANNEL}
    account: "${ACCOUNT}"
    to: phone
    text: Order {{number}}
    values: { number: number }
`;

export const order = (id: string, changes: Readonly<Record<string, unknown>> = {}) => ({
  event_id: id,
  type: "order.made",
  phone: "+5561991112222",
  number: id,
  ...changes,
});

/** A delivery as a broker makes it. */
export function delivery(
  body: unknown,
  changes: { readonly routingKey?: string; readonly properties?: object } = {},
): Pick<Message, "content" | "fields" | "properties"> {
  const { routingKey = "order.made", properties = {} } = changes;
  const none = {
    contentType: undefined,
    contentEncoding: undefined,
    headers: undefined,
    deliveryMode: undefined,
    priority: undefined,
    correlationId: undefined,
    replyTo: undefined,
    expiration: undefined,
    messageId: undefined,
    timestamp: undefined,
    type: undefined,
    userId: undefined,
    appId: undefined,
    clusterId: undefined,
  };
  return {
    content: Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body)),
    fields: { deliveryTag: 1, redelivered: false, exchange: "e", routingKey },
    properties: { ...none, ...properties },
  };
}

/** The way in for what events ask for, as the bridge builds it. */
export function senderOn(db: Database, resolveTemplate: ResolveTemplate = everyTemplate) {
  return createSender({ db, channels: CHANNELS, resolveTemplate, onWork: () => undefined });
}

const everyTemplate: ResolveTemplate = async (_channel, request) => ({
  kind: "ok",
  request,
  category: "UTILITY",
  warnings: [],
});

/** What events are handled with, and how often workers were told of work. */
export function toolsOn(db: Database, rules: string = PLAIN, sender = senderOn(db)) {
  const work = { told: 0 };
  return {
    db,
    source: "ponte.events",
    rules: rulesOf(rules).rules,
    prepare: prepareNotification.bind(undefined, sender),
    onWork: () => {
      work.told += 1;
    },
    work,
  };
}

/** An observer that keeps what it is told, one line each. */
export function recordingObserver(): EventObserver & { readonly lines: string[] } {
  const lines: string[] = [];
  return {
    lines,
    broker: (state) => void lines.push(`broker ${state}`),
    notification: (outcome) => void lines.push(outcome),
    refused: (problems) => void lines.push(`refused: ${problems.join("; ")}`),
    problem: (what) => void lines.push(`problem: ${what}`),
  };
}

/** The texts in the outbox, in the order of their making. */
export async function textsIn(db: Database): Promise<readonly string[]> {
  const rows = await db.query("select text from messages where direction = 'out' order by seq");
  return rows.map(({ text }) => String(text));
}
