import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { z } from "zod";
import {
  batchWebhook,
  buttonWebhook,
  messagesWebhook,
  textWebhook,
} from "../standins/graph-webhooks.ts";
import { ACCOUNT, eventually, listDrivers, SECRETS, startWorld, type World } from "./world.ts";

const BUTTONS = ["Saúde", "Educação", "Transporte", "Outro assunto"].map((title) => ({
  title,
  payload: `/tema{"nome":"${title}"}`,
}));

const page = z.object({ data: z.array(z.record(z.string(), z.unknown())) });

/** Says what the test's person asks for. */
function bot(_sender: string, message: string) {
  if (message === "temas") return [{ text: "Escolha um tema", buttons: BUTTONS }];
  return [{ text: `eco ${message}` }];
}

describe.each(await listDrivers())("the whole way on $driver", ({ driver }) => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld({ driver, bot });
  }, 120_000);
  afterAll(() => world.close());

  const sentTo = (to: string) => world.graph.sent.filter((message) => message.to === to);
  const say = (from: string, id: string, text: string) =>
    world.post(textWebhook({ account: ACCOUNT, from, id, text }));
  const list = async (route: string) => page.parse(await world.api(route)).data;

  test("four buttons come as a list, and the message is read once the provider says so", async () => {
    expect(await say("5561991110001", "wamid.a1", "temas")).toBe(200);
    await eventually(() => sentTo("+5561991110001").length === 1);
    expect(sentTo("+5561991110001")[0]?.payload).toMatchObject({
      type: "interactive",
      interactive: { type: "list", body: { text: "Escolha um tema" } },
    });
    const [sent] = sentTo("+5561991110001");
    const route = `/messages?external_id=${encodeURIComponent(sent?.wamid ?? "")}`;
    await eventually(async () => (await list(route))[0]?.["status"] === "read");
    const [message] = await list(route);
    expect(message).toMatchObject({ direction: "out", status: "read", error: null });
    expect(JSON.stringify(message)).toContain("buttons_to_list");
  });

  test("a tapped row reaches the bot as its payload", async () => {
    const tap = { account: ACCOUNT, from: "5561991110002", id: "wamid.b1" };
    const payload = '/tema{"nome":"Saúde"}';
    expect(await world.post(buttonWebhook({ ...tap, payload, title: "Saúde" }))).toBe(200);
    await eventually(() => sentTo("+5561991110002").length === 1);
    expect(world.rasa.turns.at(-1)?.message).toBe(payload);
  });

  test("a person without a phone number is answered by user id", async () => {
    const contacts = [{ profile: { name: "Joana" }, user_id: "BR.5550001112223334" }];
    const message = {
      from_user_id: "BR.5550001112223334",
      id: "wamid.c1",
      timestamp: "1763700800",
      type: "text",
      text: { body: "oi" },
    };
    expect(await world.post(messagesWebhook(ACCOUNT, { contacts, messages: [message] }))).toBe(200);
    await eventually(() => sentTo("BR.5550001112223334").length === 1);
  });

  test("statuses that come before the answer to the send are not lost", async () => {
    world.graph.script([{ kind: "statuses_first" }]);
    await say("5561991110004", "wamid.d1", "oi");
    await eventually(() => sentTo("+5561991110004").length === 1);
    const [sent] = sentTo("+5561991110004");
    const route = `/messages?external_id=${encodeURIComponent(sent?.wamid ?? "")}`;
    await eventually(async () => (await list(route))[0]?.["status"] === "read");
  });

  test("one hostile message in a batch of 200 harms none of the other 199", async () => {
    const people = Array.from({ length: 200 }, (_, n) => `55619922${String(n).padStart(5, "0")}`);
    const [first, ...rest] = people.map((from, n) => ({
      account: ACCOUNT,
      from,
      id: `wamid.batch.${n}`,
      text: n === 100 ? "a\u0000b\ud800c" : `m${n}`,
    }));
    if (first === undefined) throw new Error("an empty batch");
    expect(await world.post(batchWebhook([first, ...rest]))).toBe(200);
    await eventually(() => people.every((from) => sentTo(`+${from}`).length === 1));
  });

  test("a deep, polluting message is kept and answered politely, and its neighbours are answered", async () => {
    const deep = `${"[".repeat(10_000)}${"]".repeat(10_000)}`;
    const template = JSON.stringify(
      batchWebhook([
        { account: ACCOUNT, from: "5561993330001", id: "wamid.e1", text: "DEEP" },
        { account: ACCOUNT, from: "5561993330002", id: "wamid.e2", text: "oi" },
      ]),
    );
    const hostile = template.replace('"DEEP"', `${deep},"__proto__":{"polluted":true}`);
    expect(await world.post(hostile)).toBe(200);
    await eventually(() => sentTo("+5561993330002").length === 1);
    await eventually(() => sentTo("+5561993330001").length === 1);
  });

  test.each([
    {
      label: "an unknown phone number id",
      body: textWebhook({ account: "999", from: "5561994440001", id: "wamid.f1", text: "oi" }),
    },
    { label: "an unknown object", body: { object: "page", entry: [] } },
    {
      label: "an unknown field",
      body: {
        object: "whatsapp_business_account",
        entry: [{ id: "1", changes: [{ field: "tomorrow", value: {} }] }],
      },
    },
  ])("$label is acknowledged and not answered", async ({ body }) => {
    const before = world.rasa.turns.length;
    expect(await world.post(body)).toBe(200);
    await say("5561994440009", `wamid.after.${before}`, "depois");
    await eventually(() => world.rasa.turns.length > before);
    expect(world.rasa.turns.slice(before).map(({ message }) => message)).toEqual(["depois"]);
  });

  test("a genuine body that is not JSON is quarantined and shown with the dead letters", async () => {
    expect(await world.post("{not json")).toBe(200);
    const dead = await list("/dead-letters?kind=webhook");
    expect(dead[0]).toMatchObject({ kind: "webhook", reason: "quarantined" });
  });

  test.each([
    { label: "missing", headers: {} },
    { label: "forged", headers: { "x-hub-signature-256": `sha256=${"0".repeat(64)}` } },
    { label: "truncated", headers: { "x-hub-signature-256": "sha256=abc" } },
  ])("a $label signature is refused with nothing said and nothing stored", async ({ headers }) => {
    await world.graph.settled();
    const events = await list("/events?limit=200");
    const body = JSON.stringify(
      textWebhook({ account: ACCOUNT, from: "5561995550001", id: "wamid.g1", text: "oi" }),
    );
    const url = `${world.bridge().url}/webhooks/whatsapp/webhook`;
    const response = await fetch(url, { method: "POST", headers, body });
    expect(response.status).toBe(401);
    expect(await response.text()).toBe("");
    expect(await list("/events?limit=200")).toHaveLength(events.length);
  });

  test("3 MB are taken, more is refused with 413", async () => {
    const limit = 3 * 1024 * 1024;
    const fill = (size: number) => `{"object":"x","fill":"${"a".repeat(size - 24)}"}`;
    expect(await world.post(fill(limit))).toBe(200);
    expect(await world.post(fill(limit + 1))).toBe(413);
  });

  test("nothing secret or personal is in what the bridge wrote", async () => {
    const written = world.bridge().output();
    for (const secret of Object.values(SECRETS)) expect(written).not.toContain(secret);
    expect(written).not.toMatch(/55619\d{8}/);
    expect(written).not.toContain("eco ");
  });

  test("the stand-ins saw nothing wrong", () => {
    expect(world.graph.refusals).toEqual([]);
    expect(world.graph.unused()).toEqual([]);
    expect(world.rasa.problems).toEqual([]);
  });
});
