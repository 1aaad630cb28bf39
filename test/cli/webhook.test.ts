import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { z } from "zod";
import { shownAddress } from "../../src/cli/webhook/address.ts";
import { startEvolution } from "../standins/evolution.ts";
import { startSerpro } from "../standins/serpro.ts";
import { createCli } from "./in-process.ts";
import { runPonte } from "./run.ts";
import { ACCOUNT, SECRETS, type SetupScene, startSetupScene } from "./setup-scene.ts";

let scene: SetupScene;
let folder = "";
const closers: (() => unknown)[] = [];

beforeAll(async () => {
  scene = await startSetupScene();
  folder = mkdtempSync(path.join(tmpdir(), "ponte-webhook-"));
}, 120_000);

afterAll(async () => {
  await scene.close();
  rmSync(folder, { recursive: true, force: true });
});

beforeEach(() => scene.reset());

afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

const THEIRS = "https://theirs.example.org/webhooks/whatsapp/webhook";
const elsewhere = () => {
  scene.graph.registry.subscription = { url: THEIRS, verifyToken: "x", fields: ["messages"] };
};

describe("ponte webhook, Meta", () => {
  test("list shows both places, each with its state", async () => {
    elsewhere();
    scene.graph.registry.apps.length = 0;
    const { text } = await scene.ponte(["webhook", "list"]);
    expect(text.split("\n").slice(1)).toEqual([
      expect.stringMatching(
        new RegExp(`^whatsapp +app \\d+ +another address is registered +${THEIRS}$`),
      ),
      expect.stringMatching(
        /^whatsapp +business account \d+ +no app is subscribed: webhooks never come +nothing$/,
      ),
    ]);
  });

  test("register asks before it replaces another address, and leaves it where nobody agrees", async () => {
    elsewhere();
    const refused = await scene.ponte(["webhook", "register"], { answer: false });
    expect(refused.asked).toEqual([expect.stringContaining(`sends webhooks to ${THEIRS} now`)]);
    expect(scene.graph.registry.subscription?.url).toBe(THEIRS);
    await scene.ponte(["webhook", "register"], { answer: true });
    expect(scene.graph.registry.subscription).toMatchObject({
      url: scene.webhook,
      verifyToken: SECRETS.verifyToken,
      fields: expect.arrayContaining(["messages", "user_id_update"]),
    });
  });

  test("register where nothing is asks nobody, and subscribes the app", async () => {
    scene.graph.registry.subscription = undefined;
    scene.graph.registry.apps.length = 0;
    const { asked, code } = await scene.ponte(["webhook", "register"]);
    expect({ asked, code }).toEqual({ asked: [], code: 0 });
    expect(scene.graph.registry.subscription).toMatchObject({ url: scene.webhook });
    expect(scene.graph.registry.apps).toEqual([scene.graph.registry.appId]);
  });

  test("delete leaves the address of another bridge alone, unless --all", async () => {
    elsewhere();
    scene.graph.registry.apps.length = 0;
    await scene.ponte(["webhook", "delete"], { answer: true });
    expect(scene.graph.registry.subscription?.url).toBe(THEIRS);
    await scene.ponte(["webhook", "delete", "--all"], { answer: true });
    expect(scene.graph.registry.subscription).toBeUndefined();
  });

  test("a wrong app secret is said in words, and never repeated", async () => {
    const { code, failure } = await scene
      .ponte(["webhook", "list"], { env: { WHATSAPP_APP_SECRET: "another-app-secret-0123456789" } })
      .catch((error: unknown) => ({ code: 1, failure: String(error) }));
    expect(code).toBe(1);
    expect(failure).not.toContain("another-app-secret");
  });

  test("verify makes the handshake, a genuine call and a forged one", async () => {
    const { results, code } = await scene.ponte(["webhook", "verify"]);
    expect(code).toBe(0);
    expect(results).toEqual([
      [
        expect.objectContaining({ name: "handshake", level: "ok" }),
        expect.objectContaining({ name: "genuine call", level: "ok", detail: "taken (200)" }),
        expect.objectContaining({ name: "forged call", level: "ok" }),
      ],
    ]);
  });

  test("verify fails where the bridge there has another secret or is away", async () => {
    const other = await scene.ponte(["webhook", "verify"], {
      env: { WHATSAPP_APP_SECRET: "another-app-secret-0123456789" },
    });
    expect(other.code).toBe(3);
    expect(other.text).toMatch(/fail +genuine call +refused as forged \(401\)/);
    const away = await scene.ponte(["webhook", "verify", "--to", "http://127.0.0.1:1"]);
    expect(away.code).toBe(3);
    expect(away.text).toMatch(/no answer/);
  });

  test("replay posts a recorded body with a genuine signature, and the bridge answers it once", async () => {
    const file = path.join(folder, "message.json");
    writeFileSync(file, JSON.stringify(inboundText("wamid.replayed-1", "oi, ção")));
    const first = await scene.ponte(["webhook", "replay", file]);
    expect(first.results).toEqual([
      { address: scene.webhook, status: 200, ms: expect.any(Number) },
    ]);
    expect((await scene.ponte(["webhook", "replay", file])).code).toBe(0);
    const list = await fetch(`${scene.url}/api/v1/messages?direction=in`, {
      headers: { authorization: `Bearer ${scene.env["PONTE_ADMIN_KEY"] ?? ""}` },
    });
    const { data } = z
      .object({ data: z.array(z.looseObject({ external_id: z.string() })) })
      .parse(await list.json());
    expect(data.filter((one) => one.external_id === "wamid.replayed-1")).toHaveLength(1);
  });

  test("replay with a wrong secret fails, and a file that is not there is a wrong call", async () => {
    const file = path.join(folder, "message.json");
    writeFileSync(file, JSON.stringify(inboundText("wamid.replayed-2", "oi")));
    const forged = await scene.ponte(["webhook", "replay", file], {
      env: { WHATSAPP_APP_SECRET: "x1234567890123456" },
    });
    expect(forged).toMatchObject({ code: 1, failure: expect.stringMatching(/not taken \(401\)/) });
    expect(await scene.ponte(["webhook", "replay", "nowhere.json"])).toMatchObject({ code: 2 });
  });
});

/** A text as Meta tells of it; every value is invented. */
const inboundText = (id: string, body: string) => ({
  object: "whatsapp_business_account",
  entry: [
    {
      id: "820000000000001",
      changes: [
        {
          field: "messages",
          value: {
            messaging_product: "whatsapp",
            metadata: { display_phone_number: "556190000001", phone_number_id: ACCOUNT },
            contacts: [{ profile: { name: "Ana" }, wa_id: "556190001111" }],
            messages: [
              {
                from: "556190001111",
                id,
                timestamp: String(Math.floor(Date.now() / 1_000)),
                type: "text",
                text: { body },
              },
            ],
          },
        },
      ],
    },
  ],
});

const cli = createCli({ url: "http://127.0.0.1:1", key: "none" });

describe("ponte webhook, Serpro", () => {
  const TOKEN = "ficha-inventada-0123456789";

  async function start() {
    const serpro = await startSerpro({
      clientId: "300400500600700",
      clientSecret: "segredo",
      wabaId: "200300400500600",
    });
    closers.push(serpro.close);
    const env = {
      SERPRO_CLIENT_ID: "300400500600700",
      SERPRO_CLIENT_SECRET: "segredo",
      SERPRO_WABA_ID: "200300400500600",
      SERPRO_WEBHOOK_TOKEN: TOKEN,
      SERPRO_BASE_URL: serpro.url,
      PUBLIC_URL: "https://bot.example.org",
    };
    return {
      serpro,
      ponte: (words: readonly string[], answer = true) =>
        cli(["webhook", ...words], { env, answer }),
    };
  }

  const OURS = `https://bot.example.org/webhooks/serpro/webhook/${TOKEN}`;

  test("is registered with its token, renewed in place, listed without it, and removed", async () => {
    const { serpro, ponte } = await start();
    const made = await ponte(["register"]);
    expect(serpro.webhooks).toEqual([{ id: "wh-1", uri: OURS, token: TOKEN }]);
    await ponte(["register"]);
    expect(serpro.webhooks).toHaveLength(1);
    const listed = await ponte(["list"]);
    expect(listed.text).toMatch(
      /ours +https:\/\/bot\.example\.org\/webhooks\/serpro\/webhook\/\*\*\*$/,
    );
    expect(made.text + made.notes + listed.text).not.toContain(TOKEN);
    await ponte(["delete"]);
    expect(serpro.webhooks).toEqual([]);
    expect(serpro.refusals).toEqual([]);
  });

  test("asks before it takes the place of another address", async () => {
    const { serpro, ponte } = await start();
    await ponte(["register", "--to", "https://theirs.example.org"]);
    const { asked } = await ponte(["register"], false);
    expect(asked).toEqual([
      expect.stringContaining("https://theirs.example.org/webhooks/serpro/webhook/***"),
    ]);
    expect(serpro.webhooks[0]?.uri).toMatch(/^https:\/\/theirs/);
  });
});

describe("ponte webhook, Evolution", () => {
  async function start(version: "v1" | "v2") {
    const evolution = await startEvolution({
      version,
      integration: "baileys",
      apiKey: "key",
      instances: ["shop", "desk"],
    });
    closers.push(evolution.close);
    const env = {
      EVOLUTION_BASE_URL: evolution.url,
      EVOLUTION_API_KEY: "key",
      EVOLUTION_INSTANCE: "shop,desk",
      EVOLUTION_WEBHOOK_SECRET: "evolution-secret-0123456789",
      EVOLUTION_API_VERSION: version,
      PUBLIC_URL: "https://bot.example.org",
    };
    return {
      evolution,
      env,
      ponte: (...words: string[]) => cli(["webhook", ...words], { env, answer: true }),
    };
  }

  test("version 2 is given the key of its tokens, for each instance", async () => {
    const { evolution, ponte } = await start("v2");
    await ponte("register");
    for (const instance of ["shop", "desk"])
      expect(evolution.webhooks.get(instance)).toMatchObject({
        url: "https://bot.example.org/webhooks/evolution/webhook",
        enabled: true,
        headers: { jwt_key: "evolution-secret-0123456789" },
      });
    await ponte("delete");
    expect(evolution.webhooks.get("shop")?.enabled).toBe(false);
    expect(evolution.refusals).toEqual([]);
  });

  test("version 1 gets the secret in the address, which is never shown", async () => {
    const { evolution, ponte } = await start("v1");
    const { text } = await ponte("register");
    expect(evolution.webhooks.get("shop")?.url).toBe(
      "https://bot.example.org/webhooks/evolution/webhook/evolution-secret-0123456789",
    );
    expect(text).not.toContain("evolution-secret");
  });

  test("the doctor compares the version that is told with the server's own", async () => {
    const { env } = await start("v2");
    const { text } = await cli(["doctor", "--timeout", "3"], {
      env: {
        ...env,
        EVOLUTION_API_VERSION: "v1",
        PONTE_DATA_DIR: path.join(folder, "none"),
        PORT: "0",
      },
    });
    expect(text).toMatch(
      /fail +server +the server has version 2\.3\.7, and calls are made as for v1\n +-> set EVOLUTION_API_VERSION=v2/,
    );
  });
});

describe("ponte webhook, as a process", () => {
  test("says what to type for Event Grid, with the variable in the secret's place", async () => {
    const { code, stdout, stderr } = await runPonte(["webhook", "register"], {
      env: {
        WHATSAPP_CHANNEL_ID_GUID: "9c0a2b8e-7a57-4f0a-9d0f-2f8f0f6f2a11",
        ACS_CONNECTION_STRING: "endpoint=https://acs.example.org/;accesskey=aW52ZW50ZWQ=",
        EVENT_GRID_VALIDATION_KEY: "grid-secret-0123456789",
        PUBLIC_URL: "https://bot.example.org",
      },
      cwd: folder,
    });
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/az eventgrid event-subscription create --name ponte-whatsapp/);
    expect(stderr).toContain(
      '"https://bot.example.org/webhooks/acs/webhook?code=$EVENT_GRID_VALIDATION_KEY"',
    );
    expect(stderr).not.toContain("grid-secret");
  });
});

describe("wrong calls", () => {
  test.each([
    {
      label: "without a channel",
      words: ["list"],
      env: {},
      says: /no channel of a provider is configured/,
    },
    {
      label: "for a channel that nobody calls",
      words: ["list", "--channel", "rest"],
      env: {},
      says: /nothing to register/,
    },
    {
      label: "for a channel that is not there",
      words: ["list", "--channel", "x"],
      env: {},
      says: /no channel is called x/,
    },
  ])("$label say what to do", async ({ words, env, says }) => {
    const { code, failure } = await cli(["webhook", ...words], { env });
    expect(code).toBe(2);
    expect(failure).toMatch(says);
  });

  test("registering without a public address says how to name it", async () => {
    const { code, failure } = await scene.ponte(["webhook", "register"], {
      env: { PUBLIC_URL: "" },
    });
    expect({ code, failure }).toEqual({
      code: 2,
      failure: expect.stringMatching(/PUBLIC_URL.*--to/),
    });
  });
});

describe("an address that is shown", () => {
  test.each([
    {
      address: "https://a.example/webhooks/x/webhook",
      want: "https://a.example/webhooks/x/webhook",
    },
    {
      address: "https://a.example/webhooks/x/webhook/word",
      want: "https://a.example/webhooks/x/webhook/***",
    },
    {
      address: "https://a.example/hook?code=word&stream=true",
      want: "https://a.example/hook?code=***&stream=true",
    },
    { address: "https://a.example/our%20secret/x", want: "https://a.example/***/x" },
    { address: "https://user:pass@a.example/x", want: "https://a.example/x" },
    { address: "no address", want: "an address that is none" },
  ])("$address", ({ address, want }) => {
    expect(shownAddress(address, ["our secret"])).toBe(want);
  });
});
