import { randomUUID } from "node:crypto";
import type { ConfirmChannel, Message } from "amqplib";
import { z } from "zod";
import { BridgeError } from "../../errors.ts";
import { ROUTING_KEY_HEADER } from "./read-event.ts";

/** Characters of the reason that goes with a dead letter. */
const MAX_REASON = 1_000;

/** Our name of one publication, by which the broker's returns are told apart. */
const LETTER_HEADER = "x-dead-letter-id";

const letterId = z.object({ [LETTER_HEADER]: z.string() });

/** Puts an event among the dead letters; resolves once the broker has stored it there. */
export type PutAside = (message: Message, problems: readonly string[]) => Promise<void>;

/** Makes the way to the dead letters of a channel. Rejects where the broker did not take one, or nothing waits for it. */
export function createDeadLetters(
  channel: Pick<ConfirmChannel, "publish" | "on">,
  exchange: string,
): PutAside {
  const returned = new Set<string>();
  channel.on("return", ({ properties }: Message) => {
    const parsed = letterId.safeParse(properties.headers);
    if (parsed.success) returned.add(parsed.data[LETTER_HEADER]);
  });
  return ({ content, fields, properties }, problems) =>
    new Promise((resolve, reject) => {
      const id = randomUUID();
      const { headers = {} } = properties;
      const original = z.string().safeParse(headers[ROUTING_KEY_HEADER]).data;
      const routingKey = original ?? fields.routingKey;
      // Without CC and BCC, which would send it to other queues too, and without its expiry.
      const { CC: _cc, BCC: _bcc, ...kept } = headers;
      const options = {
        persistent: true,
        mandatory: true,
        contentType: properties.contentType,
        contentEncoding: properties.contentEncoding,
        correlationId: properties.correlationId,
        messageId: properties.messageId,
        timestamp: properties.timestamp,
        type: properties.type,
        appId: properties.appId,
        headers: {
          ...kept,
          [ROUTING_KEY_HEADER]: routingKey,
          "x-reason": problems.join("; ").slice(0, MAX_REASON),
          "x-refused-at": new Date().toISOString(),
          [LETTER_HEADER]: id,
        },
      };
      channel.publish(exchange, routingKey, content, options, (error: unknown) => {
        const isLost = returned.delete(id);
        if (error === null && !isLost) resolve();
        else reject(new BridgeError("store_unavailable", "the broker took no dead letter"));
      });
    });
}
