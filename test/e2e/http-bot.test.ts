import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, expect, test } from "@jest/globals";
import { stringify } from "yaml";
import { z } from "zod";
import { createServerDatabase, hasServer } from "../database.ts";
import { startHttpBot } from "../standins/http-bot.ts";
import { startTypebot } from "../standins/typebot.ts";
import { type BridgeProcess, startBridge } from "./bridge-process.ts";

/** Two bots over HTTP behind one bridge: a typebot that asks its questions in turn, and a bot in our own contract. */

const SECRET = "secret-of-the-tests-0123456789";
const ADMIN_KEY = "admin-key-of-the-tests-0123456789";

const answers = z.array(
  z.object({
    text: z.string(),
    buttons: z.array(z.looseObject({ title: z.string() })).optional(),
  }),
);

const endings: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).toReversed()) await end();
});

async function start(file: object, env: Record<string, string>): Promise<BridgeProcess> {
  const folder = mkdtempSync(path.join(tmpdir(), "ponte-http-bot-"));
  endings.push(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(path.join(folder, "bridge.yml"), stringify(file));
  const server = (await hasServer()) ? await createServerDatabase() : undefined;
  if (server !== undefined) endings.push(server.drop);
  const bridge = await startBridge({
    PONTE_CONFIG: path.join(folder, "bridge.yml"),
    PONTE_DATA_DIR: path.join(folder, "data"),
    PONTE_ADMIN_KEY: ADMIN_KEY,
    ...env,
    ...(server !== undefined && { DATABASE_URL: server.url }),
  });
  endings.push(() => bridge.stop("SIGKILL"));
  return bridge;
}

async function say(bridge: BridgeProcess, message: string): Promise<z.infer<typeof answers>> {
  const response = await fetch(`${bridge.url}/webhooks/rest/webhook`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ sender: "ana", message }),
  });
  return answers.parse(await response.json());
}

const says = (text: string) => ({
  type: "text",
  content: { type: "richText", richText: [{ type: "p", children: [{ text, bold: true }] }] },
});

test("a typebot that waits hears the person before the first bot of the chain", async () => {
  const typebot = await startTypebot([
    { messages: [says("Quer?")], input: { type: "choice input", items: [{ content: "Sim" }] } },
    { messages: [says("Nome?")], input: { type: "text input" } },
    { messages: [says("Pronto.")] },
  ]);
  endings.push(typebot.close);
  const first = await startHttpBot(
    ({ message, slots, history }) =>
      message === "quem?"
        ? {
            body: [
              { text: `${String(slots["nome"])}, ${history.map(({ text }) => text).join("|")}` },
            ],
          }
        : message === "nome"
          ? { body: { messages: [{ text: "Anotado." }], set_slots: { nome: "Ana" } } }
          : { status: 204 },
    { secret: SECRET },
  );
  endings.push(first.close);
  const backends = {
    templates: { enabled: false },
    http: {},
    flow: {
      type: "http",
      preset: "typebot",
      typebot: "meu-bot",
      url: typebot.url,
      authorization: "${FLOW_KEY}",
    },
  };
  const bridge = await start(
    { backends, answers: { chain: ["http", "flow"] } },
    { HTTP_BOT_URL: first.url, HTTP_BOT_SECRET: SECRET, FLOW_KEY: "viewer-key" },
  );

  expect(await say(bridge, "nome")).toMatchObject([{ text: "Anotado." }]);
  expect(await say(bridge, "oi")).toMatchObject([{ text: "*Quer?*", buttons: [{ title: "Sim" }] }]);
  expect(await say(bridge, "Sim")).toMatchObject([{ text: "*Nome?*" }]);
  expect(first.asked.map(({ message }) => message)).toEqual(["nome", "oi"]);
  expect(await say(bridge, "Ana")).toMatchObject([{ text: "*Pronto.*" }]);
  expect(typebot.heard).toEqual(["Sim", "Ana"]);

  const [said] = await say(bridge, "quem?");
  expect(said?.text).toBe("Ana, nome|Anotado.|oi|*Quer?*\n[Sim]|Sim|*Nome?*|Ana|*Pronto.*");
  expect(first.problems).toEqual([]);
  expect(bridge.output()).not.toContain(SECRET);
}, 180_000);
