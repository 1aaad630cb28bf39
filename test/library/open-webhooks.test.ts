import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { openPostgres } from "../../src/db/postgres.ts";
import { openWebhooks, type Webhooks } from "../../src/library/open-webhooks.ts";
import type { WebhookCall } from "../../src/library/webhook-call.ts";
import { createServerDatabase, hasServer, type ServerDatabase } from "../database.ts";
import { messageEvent, writeBatch } from "../standins/event-grid-events.ts";
import {
  ACS_CHANNEL,
  APP_SECRET,
  GRID_SECRET,
  libraryOptions,
  signedText,
  VERIFY_TOKEN,
} from "./options.ts";

const PATH = "/webhooks/whatsapp/webhook";

function post(path: string, { rawBody, headers }: ReturnType<typeof signedText>): WebhookCall {
  return { method: "POST", path, headers, query: new URLSearchParams(), body: rawBody };
}

function get(path: string, query: Record<string, string> = {}): WebhookCall {
  const parameters = new URLSearchParams(query);
  return { method: "GET", path, headers: {}, query: parameters, body: new Uint8Array() };
}

describe("without a database", () => {
  test("it says which setting it needs", async () => {
    await expect(openWebhooks(libraryOptions())).rejects.toThrow(
      "database.url (DATABASE_URL): is required here",
    );
  });

  test("a genuine webhook is to be sent again, a forged one never", async () => {
    const options = libraryOptions("postgres://nobody@127.0.0.1:1/none");
    const webhooks = await openWebhooks(options);
    const away = await webhooks.handle(post(PATH, signedText("wamid.AWAY", "oi")));
    expect(away).toEqual({ status: 503, headers: { "Retry-After": "2" }, body: "" });
    const { rawBody } = signedText("wamid.FORGED", "oi");
    const forged = { rawBody, headers: { "x-hub-signature-256": `sha256=${"0".repeat(64)}` } };
    expect((await webhooks.handle(post(PATH, forged))).status).toBe(401);
    await expect(webhooks.check()).rejects.toMatchObject({ code: "store_unavailable" });
    await expect(webhooks.acceptEvents("acs", [{}])).rejects.toThrow();
    await webhooks.close();
    expect(options.log()).toContain("a webhook could not be stored");
    for (const secret of [APP_SECRET, VERIFY_TOKEN, GRID_SECRET])
      expect(options.log()).not.toContain(secret);
  });
});

const server: ServerDatabase | undefined = (await hasServer())
  ? await createServerDatabase()
  : undefined;

(server === undefined ? describe.skip : describe)("on PostgreSQL", () => {
  const url = server?.url ?? "";
  const db = openPostgres(url, { poolSize: 1 });
  let webhooks: Webhooks;
  const storedIds = async (): Promise<unknown[]> => {
    const rows = await db.query("select external_id from inbox order by external_id");
    return rows.map((row) => row["external_id"]);
  };

  beforeAll(async () => {
    webhooks = await openWebhooks(libraryOptions(url));
  });
  afterAll(async () => {
    await webhooks.close();
    await db.close();
    await server?.drop();
  });

  test("the handshake is answered with the challenge", async () => {
    const query = { "hub.mode": "subscribe", "hub.challenge": "4711" };
    const asked = get(PATH, { ...query, "hub.verify_token": VERIFY_TOKEN });
    expect(await webhooks.handle(asked)).toMatchObject({ status: 200, body: "4711" });
    const guessed = get(PATH, { ...query, "hub.verify_token": "a-guess" });
    expect((await webhooks.handle(guessed)).status).toBe(403);
  });

  test("what is answered 200 is stored, once, at the address and its alias", async () => {
    const call = signedText("wamid.LIBRARY1", "olá");
    const first = await webhooks.handle(post(PATH, call));
    expect(first).toMatchObject({ status: 200, body: '{"status":"ok"}' });
    const second = await webhooks.handle(post("/api/v1/whatsapp/webhook", call));
    expect(second.status).toBe(200);
    expect(await storedIds()).toEqual(["wamid.LIBRARY1"]);
  });

  test("header names may come in any case", async () => {
    const { rawBody, headers } = signedText("wamid.LIBRARY2", "olá");
    const loud = Object.entries(headers).map(([name, value]) => [name.toUpperCase(), value]);
    const call = post(PATH, { rawBody, headers: Object.fromEntries(loud) });
    expect((await webhooks.handle(call)).status).toBe(200);
  });

  test.each([
    { label: "a channel that nobody configured", call: get("/webhooks/other/webhook"), want: 404 },
    { label: "a channel of web clients", call: get("/webhooks/rest/webhook"), want: 404 },
    { label: "another path", call: get("/admin"), want: 404 },
    { label: "a channel's status", call: get("/webhooks/whatsapp"), want: 200 },
    { label: "another method", call: { ...get(PATH), method: "DELETE" }, want: 405 },
    {
      label: "a body that is too large",
      call: { ...get(PATH), method: "POST", body: new Uint8Array(30 * 1024 * 1024) },
      want: 413,
    },
  ])("$label is answered $want", async ({ call, want }) => {
    expect((await webhooks.handle(call)).status).toBe(want);
  });

  test.each([{ schema: "eventgrid" }, { schema: "cloudevents" }] as const)(
    "an event in the schema $schema that the platform vouches for is stored without a secret",
    async ({ schema }) => {
      const event = messageEvent(
        { channelId: ACS_CHANNEL, from: "5511900000078", messageId: `lib-${schema}` },
        { content: "oi", messageType: "text" },
      );
      const written = writeBatch([event], schema);
      await webhooks.acceptEvents("acs", Array.isArray(written) ? written : [written]);
      expect(await storedIds()).toContain(`lib-${schema}`);
    },
  );

  test("a caller from outside cannot claim what the platform vouches for", async () => {
    const written = writeBatch(
      [messageEvent({ channelId: ACS_CHANNEL, messageId: "lib-claimed" }, { content: "oi" })],
      "eventgrid",
    );
    const claim = { isauthenticated: "true", "content-type": "application/json" };
    const call = { rawBody: Buffer.from(JSON.stringify(written)), headers: claim };
    expect((await webhooks.handle(post("/webhooks/acs/webhook", call))).status).toBe(401);
    expect(await storedIds()).not.toContain("lib-claimed");
  });

  test("events for a channel that does not know the platform are refused", async () => {
    await expect(webhooks.acceptEvents("whatsapp", [{}])).rejects.toThrow("answered 401");
    await expect(webhooks.acceptEvents("other", [{}])).rejects.toMatchObject({
      code: "channel_unknown",
    });
  });

  test("it is ready where it can write", async () => {
    await expect(webhooks.check()).resolves.toBeUndefined();
  });

  test("nothing is taken before a worker has made the tables", async () => {
    await db.query("update schema_migrations set version = version + 1000 where version = 1");
    const early = await openWebhooks(libraryOptions(url));
    const call = post(PATH, signedText("wamid.EARLY", "oi"));
    expect((await early.handle(call)).status).toBe(503);
    await db.query("update schema_migrations set version = version - 1000 where version = 1001");
    expect((await early.handle(call)).status).toBe(200);
    await early.close();
  });
});
