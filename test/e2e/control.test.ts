import { afterEach, describe, expect, test } from "@jest/globals";
import { z } from "zod";
import { textWebhook } from "../standins/graph-webhooks.ts";
import {
  ACCOUNT,
  ADMIN_KEY,
  eventually,
  listQuickestDriver,
  startWorld,
  type World,
} from "./world.ts";

const PERSON = "5561995550101";

const page = z.object({
  data: z.array(z.looseObject({ id: z.string(), contact_id: z.string() })),
});
const interactions = z.object({
  data: z.array(
    z.looseObject({
      message_text: z.string(),
      context_data: z.looseObject({ plan: z.string().optional() }),
    }),
  ),
});

let world: World;
afterEach(() => world.close());

let count = 0;
async function write(text: string): Promise<void> {
  count += 1;
  const id = `wamid.control${count}`;
  expect(await world.post(textWebhook({ account: ACCOUNT, from: PERSON, id, text }))).toBe(200);
}

async function call(method: string, route: string, body: unknown = {}): Promise<unknown> {
  const response = await fetch(`${world.bridge().url}/api/v1${route}`, {
    method,
    headers: { authorization: `Bearer ${ADMIN_KEY}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  expect(response.status).toBe(200);
  return response.json();
}

/** What the person was told, newest last. */
const told = (): readonly string[] =>
  world.graph.sent.map(
    ({ payload }) => /"body":"([^"]*)"/.exec(JSON.stringify(payload))?.[1] ?? "",
  );

async function hear(part: string, times = 1): Promise<void> {
  await eventually(
    () => told().filter((text) => text.includes(part)).length >= times,
    () => ({ told: told(), log: world.bridge().output().slice(-1_500) }),
    20_000,
  );
}

/** Waits until the turn of a text is over, and gives why nothing was said. */
async function silenceOn(text: string): Promise<string | undefined> {
  let plan: string | undefined;
  await eventually(async () => {
    const { data } = interactions.parse(await world.api("/interactions"));
    const row = data.find(({ message_text: asked }) => asked === text);
    plan = row?.context_data.plan;
    return row !== undefined;
  });
  return plan;
}

const WORDS = {
  "pt-BR": { stop: "SAIR", back: "VOLTAR", left: "Pronto", again: "Que bom ter você de volta" },
  en: { stop: "STOP", back: "START", left: "Done", again: "Good to have you back" },
  es: { stop: "SALIR", back: "VOLVER", left: "Listo", again: "Qué bueno tenerte de vuelta" },
} as const;

describe.each(await listQuickestDriver())(
  "a conversation that people control on $driver",
  ({ driver }) => {
    test.each(["pt-BR", "en", "es"] as const)(
      "leaving, coming back, pausing and resuming work by message and by API in %s",
      async (language) => {
        const words = WORDS[language];
        world = await startWorld({ driver, bot: (_sender, text) => [{ text: `eco ${text}` }] });
        await write("primeira");
        await hear("eco primeira");
        const [conversation] = page.parse(await world.api("/conversations")).data;
        if (conversation === undefined) throw new Error("there is no conversation");
        const contact = `/contacts/${conversation.contact_id}`;
        await call("PATCH", contact, { language });

        await write(words.stop);
        await hear(words.left);
        await write("ninguém responde");
        await silenceOn("ninguém responde");
        await write(words.back);
        await hear(words.again);
        await write("segunda");
        await hear("eco segunda");

        await call("POST", `${contact}/opt-out`, { reason: "by phone" });
        await write("quieto");
        await silenceOn("quieto");
        expect(await call("POST", `${contact}/opt-in`)).toMatchObject({
          opt_outs: [
            expect.objectContaining({ method: "api", revoked_method: "api" }),
            expect.objectContaining({ method: "command", revoked_method: "command" }),
          ],
        });
        await write("terceira");
        await hear("eco terceira");

        await call("POST", `/conversations/${conversation.id}/pause`, { minutes: 5 });
        await write("a uma pessoa");
        expect(await silenceOn("a uma pessoa")).toBe("paused");
        await call("POST", `/conversations/${conversation.id}/resume`);
        await write("quarta");
        await hear("eco quarta");

        await call("POST", `/conversations/${conversation.id}/pause`, { minutes: 5 });
        await write("ainda a uma pessoa");
        expect(await silenceOn("ainda a uma pessoa")).toBe("paused");
        await write("/bot");
        await write("quinta");
        await hear("eco quinta");
        const echoes = told().filter((text) => text.startsWith("eco "));
        expect(echoes).toEqual(
          ["primeira", "segunda", "terceira", "quarta", "quinta"].map((text) => `eco ${text}`),
        );
      },
      60_000,
    );
  },
);
