import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { stringify } from "yaml";
import { z } from "zod";
import { createServerDatabase, hasServer } from "../../database.ts";
import { type BridgeProcess, startBridge } from "../../e2e/bridge-process.ts";
import { eventually } from "../../e2e/world.ts";
import { type Acs, startAcs } from "../../standins/acs.ts";
import { createGrid, type GridOptions } from "../../standins/event-grid.ts";
import { type Entra, startEntra } from "../../standins/event-grid-entra.ts";
import { messageEvent } from "../../standins/event-grid-events.ts";
import { type RasaStandin, startRasa } from "../../standins/rasa.ts";
import { ACCESS_KEY, CHANNEL_ID, OTHER_CHANNEL_ID, SECRET } from "./sample.ts";

const ADMIN_KEY = "admin-key-of-the-tests-0123456789";
const TENANT = "7c1d9e54-3b0a-4f6e-9d21-58ab04c7f613";
const AUDIENCE = "api://bridge";

/** The smallest picture there is. */
const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

const page = z.object({ data: z.array(z.object({ status: z.string() })) });

/** A bridge process with Azure, a bot and a database around it. */
interface World {
  readonly acs: Acs;
  readonly bridge: BridgeProcess;
  readonly rasa: RasaStandin;
  readonly webhook: string;
  /** A subscription of another kind to the same webhook. */
  readonly subscribe: (options: GridOptions) => ReturnType<typeof createGrid>;
  readonly statusOf: (messageId: string | undefined) => Promise<string | undefined>;
  readonly close: () => Promise<void>;
}

async function startWorld(
  grid: GridOptions,
  settings: object,
  env: Readonly<Record<string, string>>,
): Promise<World> {
  const folder = mkdtempSync(path.join(tmpdir(), "ponte-acs-"));
  const channelIds = [CHANNEL_ID, OTHER_CHANNEL_ID];
  const files = new Map([["8d5f2b10", PNG]]);
  const acs = await startAcs({ accessKey: ACCESS_KEY, channelIds, grid, files });
  const rasa = await startRasa((_sender, message) => {
    const buttons = [{ title: "Sim", payload: "/sim" }];
    return [{ text: `eco ${message}`, ...(message === "menu" && { buttons }) }];
  });
  const server = (await hasServer()) ? await createServerDatabase() : undefined;
  const config = path.join(folder, "bridge.yml");
  const file = {
    channels: { acs: { type: "acs", pair_burst: 45, pair_refill_ms: 1, ...settings } },
    engine: { poll_ms: 25 },
    delivery: { retry_base_ms: 50, uncertain_wait_ms: 200 },
  };
  writeFileSync(config, stringify(file));
  const bridge = await startBridge({
    PONTE_CONFIG: config,
    PONTE_DATA_DIR: path.join(folder, "data"),
    PONTE_ADMIN_KEY: ADMIN_KEY,
    ...(server !== undefined && { DATABASE_URL: server.url }),
    ACS_CONNECTION_STRING: acs.connectionString,
    WHATSAPP_CHANNEL_ID_GUID: CHANNEL_ID,
    RASA_URL: rasa.url,
    ...env,
  });
  const webhook = `${bridge.url}/webhooks/acs/webhook`;
  acs.grid.deliverTo(`${webhook}?code=${SECRET}`);
  const others: ReturnType<typeof createGrid>[] = [];
  return {
    acs,
    bridge,
    rasa,
    webhook,
    subscribe: (options) => {
      const other = createGrid(options);
      others.push(other);
      return other;
    },
    statusOf: async (messageId = "") => {
      const headers = { authorization: `Bearer ${ADMIN_KEY}` };
      const url = `${bridge.url}/api/v1/messages?external_id=${encodeURIComponent(messageId)}`;
      const response = await fetch(url, { headers });
      return page.parse(await response.json()).data[0]?.status;
    },
    close: async () => {
      for (const other of others) other.stop();
      await bridge.stop("SIGKILL");
      await acs.close();
      await rasa.close();
      await server?.drop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const write = (
  inbound: { channelId: string; from?: string; fromBSUID?: string },
  content: string,
) => messageEvent(inbound, { messageType: "text", content });

describe("the whole way, with a secret", () => {
  let world: World;
  beforeAll(async () => {
    const env = {
      EVENT_GRID_VALIDATION_KEY: SECRET,
      MESSAGING_CONNECT_ENABLED: "true",
      WHATSAPP_CHANNEL_ID: OTHER_CHANNEL_ID,
    };
    world = await startWorld({}, {}, env);
  }, 120_000);
  afterAll(() => world.close());

  const sentTo = (to: string) => world.acs.sent.filter((message) => message.to === to);

  test.each([
    { schema: "eventgrid", from: "5561912340001" },
    { schema: "cloudevents", from: "5561912340002" },
  ] as const)(
    "a subscription is made and a person answered ($schema)",
    async ({ schema, from }) => {
      const grid = world.subscribe({ schema, url: `${world.webhook}?code=${SECRET}` });
      expect(await grid.handshake()).toBe(true);
      await grid.say({ channelId: CHANNEL_ID, from }, "Olá, você 😀");
      await eventually(() => sentTo(`+${from}`).length === 1);
      const [sent] = sentTo(`+${from}`);
      expect(sent).toMatchObject({ channelId: CHANNEL_ID, body: { content: "eco Olá, você 😀" } });
      await eventually(async () => (await world.statusOf(sent?.messageId)) === "read");
      expect(world.acs.refusals).toStrictEqual([]);
      expect(grid.lost).toStrictEqual([]);
    },
  );

  test("the secret of a custom header is as good", async () => {
    const grid = world.subscribe({ url: world.webhook, properties: { "X-Bridge-Secret": SECRET } });
    expect(await grid.handshake()).toBe(true);
    expect(await grid.post([])).toBe(200);
  });

  test("a tapped button reaches the bot as its payload", async () => {
    const person = { channelId: CHANNEL_ID, from: "5561912340003" };
    await world.acs.grid.say(person, "menu");
    await eventually(() => sentTo("+5561912340003").length === 1);
    expect(sentTo("+5561912340003")[0]?.kind).toBe("interactive");
    await world.acs.grid.tap(person, { id: "/sim", title: "Sim" });
    await eventually(() => sentTo("+5561912340003").length === 2);
    expect(sentTo("+5561912340003")[1]?.body).toMatchObject({ content: "eco /sim" });
  });

  test.each(["eventgrid", "cloudevents"] as const)(
    "a stranger gets nowhere (%s)",
    async (schema) => {
      const stranger = world.subscribe({ schema, url: `${world.webhook}?code=wrong` });
      expect(await stranger.handshake()).toBe(false);
      const event = write({ channelId: CHANNEL_ID, from: "5561912340004" }, "Oi");
      expect(await stranger.deliver([event])).toBe(false);
      expect(stranger.tries).toStrictEqual([{ status: 401, attempt: 0 }]);
      expect(sentTo("+5561912340004")).toStrictEqual([]);
    },
  );

  test("a person who hides the number is answered by user id, and once", async () => {
    const fromBSUID = "BR.48120000000000000001";
    const event = write({ channelId: CHANNEL_ID, fromBSUID }, "Oi");
    await world.acs.grid.deliver([event, event]);
    await world.acs.grid.deliver([{ ...event, id: "another-event-of-the-same-message" }]);
    await world.acs.grid.say({ channelId: CHANNEL_ID, fromBSUID }, "fim");
    await eventually(() =>
      sentTo(fromBSUID).some(({ body }) => JSON.stringify(body).includes("fim")),
    );
    expect(sentTo(fromBSUID).map(({ body }) => body)).toMatchObject([
      { content: "eco Oi" },
      { content: "eco fim" },
    ]);
  });

  test("an answer that was lost is repeated as the same request: one message", async () => {
    const from = "5561912340005";
    world.acs.script([
      { kind: "reset", taken: true },
      { kind: "error", status: 503 },
    ]);
    await world.acs.grid.say({ channelId: CHANNEL_ID, from }, "Oi");
    await eventually(() => world.acs.unused().length === 0 && sentTo(`+${from}`).length > 0);
    const [sent] = sentTo(`+${from}`);
    await eventually(async () => (await world.statusOf(sent?.messageId)) === "read");
    expect(sentTo(`+${from}`)).toHaveLength(1);
  });

  test("a message that failed after it was taken says why", async () => {
    const from = "5561912340006";
    world.acs.script([{ kind: "fail_later", code: "131047" }]);
    await world.acs.grid.say({ channelId: CHANNEL_ID, from }, "Oi");
    await eventually(() => sentTo(`+${from}`).length === 1);
    const [sent] = sentTo(`+${from}`);
    await eventually(async () => (await world.statusOf(sent?.messageId)) === "failed");
  });

  test("a refused menu is sent as numbered text, and its number is a tap", async () => {
    const person = { channelId: CHANNEL_ID, from: "5561912340007" };
    world.acs.script([{ kind: "error", status: 400, code: "BadRequest" }]);
    await world.acs.grid.say(person, "menu");
    await eventually(() => sentTo("+5561912340007").length === 1);
    expect(sentTo("+5561912340007")[0]?.body).toMatchObject({
      kind: "text",
      content: "eco menu\n1. Sim\n\nResponda com o número da opção.",
    });
    await world.acs.grid.say(person, "1");
    await eventually(() => sentTo("+5561912340007").length === 2);
    expect(sentTo("+5561912340007")[1]?.body).toMatchObject({ content: "eco /sim" });
  });

  test("events of the second registration that come to the first one's address are its own", async () => {
    const from = "5561912340008";
    const first = write({ channelId: CHANNEL_ID, from }, "um");
    const second = write({ channelId: OTHER_CHANNEL_ID, from }, "dois");
    await world.acs.grid.deliver([first, second]);
    await world.acs.grid.deliver([write({ channelId: OTHER_CHANNEL_ID, from }, "três")]);
    await eventually(() => sentTo(`+${from}`).length === 3);
    const sent = sentTo(`+${from}`).map(({ channelId, body }) => [channelId, body]);
    expect(sent).toStrictEqual(
      expect.arrayContaining([
        [CHANNEL_ID, expect.objectContaining({ content: "eco um" })],
        [OTHER_CHANNEL_ID, expect.objectContaining({ content: "eco dois" })],
        [OTHER_CHANNEL_ID, expect.objectContaining({ content: "eco três" })],
      ]),
    );
    for (const { messageId } of sentTo(`+${from}`))
      await eventually(async () => (await world.statusOf(messageId)) === "read");
  });

  test("a picture is fetched, signed, as its bytes, and the bot is told of it", async () => {
    const media = { mimeType: "image/png", id: "8d5f2b10", caption: "foto" };
    const inbound = { channelId: CHANNEL_ID, from: "5561912340010" };
    await world.acs.grid.deliver([messageEvent(inbound, { messageType: "image", media })]);
    await eventually(() => sentTo("+5561912340010").length === 1);
    const told = JSON.stringify(world.rasa.turns.find(({ message }) => message === "foto"));
    expect(told).toContain(createHash("sha256").update(PNG).digest("hex"));
    expect(world.acs.calls.map(({ target }) => target)).toContain(
      "/messages/streams/8d5f2b10?api-version=2024-08-30",
    );
    expect(world.acs.refusals).toStrictEqual([]);
  });

  test("secrets reach no log", () => {
    const output = world.bridge.output();
    expect(output.length).toBeGreaterThan(0);
    for (const secret of [SECRET, ACCESS_KEY]) expect(output).not.toContain(secret);
  });
});

describe("the whole way, with tokens of Entra", () => {
  let world: World;
  let entra: Entra;
  beforeAll(async () => {
    entra = await startEntra();
    world = await startWorld(
      { token: () => entra.token({ tenant: TENANT, audience: AUDIENCE }) },
      { entra_authority: entra.url },
      { EVENT_GRID_ENTRA_TENANT_ID: TENANT, EVENT_GRID_ENTRA_AUDIENCE: AUDIENCE },
    );
  }, 120_000);
  afterAll(async () => {
    await world.close();
    await entra.close();
  });

  test("a person is answered", async () => {
    expect(await world.acs.grid.handshake()).toBe(true);
    await world.acs.grid.say({ channelId: CHANNEL_ID, from: "5561912340009" }, "Oi");
    await eventually(() => world.acs.sent.length === 1);
    const [sent] = world.acs.sent;
    await eventually(async () => (await world.statusOf(sent?.messageId)) === "read");
  });

  test("a token whose key cannot be had is to be sent again", async () => {
    await entra.rotate();
    entra.answer(500);
    expect(await world.acs.grid.post([])).toBe(503);
    expect(await world.acs.grid.handshake()).toBe(false);
  });

  test("nothing but a token opens", async () => {
    const stranger = world.subscribe({ url: `${world.webhook}?code=` });
    expect(await stranger.post([])).toBe(401);
  });
});
