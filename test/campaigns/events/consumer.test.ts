import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { EventConsumer } from "../../../src/campaigns/events/consumer.ts";
import {
  type NotificationOptions,
  startNotifications,
} from "../../../src/campaigns/events/index.ts";
import type { Database } from "../../../src/db/driver.ts";
import { BridgeError } from "../../../src/errors.ts";
import { emptyDatabase } from "../../db/empty.ts";
import { openDatabase } from "../../flow/scene.ts";
import { type Desk, openDesk, RABBITMQ_URL, rabbitIsThere } from "../../standins/rabbitmq.ts";
import { createTcpProxy } from "../../standins/tcp-proxy.ts";
import { until } from "../../until.ts";
import { order, recordingObserver, rulesOf, PLAIN, senderOn, textsIn } from "./scene.ts";

const withRabbit = await rabbitIsThere("events from a broker");

(withRabbit ? describe : describe.skip)("events from RabbitMQ", () => {
  let db: Database;
  let desk: Desk;
  let observer: ReturnType<typeof recordingObserver>;
  const consumers: EventConsumer[] = [];

  beforeAll(async () => {
    db = await openDatabase();
  });
  beforeEach(async () => {
    await emptyDatabase(db);
    await db.script("delete from notification_events");
    desk = await openDesk();
    observer = recordingObserver();
  });
  afterEach(async () => {
    await Promise.all(consumers.splice(0).map((consumer) => consumer.stop(1_000)));
    await desk.close();
  });
  afterAll(() => db.close());

  async function start(options: Partial<NotificationOptions> = {}): Promise<EventConsumer> {
    const consumer = await startNotifications({
      db,
      sender: senderOn(db),
      topology: desk.topology,
      rules: rulesOf(PLAIN).rules,
      url: RABBITMQ_URL,
      prefetch: 5,
      onWork: () => undefined,
      observer,
      reconnect: { initialDelay: 50, maxDelay: 200 },
      ...options,
    });
    consumers.push(consumer);
    await until(() => consumer.state() === "connected");
    return consumer;
  }

  /** The broker behind a proxy that can be cut and frozen. */
  async function behindProxy() {
    const url = new URL(RABBITMQ_URL);
    const proxy = await createTcpProxy({ host: url.hostname, port: Number(url.port) || 5_672 });
    await proxy.start();
    url.port = String(proxy.port);
    return { proxy, url: url.href };
  }

  const told = (line: string) => observer.lines.filter((one) => one === line).length;

  test("become messages and leave the queue", async () => {
    const consumer = await start();
    for (const id of ["a", "b", "c"]) await desk.publish("order.made", order(id));
    await until(() => told("queued") === 3);
    await consumer.stop(1_000);
    expect((await textsIn(db)).toSorted()).toEqual(["Order a", "Order b", "Order c"]);
    expect(await desk.depth()).toBe(0);
    expect(await desk.takeDead()).toEqual([]);
  });

  test("that come five times, to two consumers, are told once", async () => {
    await start({ prefetch: 1 });
    await start({ prefetch: 1 });
    await Promise.all([1, 2, 3, 4, 5].map(() => desk.publish("order.made", order("a"))));
    await until(() => told("queued") + told("known") === 5);
    expect(await textsIn(db)).toEqual(["Order a"]);
  });

  test("are acknowledged after the commit and not before", async () => {
    let goOn = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const slow: Database = {
      ...db,
      transaction: async (work) => {
        const result = await db.transaction(work);
        await held;
        return result;
      },
    };
    const consumer = await start({ db: slow });
    await desk.publish("order.made", order("a"));
    await until(async () => (await textsIn(db)).length === 1);
    await consumer.stop(0);
    await until(async () => (await desk.depth()) === 1);
    goOn();
    await start();
    await until(() => told("known") === 1);
    expect(await textsIn(db)).toEqual(["Order a"]);
  });

  test("of no use go to the dead letters with the reason, and can be put back", async () => {
    await start();
    await desk.publish("order.made", Buffer.from("{"), { messageId: "broken" });
    await desk.publish("order.made", order("a", { phone: undefined }), {
      headers: { tenant: "acme", CC: [desk.topology.queue] },
      expiration: 3_600_000,
    });
    await until(() => told("refused") >= 2);
    const letters = await desk.takeDead();
    const reasons = letters.map(({ properties }) => properties.headers?.["x-reason"]);
    expect(reasons).toContain("the event is not a JSON object in UTF-8");
    expect(reasons).toContain("plain: to gives nothing");
    const letter = letters.find(({ content }) => content.toString().includes('"a"'));
    if (letter === undefined) throw new Error("the letter is not there");
    expect(JSON.parse(letter.content.toString())).toEqual(order("a", { phone: undefined }));
    expect(letter.properties).toMatchObject({
      headers: { tenant: "acme", "x-routing-key": "order.made" },
      contentType: "application/json",
      expiration: undefined,
    });
    expect(letter.properties.headers).not.toHaveProperty("CC");
    await desk.putBack({ ...letter, content: Buffer.from(JSON.stringify(order("a"))) });
    await until(() => told("queued") === 1);
    expect(await textsIn(db)).toEqual(["Order a"]);
  });

  test("refused hinder no others", async () => {
    await start({ prefetch: 1 });
    for (const id of ["a", "b", "c"]) {
      await desk.publish("order.made", Buffer.from(`no JSON ${id}`));
      await desk.publish("order.made", order(id));
    }
    await until(() => told("queued") === 3 && told("refused") === 3);
    expect(await desk.takeDead()).toHaveLength(3);
  });

  test("wait while the database is away, at most as many as asked for", async () => {
    let isAway = true;
    const shaky: Database = {
      ...db,
      transaction: (work) =>
        isAway
          ? Promise.reject(new BridgeError("store_unavailable", "away"))
          : db.transaction(work),
    };
    await start({ db: shaky, prefetch: 2 });
    for (const id of ["a", "b", "c", "d"]) await desk.publish("order.made", order(id));
    await until(() => told("problem: an event cannot be handled now") === 2);
    expect(await desk.depth()).toBe(2);
    expect(await desk.takeDead()).toEqual([]);
    isAway = false;
    await until(() => told("queued") === 4);
    expect((await textsIn(db)).toSorted()).toEqual(["Order a", "Order b", "Order c", "Order d"]);
  });

  test("that fail for a reason nobody foresaw are tried again, then put aside", async () => {
    let tries = 0;
    const broken = {
      ...senderOn(db),
      prepare: (): Promise<never> => {
        tries += 1;
        return Promise.reject(new TypeError("a bug that quotes +5561991112222"));
      },
    };
    await start({ sender: broken });
    await desk.publish("order.made", order("a"));
    await until(() => told("refused") === 1);
    expect(tries).toBe(3);
    const [letter] = await desk.takeDead();
    expect(letter?.properties.headers?.["x-reason"]).toBe("failed; the log says why");
  });

  test("of another key do not come, and of no rule are left alone", async () => {
    await start();
    await desk.publish("order.paid", order("a", { type: "order.paid" }));
    await desk.publish("order.made", order("b", { type: "order.paid" }));
    await until(() => told("ignored") === 1);
    expect(await textsIn(db)).toEqual([]);
    expect(await desk.takeDead()).toEqual([]);
  });

  test("go on after somebody deleted the queue", async () => {
    await start();
    await desk.deleteQueue("queue");
    await until(() => told("broker connected") === 2);
    await desk.publish("order.made", order("a"));
    await until(() => told("queued") === 1);
  });

  test("are not lost where somebody deleted the dead letters' queue", async () => {
    await start();
    await desk.deleteQueue("deadLetters");
    await desk.publish("order.made", Buffer.from("{"));
    await until(() => told("broker connected") >= 2);
    await until(async () => (await desk.takeDead()).length === 1);
  });

  test("come again after the connection was cut, and a stop meanwhile takes no harm", async () => {
    const { proxy, url } = await behindProxy();
    const consumer = await start({ url });
    await proxy.stop();
    await until(() => consumer.state() === "away");
    await desk.publish("order.made", order("a"));
    await proxy.start();
    await until(() => told("queued") === 1);
    await proxy.stop();
    await until(() => consumer.state() === "away");
    await consumer.stop(1_000);
    expect(await textsIn(db)).toEqual(["Order a"]);
  });

  test("do not keep a process from stopping while the broker is silent", async () => {
    const { proxy, url } = await behindProxy();
    const consumer = await start({ url });
    proxy.freeze();
    await consumer.stop(100);
    await proxy.stop();
  });

  test("that were never held by this process stay in the queue when it stops", async () => {
    const consumer = await start();
    await consumer.stop(1_000);
    await desk.publish("order.made", order("a"));
    expect(await desk.depth()).toBe(1);
    expect(observer.lines).toEqual(["broker connected"]);
  });

  test("do not keep a process from starting and stopping while the broker is away", async () => {
    const consumer = await startNotifications({
      db,
      sender: senderOn(db),
      topology: desk.topology,
      rules: rulesOf(PLAIN).rules,
      url: "amqp://guest:guest@127.0.0.1:1",
      prefetch: 5,
      onWork: () => undefined,
      observer,
      reconnect: { initialDelay: 10, maxDelay: 20 },
    });
    await until(() => observer.lines.includes("broker away"));
    await sleep(100);
    expect(consumer.state()).toBe("away");
    expect(observer.lines).toEqual(["broker away"]);
    await consumer.stop(1_000);
  });
});
