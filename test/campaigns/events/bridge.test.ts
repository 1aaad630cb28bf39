import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { runToEnd } from "../../e2e/bridge-process.ts";
import { ACCOUNT, ADMIN_KEY, eventually, startWorld, type World } from "../../e2e/world.ts";
import { type Desk, openDesk, RABBITMQ_URL, rabbitIsThere } from "../../standins/rabbitmq.ts";
import { purchaseOrder } from "./scene.ts";

const LIMIT_MS = 240_000;
const folder = mkdtempSync(path.join(tmpdir(), "ponte-notifications-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The shipped file, for names at the broker that are a test's own. */
function fileFor({ topology }: Pick<Desk, "topology">): string {
  const names = [
    `exchange: ${topology.exchange}`,
    `queue: ${topology.queue}`,
    `dead_letters: ${topology.deadLetters}`,
  ];
  const file = path.join(folder, "notifications.yml");
  const shipped = readFileSync("config/notifications.yml", "utf8");
  writeFileSync(file, [...names, shipped].join("\n"));
  return file;
}

const withRabbit = await rabbitIsThere("a bridge that takes events");

(withRabbit ? describe : describe.skip)("a bridge that takes events", () => {
  let world: World;
  let desk: Desk;
  beforeAll(async () => {
    desk = await openDesk();
    world = await startWorld({
      driver: "embedded",
      settings: { notifications: { file: fileFor(desk) } },
      env: { RABBITMQ_URL, ENABLE_WHATSAPP_NOTIFICATIONS: "true" },
    });
  }, LIMIT_MS);
  afterAll(async () => {
    await world.close();
    await desk.close();
  }, LIMIT_MS);

  test(
    "sends a supplier the template of an approved purchase order, once",
    async () => {
      await eventually(async () => {
        const response = await fetch(`${world.bridge().url}/health`);
        return (await response.text()).includes('"notifications":{"broker":"connected"}');
      });
      for (const time of [1, 2, 3, 4, 5])
        await desk.publish("purchase_order.approved", { ...purchaseOrder(), published: time });
      await desk.publish("purchase_order.approved", purchaseOrder({ event_id: "2" }));
      await eventually(() => world.graph.sent.length === 2, world.bridge().output);
      const texts = ["Padaria Sol", "2026-00042", "BRL 12.345,50"];
      expect(world.graph.sent.map(({ to, payload }) => ({ to, payload }))).toEqual(
        [1, 2].map(() => ({
          to: "+5561991112222",
          payload: expect.objectContaining({
            type: "template",
            template: expect.objectContaining({
              name: "po_notification",
              language: { code: "pt_BR" },
              components: [
                {
                  type: "body",
                  parameters: texts.map((text) => expect.objectContaining({ type: "text", text })),
                },
              ],
            }),
          }),
        })),
      );
      expect(await world.api("/notifications/events?outcome=queued")).toMatchObject({
        data: [{ event_id: "2" }, { event_id: "evt-1", rule: "purchase-order-approved" }],
      });
      expect(await world.api("/messages?correlation_id=2026-00042")).toMatchObject({
        data: [{}, {}],
      });
    },
    LIMIT_MS,
  );

  test(
    "says why it refuses an event, without quoting it",
    async () => {
      const { data } = purchaseOrder();
      const supplier = { ...data.supplier, phone: "61 9" };
      await desk.publish(
        "purchase_order.approved",
        purchaseOrder({ event_id: "3", data: { ...data, supplier } }),
      );
      const list = () => world.api("/notifications/events?event_id=3");
      await eventually(async () => JSON.stringify(await list()).includes("refused"));
      expect(await list()).toMatchObject({
        data: [{ outcome: "refused", message_id: null, detail: expect.stringMatching(/number/) }],
      });
      const refused = "an event was refused and waits among the dead";
      await eventually(() => world.bridge().output().includes(refused));
      expect(world.bridge().output()).not.toContain("Padaria Sol");
      expect(await desk.takeDead()).toHaveLength(1);
    },
    LIMIT_MS,
  );

  test(
    "counts, and stops in order",
    async () => {
      const headers = { authorization: `Bearer ${ADMIN_KEY}` };
      const response = await fetch(`${world.bridge().url}/metrics`, { headers });
      const metrics = await response.text();
      expect(metrics).toContain("ponte_broker_connected 1");
      expect(metrics).toContain('ponte_notification_events_total{outcome="queued"} 2');
      expect(await world.bridge().stop("SIGTERM")).toBe(0);
      await desk.publish("purchase_order.approved", purchaseOrder({ event_id: "4" }));
      expect(await desk.depth()).toBe(1);
    },
    LIMIT_MS,
  );
});

describe("a start is refused", () => {
  const env = {
    PONTE_DATA_DIR: path.join(folder, "data"),
    ENABLE_WHATSAPP_NOTIFICATIONS: "true",
    WPP_AUTHORIZATION_TOKEN: "token",
    WPP_VERIFY_TOKEN: "verify",
    WPP_PHONE_NUMBER_IDENTIFIER: ACCOUNT,
    WHATSAPP_APP_SECRET: "secret",
  };

  test(
    "without a broker's address",
    async () => {
      const { code, output } = await runToEnd(env);
      expect(code).toBe(1);
      expect(output).toContain(
        "notifications.rabbitmq_url (RABBITMQ_URL): is required and not set",
      );
    },
    LIMIT_MS,
  );

  test(
    "for a channel that nobody configured",
    async () => {
      const { code, output } = await runToEnd({
        ...env,
        WHATSAPP_APP_SECRET: "",
        WPP_AUTHORIZATION_TOKEN: "",
        WPP_VERIFY_TOKEN: "",
        WPP_PHONE_NUMBER_IDENTIFIER: "",
        RABBITMQ_URL: "amqp://guest:guest@127.0.0.1:1",
      });
      expect(code).toBe(1);
      expect(output).toMatch(
        /config\/notifications.yml:\d+ notifications.0.channel: names a channel/,
      );
    },
    LIMIT_MS,
  );
});
