import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { z } from "zod";
import { freePort } from "../standins/listen.ts";
import { textWebhook } from "../standins/graph-webhooks.ts";
import { closeAll, connect } from "../http/socket-io-setup.ts";
import { ACCOUNT, ADMIN_KEY, eventually, startWorld, type World } from "./world.ts";

const SECRET = "callback-secret-of-the-tests";

async function start(channel: "rest" | "callback"): Promise<World> {
  // Rasa is told where the bridge is before the bridge is there.
  const port = await freePort();
  return startWorld({
    driver: "embedded",
    bot: (_sender, message) =>
      message === "nada" ? [] : [{ text: `${message}, um` }, { text: `${message}, dois` }],
    rasa: {
      callback: { url: `http://127.0.0.1:${port}/webhooks/callback/webhook/${SECRET}` },
      api: { intents: ["EXTERNAL_news"] },
    },
    env: {
      PORT: String(port),
      RASA_CHANNEL: channel,
      RASA_EMPTY: "silent",
      CALLBACK_SECRET: SECRET,
      SOCKETIO_ENABLED: "true",
    },
  });
}

const conversations = z.object({
  data: z.array(z.object({ id: z.string(), channel: z.string() })),
});

describe.each(["callback", "rest"] as const)("a Rasa that is asked over %s", (channel) => {
  let world: World;
  const told = (phone: string) =>
    world.graph.sent
      .filter(({ to }) => to === `+${phone}`)
      .map(({ payload }) => /"body":"([^"]*)"/.exec(JSON.stringify(payload))?.[1] ?? "");
  const write = (id: string, from: string, text: string) =>
    world.post(
      textWebhook({ account: ACCOUNT, from, id, text, timestamp: Math.floor(Date.now() / 1_000) }),
    );

  beforeAll(async () => {
    world = await start(channel);
  }, 120_000);
  afterAll(async () => {
    await closeAll();
    await world.close();
  });

  test("answers, reminds and acts upon a trigger, all in order", async () => {
    const phone = "5561994440001";
    const lines = () =>
      told(phone)
        .join("\n")
        .split(/\\n\\n|\n+/);
    await write("wamid.u1", phone, "oi");
    await eventually(() => lines().length === 2, lines, 8_000);
    expect(lines()).toEqual(["oi, um", "oi, dois"]);

    const page = conversations.parse(await world.api("/conversations"));
    const id = page.data.find((one) => one.channel === "whatsapp")?.id ?? "";
    await world.rasa.push(id, [{ text: "lembrete 1" }, { text: "lembrete 2" }]);
    await eventually(
      () => lines().length === 4,
      () => [lines(), world.rasa.pushed, world.rasa.problems],
      8_000,
    );
    expect(lines().slice(2)).toEqual(["lembrete 1", "lembrete 2"]);

    const answer = await fetch(`${world.bridge().url}/api/v1/conversations/${id}/trigger`, {
      method: "POST",
      headers: { authorization: `Bearer ${ADMIN_KEY}` },
      body: JSON.stringify({ intent: "EXTERNAL_news", entities: { a: 1 } }),
    });
    expect(answer.status).toBe(202);
    await eventually(
      () => lines().length === 6,
      () => [lines(), world.rasa.triggers, world.bridge().output().slice(-1500)],
      8_000,
    );
    expect(lines().slice(4)).toEqual([
      "EXTERNAL: EXTERNAL_news, um",
      "EXTERNAL: EXTERNAL_news, dois",
    ]);
    expect(world.rasa.triggers).toMatchObject([{ sender: id, entities: { a: 1 } }]);
    expect(new Set(world.rasa.pushed)).toEqual(new Set([200]));
    expect(world.bridge().output()).not.toContain(SECRET);
  });

  test("reminds nobody whose window is closed, and says so", async () => {
    const phone = "5561994440002";
    await world.post(textWebhook({ account: ACCOUNT, from: phone, id: "wamid.u2", text: "nada" }));
    const find = async () =>
      conversations.parse(await world.api("/conversations?channel=whatsapp")).data[0]?.id ?? "";
    await eventually(() => world.rasa.turns.some(({ message }) => message === "nada"));
    const id = await find();
    await world.rasa.push(id, [{ text: "tarde demais" }]);
    const failed = async () =>
      JSON.stringify(await world.api(`/messages?conversation_id=${id}&status=failed`));
    await eventually(async () => (await failed()).includes("channel_window_closed"));
    expect(told(phone)).toEqual([]);
  });

  test("is not answered for by anybody who does not know the secret", async () => {
    const url = `${world.bridge().url}/webhooks/callback/webhook`;
    const body = JSON.stringify({ recipient_id: "x", text: "oi" });
    expect((await fetch(`${url}/guess`, { method: "POST", body })).status).toBe(401);
    expect((await fetch(`${url}/${SECRET}`)).status).toBe(405);
  });
});

test("a chat widget talks with whatever bot there is, and a stop waits for nobody", async () => {
  const world = await start("rest");
  try {
    const client = await connect(world.bridge().url);
    const session = await client.join();
    client.say("oi", { session_id: session });
    await eventually(() => client.bot().length === 2);
    expect(client.bot()).toEqual([{ text: "oi, um" }, { text: "oi, dois" }]);
    expect(world.rasa.turns).toMatchObject([{ message: "oi", inputChannel: "socketio" }]);
    const started = performance.now();
    expect(await world.bridge().stop("SIGTERM")).toBe(0);
    expect(performance.now() - started).toBeLessThan(5_000);
    await eventually(() => client.socket.disconnected);
  } finally {
    await closeAll();
    await world.close();
  }
}, 120_000);
