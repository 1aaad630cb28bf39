import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { stringify } from "yaml";
import { z } from "zod";
import { createServerDatabase, hasServer } from "../database.ts";
import { type OpenAiStandin, startOpenAi } from "../standins/openai.ts";
import { type BridgeProcess, startBridge } from "./bridge-process.ts";

/** A bridge that a new user has told nothing but how to reach a model, and a web client that talks to it. */

const ADMIN_KEY = "admin-key-of-the-tests-0123456789";
const APOLOGY = "Desculpe, não consegui responder agora. Tente de novo daqui a pouco.";

const answers = z.array(z.looseObject({ text: z.string() }));
const page = z.object({ data: z.array(z.record(z.string(), z.unknown())) });

const endings: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).toReversed()) await end();
});

let standin: OpenAiStandin;
let bridge: BridgeProcess;

beforeEach(async () => {
  const folder = mkdtempSync(path.join(tmpdir(), "ponte-openai-"));
  endings.push(() => rmSync(folder, { recursive: true, force: true }));
  standin = await startOpenAi(
    ({ text }) => ({ reply: { messages: [{ text: `Sobre: ${text}` }] } }),
    {
      kind: "compatible",
    },
  );
  endings.push(standin.close);
  const file = path.join(folder, "bridge.yml");
  const openai = {
    prices: { input: 1, output: 10 },
    tokens_per_contact_day: 120,
    prompts: { "pt-BR": "config/prompts/pt-BR.md" },
  };
  const chain = { chain: ["openai"], max_attempts: 1 };
  writeFileSync(file, stringify({ backends: { openai }, answers: chain }));
  const server = (await hasServer()) ? await createServerDatabase() : undefined;
  if (server !== undefined) endings.push(server.drop);
  bridge = await startBridge({
    PONTE_CONFIG: file,
    PONTE_DATA_DIR: path.join(folder, "data"),
    PONTE_ADMIN_KEY: ADMIN_KEY,
    OPENAI_API_KEY: standin.apiKey,
    OPENAI_MODEL: "stub-1",
    OPENAI_BASE_URL: standin.url,
    ...(server !== undefined && { DATABASE_URL: server.url }),
  });
  endings.push(() => bridge.stop("SIGKILL"));
}, 120_000);

async function say(message: string, sender = "ana"): Promise<readonly string[]> {
  const response = await fetch(`${bridge.url}/webhooks/rest/webhook`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ sender, message }),
  });
  return answers.parse(await response.json()).map(({ text }) => text);
}

async function lastInteraction(): Promise<unknown> {
  const headers = { authorization: `Bearer ${ADMIN_KEY}` };
  const response = await fetch(`${bridge.url}/api/v1/interactions`, { headers });
  return page.parse(await response.json()).data[0];
}

test("a model answers, remembers, is paid for within limits, and leaks no key", async () => {
  expect(await say("vacina")).toEqual(["Sobre: vacina"]);
  expect(await say("e para crianças?")).toEqual(["Sobre: e para crianças?"]);
  expect(standin.problems).toEqual([]);
  expect(standin.questions[1]?.lines.map(({ text }) => text)).toEqual([
    "vacina",
    "Sobre: vacina",
    "e para crianças?",
  ]);

  expect(await lastInteraction()).toMatchObject({
    backend: "openai",
    confidence: expect.closeTo(0.9, 3),
    model: "stub-1",
    tokens_in: 41,
    tokens_out: 9,
    cost: expect.closeTo(0.000131, 7),
    provider_request_id: "req_st_2",
    success: true,
  });

  expect(await say("mais uma")).toEqual(["Sobre: mais uma"]);
  expect(await say("e outra")).toEqual([APOLOGY]);
  expect(await lastInteraction()).toMatchObject({
    backend_chain: [{ backend: "openai", outcome: "no_answer", reason: "contact_tokens_spent" }],
  });
  expect(await say("oi", "bia")).toEqual(["Sobre: oi"]);
  expect(standin.questions).toHaveLength(4);
  expect(bridge.output()).toContain("tokens_per_contact_day");

  standin.script({ kind: "error", status: 401, code: "invalid_api_key" });
  expect(await say("ainda aí?", "bia")).toEqual([APOLOGY]);
  expect(bridge.output()).not.toContain(standin.apiKey);
}, 120_000);
