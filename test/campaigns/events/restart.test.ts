import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { EventConsumer } from "../../../src/campaigns/events/consumer.ts";
import { startNotifications } from "../../../src/campaigns/events/index.ts";
import type { Database } from "../../../src/db/driver.ts";
import { openDatabase } from "../../flow/scene.ts";
import {
  type PrivateRabbit,
  rabbitIsInstalled,
  startPrivateRabbit,
} from "../../standins/private-rabbitmq.ts";
import { newTopology, openDesk } from "../../standins/rabbitmq.ts";
import { until } from "../../until.ts";
import { order, PLAIN, recordingObserver, rulesOf, senderOn, textsIn } from "./scene.ts";

/** Starts of a broker on a busy machine. */
const PATIENCE_MS = 240_000;

(rabbitIsInstalled("a broker that restarts") ? describe : describe.skip)(
  "while the broker restarts",
  () => {
    const topology = newTopology();
    const observer = recordingObserver();
    const consumers: EventConsumer[] = [];
    let rabbit: PrivateRabbit;
    let db: Database;

    beforeAll(async () => {
      rabbit = await startPrivateRabbit();
      db = await openDatabase();
      while (consumers.length < 2)
        consumers.push(
          await startNotifications({
            db,
            sender: senderOn(db),
            topology,
            rules: rulesOf(PLAIN).rules,
            url: rabbit.url,
            prefetch: 3,
            onWork: () => undefined,
            observer,
            reconnect: { initialDelay: 50, maxDelay: 500 },
          }),
        );
    }, PATIENCE_MS);

    afterAll(async () => {
      await Promise.all(consumers.map((consumer) => consumer.stop(1_000)));
      await rabbit.close();
      await db.close();
    }, PATIENCE_MS);

    const areConnected = () => consumers.every((consumer) => consumer.state() === "connected");

    /** Publishes one event after the other until the broker takes no more; gives the names of those that it confirmed. */
    async function publishUntilTheEnd(prefix: string, confirmed: string[]): Promise<void> {
      const desk = await openDesk(topology, rabbit.url);
      for (let number = 0; ; number += 1) {
        const id = `${prefix}${number}`;
        try {
          await desk.publish("order.made", order(id));
        } catch {
          return;
        }
        confirmed.push(id);
      }
    }

    test(
      "every event that it confirmed is told once",
      async () => {
        const confirmed: string[] = [];
        for (const end of ["stop", "crash"] as const) {
          await until(areConnected);
          const publishing = publishUntilTheEnd(end, confirmed);
          const before = confirmed.length;
          await until(() => confirmed.length >= before + 25);
          await rabbit[end]();
          await publishing;
          await until(() => consumers.every((consumer) => consumer.state() === "away"));
          await rabbit.start();
        }
        await until(areConnected);
        const wanted = confirmed.map((id) => `Order ${id}`);
        await until(async () => {
          const told = new Set(await textsIn(db));
          return wanted.every((text) => told.has(text));
        });
        const told = await textsIn(db);
        expect(told).toHaveLength(new Set(told).size);
        expect(observer.lines.filter((line) => line.startsWith("refused"))).toEqual([]);
      },
      PATIENCE_MS,
    );
  },
);
