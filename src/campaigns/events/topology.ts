import type { Channel } from "amqplib";
import type { EventTopology } from "./load-rules.ts";

/**
 * Deliveries of one event before the broker gives it up: it comes again after each restart of either side, never because of
 * what it says.
 */
const DELIVERY_LIMIT = 100;

/** Dead letters may be looked at and put back as often as anybody likes; newer brokers would drop them after 20 times. */
const DEAD_LETTER_LIMIT = 1_000_000;

/**
 * Makes sure of the exchange, the queue, what it is bound to and its dead letters, which are quorum queues. Rejects where one
 * of them is there with other properties. Bindings of rules that are gone stay until somebody removes them.
 */
export async function declareTopology(
  channel: Pick<Channel, "assertExchange" | "assertQueue" | "bindQueue">,
  { exchange, queue, deadLetters }: EventTopology,
  bindings: readonly string[],
): Promise<void> {
  await channel.assertExchange(deadLetters, "fanout", { durable: true });
  await channel.assertQueue(deadLetters, {
    durable: true,
    arguments: { "x-queue-type": "quorum", "x-delivery-limit": DEAD_LETTER_LIMIT },
  });
  await channel.bindQueue(deadLetters, deadLetters, "");
  await channel.assertExchange(exchange, "topic", { durable: true });
  await channel.assertQueue(queue, {
    durable: true,
    arguments: {
      "x-queue-type": "quorum",
      "x-delivery-limit": DELIVERY_LIMIT,
      "x-dead-letter-exchange": deadLetters,
      // The broker keeps a letter until its dead letter is stored; that needs this overflow.
      "x-dead-letter-strategy": "at-least-once",
      "x-overflow": "reject-publish",
    },
  });
  for (const binding of new Set(bindings)) await channel.bindQueue(queue, exchange, binding);
}
