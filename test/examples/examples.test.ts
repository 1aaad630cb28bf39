import { mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { parse } from "yaml";
import { z } from "zod";
import {
  ACCOUNT,
  ADMIN_KEY,
  eventually,
  listQuickestDriver,
  startWorld,
  type World,
} from "../e2e/world.ts";
import { textWebhook } from "../standins/graph-webhooks.ts";
import { type Evolution, startEvolution } from "../standins/evolution.ts";
import { type Desk, openDesk, RABBITMQ_URL, rabbitIsThere } from "../standins/rabbitmq.ts";
import { TRIAL_BUSINESS_ACCOUNT, TRIAL_TEMPLATES } from "../standins/trial-templates.ts";
import { commandsOf, runBlock } from "./readme-commands.ts";

const ROOT = new URL("../../", import.meta.url).pathname;
const LIMIT_MS = 120_000;
const EVOLUTION = {
  EVOLUTION_API_KEY: "evolution-api-key-of-the-tests",
  EVOLUTION_WEBHOOK_SECRET: "evolution-secret-of-the-tests-0123456789",
} as const;

/** The settings that an example brings. */
function settingsOf(example: string): Record<string, object> {
  const file = readFileSync(`${ROOT}examples/${example}/bridge.yml`, "utf8");
  return z.record(z.string(), z.looseObject({})).parse(parse(file));
}

const withRabbit = await rabbitIsThere("the example of purchase orders");

// One bridge with the settings of all examples: they have nothing to do with one another.
let world: World;
let evolution: Evolution;
let desk: Desk | undefined;
let folder = "";
let env: Record<string, string> = {};

const run = (block: string | undefined) =>
  runBlock(block ?? "false # there is no such block", {
    cwd: folder,
    env,
    bridge: world.bridge().url,
  });

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "ponte-examples-"));
  symlinkSync(`${ROOT}examples`, path.join(folder, "examples"));
  desk = withRabbit ? await openDesk() : undefined;
  evolution = await startEvolution({
    version: "v2",
    integration: "baileys",
    apiKey: EVOLUTION.EVOLUTION_API_KEY,
    instances: ["vendas-1", "vendas-2"],
    jwtKey: EVOLUTION.EVOLUTION_WEBHOOK_SECRET,
  });
  const broker = desk && {
    RABBITMQ_URL,
    EVENTS_EXCHANGE: desk.topology.exchange,
    EVENTS_QUEUE: desk.topology.queue,
    EVENTS_DEAD_LETTERS: desk.topology.deadLetters,
  };
  const [quickest] = await listQuickestDriver();
  world = await startWorld({
    driver: quickest?.driver ?? "embedded",
    graph: { templates: { businessAccount: TRIAL_BUSINESS_ACCOUNT, known: TRIAL_TEMPLATES } },
    // Rasa has a word to say about itself alone: the files answer the rest.
    bot: (_sender, message) => (message === "quem é?" ? [{ text: "Rasa" }] : []),
    settings: {
      ...settingsOf("rasa-project"),
      ...settingsOf("evolution-campaign"),
      ...(withRabbit && settingsOf("purchase-orders")),
    },
    env: {
      ...EVOLUTION,
      ...broker,
      EVOLUTION_BASE_URL: evolution.url,
      EVOLUTION_GAP_MIN_MS: "1",
      EVOLUTION_GAP_MAX_MS: "5",
      WHATSAPP_BUSINESS_ACCOUNT_ID: TRIAL_BUSINESS_ACCOUNT,
    },
  });
  evolution.deliverTo(`${world.bridge().url}/webhooks/evolution/webhook`);
  env = { PONTE_URL: world.bridge().url, PONTE_ADMIN_KEY: ADMIN_KEY, ...broker };
}, LIMIT_MS);

afterAll(async () => {
  await world.close();
  await evolution.close();
  await desk?.close();
  rmSync(folder, { recursive: true, force: true });
}, LIMIT_MS);

const answer = z.array(z.looseObject({ text: z.string() }));

async function ask(sender: string, message: string): Promise<string> {
  const response = await fetch(`${world.bridge().url}/webhooks/rest/webhook`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ sender, message }),
  });
  return answer
    .parse(await response.json())
    .map(({ text }) => text)
    .join("\n");
}

describe("the Rasa project", () => {
  test("answers the README's question from its files", async () => {
    const [curl] = commandsOf("rasa-project");
    expect(await run(curl)).toContain("No bairro Centro o caminhão passa às terças e quintas");
  });

  test.each([
    { label: "a greeting", message: "bom dia", says: /assistente da prefeitura/ },
    {
      label: "a button's payload with an entity",
      message: '/segunda_via{"documento": "água"}',
      says: /segunda via de água está em/,
    },
    {
      label: "an entity that is marked up",
      message: "perdi meu boleto do IPTU",
      says: /segunda via de IPTU/,
    },
    { label: "an example in other words", message: "que horas voces abrem", says: /das 8h às 17h/ },
    {
      label: "a question without the district",
      message: "quando passa o lixo?",
      says: /De que bairro/,
    },
    { label: "what Rasa knows itself", message: "quem é?", says: /^Rasa$/ },
  ])("answers $label", async ({ label, message, says }) => {
    expect(await ask(label, message)).toMatch(says);
  });

  test("answers without Rasa as well, and says nothing of files it cannot read", async () => {
    await world.rasa.stop();
    expect(await ask("alone", "quais são os serviços?")).toBe("Escolha um serviço.");
    expect(world.bridge().output()).not.toMatch(/"level":"(warn|error)"[^\n]*bot\//);
  });
});

describe("the campaign by Evolution API", () => {
  test(
    "goes out as the README's commands say, each person once",
    async () => {
      const [look, send] = commandsOf("evolution-campaign");
      const offer = "Nesta semana o cupom ANA10 vale 10 % em tudo.";
      expect(await run(look)).toContain(`Olá, Ana! ${offer}`);
      expect(evolution.sent).toEqual([]);
      expect(await run(send)).toMatch(/done: 3 of 3 sent/);
      expect(evolution.sent.map(({ jid }) => jid).toSorted()).toEqual(
        ["556191112222", "556191113333", "556191114444"].map(
          (digits) => `${digits}@s.whatsapp.net`,
        ),
      );
      expect(new Set(evolution.sent.map(({ instance }) => instance)).size).toBeGreaterThan(0);
      expect(JSON.stringify(evolution.sent)).toContain(offer);
      expect(readFileSync(path.join(folder, "recusados.csv"), "utf8")).toMatch(
        /\n4,duplicate,.*\n5,invalid,/s,
      );
      expect(readFileSync(path.join(folder, "resultado.csv"), "utf8").split("\r\n")).toHaveLength(
        5,
      );
    },
    LIMIT_MS,
  );
});

(withRabbit ? describe : describe.skip)("purchase orders", () => {
  test(
    "are told to the supplier once, and a comment once they have written",
    async () => {
      const [publish] = commandsOf("purchase-orders");
      await eventually(async () => {
        const response = await fetch(`${world.bridge().url}/health`);
        return (await response.text()).includes('"notifications":{"broker":"connected"}');
      });
      expect(await run(publish)).toBe("published\npublished\n");
      expect(await run(publish)).toBe("published\npublished\n");
      const rows = z.looseObject({
        data: z.array(z.looseObject({ held_for: z.unknown().optional() })),
      });
      const read = async (route: string) => rows.parse(await world.api(route)).data;
      await eventually(async () => (await read("/notifications/events")).length === 2);
      await eventually(() => world.graph.sent.length === 1);
      expect(world.graph.sent).toMatchObject([
        { to: "+5561991112222", payload: { template: { name: "po_notification" } } },
      ]);
      expect(JSON.stringify(world.graph.sent)).toContain("BRL 12.345,50");
      await eventually(async () =>
        (await read("/messages")).some(({ held_for: waitsFor }) => waitsFor === "window"),
      );
      const said = { account: ACCOUNT, from: "5561991112222", text: "oi", id: "wamid.supplier" };
      const timestamp = Math.floor(Date.now() / 1_000);
      expect(await world.post(textWebhook({ ...said, timestamp }))).toBe(200);
      await eventually(() =>
        JSON.stringify(world.graph.sent).includes("Pedido 4500012345: entregar no galpão 2"),
      );
      expect(JSON.stringify(world.graph.sent).match(/galpão 2/g)).toHaveLength(1);
    },
    LIMIT_MS,
  );
});
