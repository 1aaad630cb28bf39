import { afterEach, describe, expect, test } from "@jest/globals";
import { z } from "zod";
import { OGG } from "../media/samples.ts";
import { messagesWebhook, textWebhook } from "../standins/graph-webhooks.ts";
import { type OpenAiModel, type OpenAiStandin, startOpenAi } from "../standins/openai.ts";
import type { RasaBot } from "../standins/rasa.ts";
import {
  ACCOUNT,
  type Driver,
  eventually,
  listQuickestDriver,
  startWorld,
  type World,
} from "./world.ts";

const PERSON = "5561993330001";
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

const page = z.object({
  data: z.array(
    z.looseObject({
      message_text: z.string(),
      backend: z.string().nullable(),
      fallback_used: z.boolean(),
      backend_chain: z.array(z.looseObject({ backend: z.string(), outcome: z.string() })),
    }),
  ),
});

interface Scene {
  readonly world: World;
  readonly llm: OpenAiStandin;
  /** Everything that was sent to the person, as text. */
  readonly heard: () => string;
  readonly interactions: () => Promise<z.infer<typeof page>["data"]>;
}

async function open(driver: Driver, bot: RasaBot, model?: OpenAiModel): Promise<Scene> {
  const llm = await startOpenAi(model, {
    kind: "compatible",
    hear: () => "qual o valor da conta?",
  });
  closers.push(llm.close);
  const world = await startWorld({
    driver,
    bot,
    settings: {
      answers: { chain: ["templates", "rasa", "openai"], retry_base_ms: 50 },
      backends: { openai: { transcription_model: "whisper-1" } },
    },
    env: {
      OPENAI_API_KEY: llm.apiKey,
      OPENAI_MODEL: "stub-1",
      OPENAI_BASE_URL: llm.url,
    },
  });
  closers.push(world.close);
  return {
    world,
    llm,
    heard: () => world.graph.sent.map(({ payload }) => JSON.stringify(payload)).join("\n"),
    interactions: async () => page.parse(await world.api("/interactions")).data,
  };
}

async function heard(scene: Scene, text: string): Promise<void> {
  await eventually(
    () => scene.heard().includes(text),
    () => ({ heard: scene.heard(), log: scene.world.bridge().output().slice(-2_000) }),
    20_000,
  );
}

const said = (id: string, text: string) =>
  textWebhook({ account: ACCOUNT, from: PERSON, id: `wamid.${id}`, text });

describe.each(await listQuickestDriver())("a chain of three on $driver", ({ driver }) => {
  test("asks templates, then Rasa, then the model, and tells each step", async () => {
    const scene = await open(driver, () => []);
    await scene.world.post(said("q1", "xyzzy: qual o sentido da vida?"));
    await heard(scene, "Você disse: xyzzy: qual o sentido da vida?");
    await scene.world.post(said("q2", "menu"));
    await eventually(async () => (await scene.interactions()).length === 2);
    const [second, first] = await scene.interactions();
    expect(first).toMatchObject({
      backend: "openai",
      fallback_used: true,
      model: "stub-1",
      tokens_in: 41,
      tokens_out: 9,
      backend_chain: [
        { backend: "templates", outcome: "no_answer" },
        { backend: "rasa", outcome: "no_answer" },
        { backend: "openai", outcome: "answered" },
      ],
    });
    expect(second).toMatchObject({
      backend: "templates",
      fallback_used: false,
      backend_chain: [{ backend: "templates", outcome: "answered" }],
    });
    expect(scene.llm.problems).toEqual([]);
  });

  test("a voice note is written down and answered by whoever knows the answer", async () => {
    const scene = await open(driver, (_sender, message) =>
      message === "qual o valor da conta?" ? [{ text: "A conta é de R$ 42." }] : [],
    );
    const { graph } = scene.world;
    graph.media.files.set("7001", { account: ACCOUNT, bytes: OGG, mimeType: "audio/ogg" });
    await scene.world.post(
      messagesWebhook(ACCOUNT, {
        contacts: [{ profile: { name: "Ana" }, wa_id: PERSON }],
        messages: [
          {
            from: PERSON,
            id: "wamid.v1",
            timestamp: String(Math.floor(Date.now() / 1000)),
            type: "audio",
            audio: { id: "7001", mime_type: "audio/ogg; codecs=opus", voice: true },
          },
        ],
      }),
    );
    await heard(scene, "A conta é de R$ 42.");
    expect(scene.llm.recordings).toHaveLength(1);
    const [only] = await scene.interactions();
    expect(only).toMatchObject({ message_text: "qual o valor da conta?", backend: "rasa" });
    expect(only?.backend_chain[0]).toMatchObject({ backend: "openai", outcome: "transcribed" });
    expect(scene.llm.problems).toEqual([]);
  });

  test("what the model says of the conversation's past, it was told", async () => {
    const scene = await open(driver, () => []);
    await scene.world.post(said("h1", "meu nome é Ana Clara"));
    await heard(scene, "Você disse: meu nome é Ana Clara");
    await scene.world.post(said("h2", "xyzzy, como me chamo?"));
    await heard(scene, "como me chamo?");
    expect(JSON.stringify(scene.llm.questions.at(-1))).toContain("meu nome é Ana Clara");
  });
});
