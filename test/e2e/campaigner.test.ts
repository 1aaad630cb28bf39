import { readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { parse } from "csv-parse/sync";
import { z } from "zod";
import { openDesk, rabbitIsThere, RABBITMQ_URL, type Desk } from "../standins/rabbitmq.ts";
import { TRIAL_BUSINESS_ACCOUNT, TRIAL_TEMPLATES } from "../standins/trial-templates.ts";
import { until } from "../until.ts";
import { ADMIN_KEY, eventually, listQuickestDriver, startWorld, type World } from "./world.ts";

const PEOPLE = 1_000;

/** What a spreadsheet in Brazil writes. */
const LIST = [
  "telefone;nome;pedido;valor",
  ...Array.from(
    { length: PEOPLE },
    (_, place) =>
      `(61) 9${9_000_0000 + place};Fornecedor ${place};${4_500_000 + place};"R$ ${place},00"`,
  ),
].join("\r\n");

const figures = z.object({
  audience: z.number(),
  queued: z.number(),
  sent: z.number(),
  delivered: z.number(),
  read: z.number(),
  failed: z.number(),
  skipped: z.number(),
  uncertain: z.number(),
});
const detail = z.object({ state: z.string(), figures });
const made = z.object({ id: z.string() });

function sumOf(now: z.output<typeof figures>): number {
  const { queued, sent, delivered, read, failed, skipped, uncertain } = now;
  return queued + sent + delivered + read + failed + skipped + uncertain;
}

describe.each(await listQuickestDriver())("the way of a campaigner on $driver", ({ driver }) => {
  let world: World;

  const call = async (method: string, route: string, body?: unknown, type = "application/json") => {
    const response = await fetch(`${world.bridge().url}/api/v1${route}`, {
      method,
      headers: { authorization: `Bearer ${ADMIN_KEY}`, "content-type": type },
      ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, text, json: (): unknown => JSON.parse(text) };
  };

  beforeAll(async () => {
    world = await startWorld({
      driver,
      graph: { templates: { businessAccount: TRIAL_BUSINESS_ACCOUNT, known: TRIAL_TEMPLATES } },
      env: { WHATSAPP_BUSINESS_ACCOUNT_ID: TRIAL_BUSINESS_ACCOUNT },
    });
  });

  afterAll(() => world.close());

  test("ends with everybody's message read, each once, and a file that says so", async () => {
    const synced = await call("POST", "/templates/sync", { channel: "whatsapp" });
    expect(synced).toMatchObject({ status: 200 });

    const campaign = await call("POST", "/campaigns", {
      channel: "whatsapp",
      name: "Pedidos de novembro",
      default_country: "BR",
      template: {
        name: "po_notification",
        language: "pt_BR",
        params: {
          supplier_name: "{{nome}}",
          po_number: "{{pedido}}",
          total_amount: "{{valor}}",
        },
      },
    });
    expect(campaign).toMatchObject({ status: 201 });
    const { id } = made.parse(campaign.json());

    const list = await call("POST", `/campaigns/${id}/recipients`, LIST, "text/csv");
    expect(list.status).toBe(200);
    expect(list.json()).toMatchObject({ rows_read: PEOPLE, added: PEOPLE, invalid: 0 });

    const started = await call("POST", `/campaigns/${id}/start`);
    expect(started.status).toBe(200);
    const look = async () => detail.parse((await call("GET", `/campaigns/${id}`)).json());
    await eventually(
      async () => {
        const { figures: now } = await look();
        expect({ sum: sumOf(now), audience: now.audience }).toEqual({
          sum: PEOPLE,
          audience: PEOPLE,
        });
        return now.read === PEOPLE;
      },
      look,
      120_000,
    );
    await until(async () => (await look()).state === "done");

    const everybody = world.graph.sent.map(({ to }) => to);
    expect(everybody).toHaveLength(PEOPLE);
    expect(new Set(everybody).size).toBe(PEOPLE);

    const exported = await call("GET", `/campaigns/${id}/recipients/export`);
    const rows = z
      .array(z.object({ status: z.string() }))
      .parse(parse(exported.text, { columns: true, bom: true }));
    expect(rows).toHaveLength(PEOPLE);
    expect(new Set(rows.map(({ status }) => status))).toEqual(new Set(["read"]));
  }, 240_000);

  test("finds the documentation and its document without a key", async () => {
    const page = await fetch(`${world.bridge().url}/docs`);
    expect({ status: page.status, type: page.headers.get("content-type") }).toEqual({
      status: 200,
      type: expect.stringContaining("text/html"),
    });
    expect((await call("GET", "/openapi.json")).json()).toMatchObject({ openapi: "3.1.1" });
  });
});

const hasRabbit = await rabbitIsThere("an approved order becomes a message");

(hasRabbit ? describe : describe.skip)("an approved purchase order", () => {
  let world: World;
  let desk: Desk;

  beforeAll(async () => {
    desk = await openDesk();
    const { exchange, queue, deadLetters } = desk.topology;
    const shipped = readFileSync(
      new URL("../../config/notifications.yml", import.meta.url),
      "utf8",
    );
    const rules = path.join(tmpdir(), `${queue}.yml`);
    const names = { exchange, queue, dead_letters: deadLetters };
    const head = Object.entries(names).map(([key, value]) => `${key}: ${value}\n`);
    writeFileSync(rules, head.join("") + shipped);
    world = await startWorld({
      driver: "embedded",
      graph: { templates: { businessAccount: TRIAL_BUSINESS_ACCOUNT, known: TRIAL_TEMPLATES } },
      settings: { notifications: { file: rules } },
      env: {
        WHATSAPP_BUSINESS_ACCOUNT_ID: TRIAL_BUSINESS_ACCOUNT,
        ENABLE_WHATSAPP_NOTIFICATIONS: "true",
        RABBITMQ_URL,
      },
    });
  });

  afterAll(async () => {
    await world.close();
    await desk.close();
  });

  test("reaches its supplier as the shipped template, however often it is published", async () => {
    const event = {
      event_id: "po-4500012345-approved",
      type: "purchase_order.approved",
      data: {
        supplier: { name: "Papelaria Central", phone: "+5561991112222" },
        po_number: "4500012345",
        total_amount: 1250,
        currency: "BRL",
      },
    };
    const health = z.object({ notifications: z.object({ broker: z.string() }).optional() });
    await until(async () => {
      const response = await fetch(`${world.bridge().url}/health`);
      return health.parse(await response.json()).notifications?.broker === "connected";
    });
    for (let time = 0; time < 5; time += 1) await desk.publish("purchase_order.approved", event);

    await until(() => world.graph.sent.length > 0);
    await until(async () => (await desk.depth()) === 0);
    await world.graph.settled();
    expect(world.graph.sent).toMatchObject([
      {
        payload: {
          type: "template",
          template: {
            name: "po_notification",
            language: { code: "pt_BR" },
            components: [
              {
                type: "body",
                parameters: [
                  { parameter_name: "supplier_name", text: "Papelaria Central" },
                  { parameter_name: "po_number", text: "4500012345" },
                  { parameter_name: "total_amount", text: "BRL 1.250,00" },
                ],
              },
            ],
          },
        },
      },
    ]);
    const page = z.object({ data: z.array(z.object({ status: z.string() })) });
    await until(async () => {
      const { data } = page.parse(await world.api("/messages?correlation_id=4500012345"));
      return data.length === 1 && data[0]?.status === "read";
    });
  }, 120_000);
});
