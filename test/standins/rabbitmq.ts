import { randomUUID } from "node:crypto";
import { connect, type GetMessage, type Options } from "amqplib";
import type { EventTopology } from "../../src/campaigns/events/load-rules.ts";

/** Where the tests look for a real RabbitMQ. */
export const RABBITMQ_URL = process.env["TEST_RABBITMQ_URL"] ?? "amqp://guest:guest@127.0.0.1:5672";

/** A publisher's and an operator's view of a broker; everything it names is removed when it closes. */
export interface Desk {
  readonly topology: EventTopology;
  /** Resolves once the broker has stored the event and put it into the queues bound to its key. */
  readonly publish: (routingKey: string, body: unknown, options?: Options.Publish) => Promise<void>;
  /** Takes what is among the dead letters. */
  readonly takeDead: () => Promise<readonly GetMessage[]>;
  /** Puts an event straight into the queue, as a shovel does. */
  readonly putBack: (letter: GetMessage) => Promise<void>;
  /** Events in the queue that nobody holds. */
  readonly depth: () => Promise<number>;
  /** Takes the queue away under its consumer, or that of the dead letters. */
  readonly deleteQueue: (which: "queue" | "deadLetters") => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Says whether a real RabbitMQ is there. Where it is not, prints one line, or throws when `REQUIRE_SERVICES` is "1". */
export async function rabbitIsThere(what: string): Promise<boolean> {
  try {
    const connection = await connect(RABBITMQ_URL, { timeout: 5_000 });
    await connection.close();
    return true;
  } catch (error) {
    if (process.env["REQUIRE_SERVICES"] === "1")
      throw new Error("RabbitMQ is required and not there", { cause: error });
    process.stdout.write(`skipped without RabbitMQ at TEST_RABBITMQ_URL: ${what}\n`);
    return false;
  }
}

/** Names that no other test uses. */
export function newTopology(): EventTopology {
  const id = randomUUID();
  return {
    exchange: `ponte-test.${id}`,
    queue: `ponte-test.${id}.queue`,
    deadLetters: `ponte-test.${id}.dead`,
  };
}

const toBuffer = (body: unknown): Buffer =>
  Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));

/** Opens a desk at a broker. The exchange is made by the desk too: publishers do not wait for the bridge. */
export async function openDesk(
  topology: EventTopology = newTopology(),
  url: string = RABBITMQ_URL,
): Promise<Desk> {
  const connection = await connect(url);
  connection.on("error", () => undefined);
  const channel = await connection.createConfirmChannel();
  channel.on("error", () => undefined);
  await channel.assertExchange(topology.exchange, "topic", { durable: true });
  const send = (
    exchange: string,
    key: string,
    content: Buffer,
    options: Options.Publish,
  ): Promise<void> =>
    new Promise((resolve, reject) => {
      channel.publish(
        exchange,
        key,
        content,
        { persistent: true, ...options },
        (error: unknown) => {
          if (error === null) resolve();
          else reject(new Error("the broker took no event", { cause: error }));
        },
      );
    });
  return {
    topology,
    publish: (key, body, options = {}) =>
      send(topology.exchange, key, toBuffer(body), { contentType: "application/json", ...options }),
    takeDead: async () => {
      const letters: GetMessage[] = [];
      for (;;) {
        const letter = await channel.get(topology.deadLetters, { noAck: true });
        if (letter === false) return letters;
        letters.push(letter);
      }
    },
    putBack: ({ content, properties }) =>
      send("", topology.queue, content, {
        headers: properties.headers,
        ...(typeof properties.messageId === "string" && { messageId: properties.messageId }),
      }),
    depth: async () => (await channel.checkQueue(topology.queue)).messageCount,
    deleteQueue: async (which) => {
      await channel.deleteQueue(topology[which]);
    },
    close: async () => {
      for (const queue of [topology.queue, topology.deadLetters]) await channel.deleteQueue(queue);
      for (const exchange of [topology.exchange, topology.deadLetters])
        await channel.deleteExchange(exchange);
      await connection.close();
    },
  };
}
