import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { z } from "zod";
import { type EventReceiver, startEventReceiver } from "../standins/event-receiver.ts";
import { textWebhook } from "../standins/graph-webhooks.ts";
import {
  ACCOUNT,
  ADMIN_KEY,
  eventually,
  listQuickestDriver,
  startWorld,
  type World,
} from "./world.ts";

const SECRET = `whsec_${Buffer.alloc(32, 5).toString("base64")}`;

const EVENTS = ["message.sent", "message.delivered", "message.read", "message.failed"];

const answer = z.looseObject({
  id: z.string().optional(),
  status: z.union([z.string(), z.number()]),
  code: z.string().optional(),
});

const detail = z.looseObject({
  status: z.string(),
  outcome: z.string(),
  route: z.array(z.object({ id: z.string(), channel: z.string(), status: z.string() })),
});

describe.each(await listQuickestDriver())("messages sent by the API on $driver", ({ driver }) => {
  let world: World;
  let receiver: EventReceiver;
  beforeAll(async () => {
    receiver = await startEventReceiver(SECRET);
    const desk = { url: receiver.url, secret: "${DESK_SECRET}", events: EVENTS };
    world = await startWorld({
      driver,
      bot: () => [],
      settings: { webhooks: { endpoints: { desk } } },
      env: { DESK_SECRET: SECRET, RASA_EMPTY: "silent" },
    });
  }, 120_000);
  afterAll(async () => {
    await world.close();
    await receiver.close();
  });

  async function send(body: object, key?: string) {
    const response = await fetch(`${world.bridge().url}/api/v1/messages`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${ADMIN_KEY}`,
        "content-type": "application/json",
        ...(key !== undefined && { "idempotency-key": key }),
      },
      body: JSON.stringify({ channel: "whatsapp", ...body }),
    });
    return { http: response.status, ...answer.parse(await response.json()) };
  }

  const write = (from: string) => {
    const timestamp = Math.floor(Date.now() / 1_000);
    const id = `wamid.${randomUUID()}`;
    return world.post(textWebhook({ account: ACCOUNT, from, id, text: "oi", timestamp }));
  };

  const texts = (phone: string) =>
    world.graph.sent
      .filter(({ to }) => to === `+${phone}`)
      .map(({ payload }) => /"body":"([^"]*)"/.exec(JSON.stringify(payload))?.[1] ?? "");

  const told = (correlationId: string) =>
    receiver.events
      .filter(({ data }) => data["correlation_id"] === correlationId)
      .toSorted((a, b) => a.timestamp.localeCompare(b.timestamp));

  const show = async (id: string | undefined) =>
    detail.parse(await world.api(`/messages/${id ?? ""}`));

  test("arrive, and a signed event tells each step of the way", async () => {
    const phone = "5561994440011";
    await write(phone);
    const body = { to: `+${phone}`, text: "Seu pedido saiu", correlation_id: "order 7" };
    const tries = [await send(body, "key-1"), await send(body, "key-1")];
    expect(tries.map(({ http }) => http)).toEqual([202, 202]);
    await eventually(
      () => told("order 7").length === 3,
      () => [receiver.events, receiver.complaints],
    );
    expect(told("order 7").map(({ type }) => type)).toEqual([
      "message.sent",
      "message.delivered",
      "message.read",
    ]);
    expect(texts(phone)).toEqual(["Seu pedido saiu"]);
    expect(receiver.complaints).toEqual([]);
    const all = JSON.stringify(receiver.events);
    expect(all).not.toContain(phone);
    expect(all).not.toContain("pedido");
  });

  test("wait for the person where the window is closed, and go out when they write", async () => {
    const phone = "5561994440022";
    const body = { to: `+${phone}`, text: "Quando puder" };
    expect(await send(body)).toMatchObject({ http: 409, code: "channel_window_closed" });
    expect(await send({ ...body, outside_window: "wait" })).toMatchObject({ status: "held" });
    await write(phone);
    await eventually(() => texts(phone).length === 1);
    expect(texts(phone)).toEqual(["Quando puder"]);
  });

  test("go out at their time, and never before", async () => {
    const phone = "5561994440033";
    await write(phone);
    const at = Date.now() + 1_500;
    const body = { to: `+${phone}`, text: "Agora", send_at: new Date(at).toISOString() };
    expect(await send(body)).toMatchObject({ http: 202, status: "held" });
    await eventually(() => texts(phone).length === 1);
    const [first] = world.graph.sent.filter(({ to }) => to === `+${phone}`);
    expect(first?.at).toBeGreaterThanOrEqual(at);
  });

  test.each([
    { label: "refuses at once", fault: { kind: "error", status: 400, code: 131026 } as const },
    { label: "reports later", fault: { kind: "fail_later", code: 131026 } as const },
  ])("take the next step of their route where the provider $label", async ({ fault, label }) => {
    const phone = `55619944400${label.length}`;
    const other = `55619944411${label.length}`;
    for (const from of [phone, other]) await write(from);
    await eventually(async () => {
      const ids = z.object({ data: z.array(z.unknown()) });
      return ids.parse(await world.api("/conversations")).data.length >= 2;
    });
    world.graph.script([fault]);
    const correlation = `route ${label}`;
    const { id } = await send({
      to: `+${phone}`,
      text: "Primeira via",
      correlation_id: correlation,
      route: [{ channel: "whatsapp", to: `+${other}`, text: "Segunda via" }],
    });
    await eventually(
      async () => (await show(id)).outcome === "read",
      () => [world.graph.sent, world.graph.unused()],
    );
    expect(await show(id)).toMatchObject({
      status: "failed",
      route: [{ status: "failed" }, { status: "read" }],
    });
    expect(texts(other)).toEqual(["Segunda via"]);
    await eventually(() => told(correlation).some(({ type }) => type === "message.read"));
    const failed = told(correlation).filter(({ type }) => type === "message.failed");
    expect(failed.map(({ data }) => data["error"])).toMatchObject([{ code: "131026" }]);
  });
});
