import { randomUUIDv7 } from "node:crypto";
import { createServer } from "node:http";
import type { Server } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { revokeKey } from "../../../src/db/api-keys.ts";
import type { Database, Queryable } from "../../../src/db/driver.ts";
import { isStillAllowed } from "../../../src/http/api/stream.ts";
import {
  createStreamHub,
  type StreamDependencies,
  type StreamHub,
} from "../../../src/http/api/stream-hub.ts";
import { BridgeError } from "../../../src/errors.ts";
import { listQuickest } from "../../database.ts";
import { listen, stopListening } from "../../standins/listen.ts";
import { until } from "../../until.ts";
import { ADMIN_KEY, createApiUnderTest } from "./api-client.ts";
import { makeKey } from "./keys.ts";
import type { Listener } from "./listener.ts";
import { listenTo } from "./listener.ts";
import { uuid } from "./seed.ts";
import { emptyDatabase } from "../../db/empty.ts";

const TALK = uuid(801);
const CAMPAIGN = uuid(802);

/** Recent enough for a position to be one that could be told from. */
const NOW = new Date().toISOString();

interface Sent {
  readonly channel?: string;
  readonly campaign?: string;
  readonly talk?: string;
}

async function addMessage(db: Queryable, { channel, campaign, talk }: Sent = {}): Promise<string> {
  const id = randomUUIDv7();
  await db.query(
    `insert into messages (id, seq, conversation_id, contact_id, channel, account, direction, status, text, payload,
       correlation_id, campaign_id)
     values ($1::text::uuid, nextval('message_seq'), $2::text::uuid, $1::text::uuid, $3::text, '111', 'out', 'queued',
       'um segredo', '{"to":"5561991234567"}', 'pedido-1', $4::text::uuid)`,
    [id, talk ?? TALK, channel ?? "whatsapp", campaign ?? null],
  );
  return id;
}

const change = (db: Queryable, id: string, status: string) =>
  db.query(
    `update messages set status = $2::text, changed_at = now(),
       sent_at = case when $2::text = 'sent' then now() else sent_at end where id = $1::text::uuid`,
    [id, status],
  );

async function arrive(db: Queryable, channel = "whatsapp"): Promise<string> {
  const id = randomUUIDv7();
  await db.query(
    `insert into inbox (id, conversation_id, channel, account, external_id, message_id, message, sent_at)
     values (nextval('inbox_id_seq'), $2::text::uuid, $3::text, '111', $1::text, $1::text::uuid,
       '{"text":"um segredo"}', now())`,
    [id, TALK, channel],
  );
  return id;
}

async function addCampaign(db: Queryable, state = "running", channel = "whatsapp"): Promise<void> {
  await db.query(
    `insert into campaigns (id, channel, accounts, name, message, state, created_by)
     values ($1::text::uuid, $3::text, '{111}', 'Aviso', '{"text":"Olá"}', $2::text, 'admin')`,
    [CAMPAIGN, state, channel],
  );
}

const idsOf = ({ heard }: Listener) =>
  heard.filter(({ event }) => event !== "campaign").map(({ data }) => String(data["id"]));

/** So many milliseconds are enough for several looks at the database. */
const A_WHILE_MS = 150;

describe.each(await listQuickest())("the live stream on $label", ({ open }) => {
  let db: Database;
  let running: { server: Server; hub: StreamHub }[];
  let listeners: Listener[];

  beforeAll(async () => {
    db = await open();
  });

  afterAll(() => db.close());

  beforeEach(async () => {
    running = [];
    listeners = [];
    await emptyDatabase(db);
  });

  afterEach(async () => {
    for (const listener of listeners) listener.leave();
    for (const { server, hub } of running) {
      hub.close();
      await stopListening(server);
    }
  });

  /** One process of the bridge, with its own hub; returns its address. */
  const process = async (options: Partial<StreamDependencies> = {}) => {
    const { times, ...rest } = options;
    const hub = createStreamHub({
      db,
      log: { warn: () => undefined },
      isAllowed: (caller) => isStillAllowed(db, caller),
      times: { pollMs: 10, campaignMs: 10, ...times },
      ...rest,
    });
    const server = createServer(createApiUnderTest(db, { stream: hub }).app);
    running.push({ server, hub });
    const port = await listen(server);
    return { hub, server, url: `http://127.0.0.1:${port}/api/v1/events/stream` };
  };

  const hear = async (
    url: string,
    { key = ADMIN_KEY, from, only }: { key?: string; from?: string; only?: number } = {},
  ) => {
    const headers = {
      authorization: `Bearer ${key}`,
      ...(from !== undefined && { "last-event-id": from }),
    };
    const listener = await listenTo(url, headers, only === undefined ? {} : { only });
    listeners.push(listener);
    // It hears what happens from the moment on at which it is told where it stands.
    if (listener.status() === 200 && from === undefined)
      await until(() => listener.lastId() !== "" || listener.isOver());
    return listener;
  };

  test("tells each state of a message, without what it says and to whom", async () => {
    const { url } = await process();
    const listener = await hear(url);
    const id = await addMessage(db);
    await until(() => listener.heard.length === 1);
    await change(db, id, "sent");
    await until(() => listener.heard.length === 2);
    expect(listener.heard[1]).toEqual({
      event: "message",
      data: {
        id,
        conversation_id: TALK,
        channel: "whatsapp",
        account: "111",
        direction: "out",
        status: "sent",
        changed_at: expect.stringMatching(/^\d{4}-.*Z$/),
        correlation_id: "pedido-1",
        campaign_id: null,
      },
    });
    expect(listener.text()).not.toMatch(/segredo|5561991234567/);
  });

  test("tells what people write", async () => {
    const { url } = await process();
    const listener = await hear(url);
    const id = await arrive(db);
    await until(() => listener.heard.length === 1);
    expect(listener.heard[0]).toMatchObject({
      event: "inbound",
      data: { id, direction: "in", status: "received", conversation_id: TALK },
    });
    expect(listener.text()).not.toContain("segredo");
  });

  test("is a stream that no proxy holds back or keeps", async () => {
    const { url } = await process();
    const listener = await hear(url);
    expect(listener.headers()).toMatchObject({
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-store, no-transform",
      "x-accel-buffering": "no",
    });
    expect(listener.headers()).not.toHaveProperty("content-encoding");
    expect(listener.text()).toMatch(/^retry: 2000\n\n/);
  });

  test("what was there before is not told", async () => {
    await addMessage(db);
    const { url } = await process();
    const listener = await hear(url);
    const id = await addMessage(db);
    await until(() => listener.heard.length > 0);
    expect(idsOf(listener)).toEqual([id]);
  });

  test("two processes tell all, whichever changed it", async () => {
    const one = await hear((await process()).url);
    const other = await hear((await process()).url);
    const ids = [await addMessage(db), await addMessage(db), await arrive(db)];
    await until(() => one.heard.length === 3 && other.heard.length === 3);
    expect(idsOf(one).toSorted()).toEqual(ids.toSorted());
    expect(idsOf(other).toSorted()).toEqual(ids.toSorted());
  });

  test("a row written again without news is not told again", async () => {
    const { url } = await process();
    const listener = await hear(url);
    const id = await addMessage(db);
    await until(() => listener.heard.length === 1);
    await db.query("update messages set notes = '[]' where id = $1::text::uuid", [id]);
    const last = await addMessage(db);
    await until(() => idsOf(listener).includes(last));
    expect(idsOf(listener)).toEqual([id, last]);
  });

  test.each([1, 2, 3, 6])(
    "who was cut off after event %i of 6 is told the rest by another process, and nothing twice",
    async (only) => {
      const { url } = await process();
      const first = await hear(url, { only });
      await db.transaction(async (tx) => {
        for (let n = 0; n < 6; n += 1) await addMessage(tx);
      });
      await until(() => first.heard.length === only);
      first.leave();
      const meanwhile = await arrive(db);
      const second = await hear((await process()).url, { from: first.lastId() });
      const after = await addMessage(db);
      await until(() => idsOf(second).includes(after));
      const all = [...idsOf(first), ...idsOf(second)];
      expect(all).toHaveLength(8);
      expect(new Set(all).size).toBe(8);
      expect(all).toContain(meanwhile);
    },
  );

  test("who comes back again and again while much happens is told everything once", async () => {
    const urls = [(await process()).url, (await process()).url];
    let from: string | undefined;
    const ids: string[] = [];
    const told: string[] = [];
    for (let round = 0; round < 12; round += 1) {
      const only = 1 + (round % 4);
      const listener = await hear(urls[round % 2] ?? "", { only, ...(from && { from }) });
      for (let n = 0; n < 5; n += 1) ids.push(await addMessage(db));
      await until(() => listener.heard.length === only);
      listener.leave();
      told.push(...idsOf(listener));
      from = listener.lastId();
    }
    const last = await hear(urls[0] ?? "", { ...(from && { from }) });
    await until(() => told.length + last.heard.length >= ids.length);
    told.push(...idsOf(last));
    expect(told.toSorted()).toEqual(ids.toSorted());
  });

  test("a process that has read less far tells nothing twice", async () => {
    const slow = await process({ times: { pollMs: 1_000_000 } });
    await hear(slow.url);
    const first = await hear((await process()).url);
    const ids = [await addMessage(db), await addMessage(db), await addMessage(db)];
    await until(() => first.heard.length === 3);
    first.leave();
    const second = await hear(slow.url, { from: first.lastId() });
    await until(() => second.lastId() !== "");
    const last = await addMessage(db);
    await hear(slow.url);
    await until(() => second.heard.length > 0);
    expect([...idsOf(first), ...idsOf(second)].toSorted()).toEqual([...ids, last].toSorted());
  });

  test("a heartbeat says where a quiet client stands", async () => {
    const { url } = await process({ times: { heartbeatMs: 20 } });
    const listener = await hear(url);
    const before = listener.lastId();
    await addMessage(db, { channel: "serpro" });
    const { key } = await makeKey(db);
    const own = await hear(url, { key });
    await until(() => listener.heard.length === 1 && listener.lastId() !== before);
    await until(() => own.text().split(": heartbeat").length > 3);
    own.leave();
    const again = await hear(url, { key, from: own.lastId() });
    const id = await addMessage(db);
    await until(() => again.heard.length > 0);
    expect(idsOf(again)).toEqual([id]);
  });

  test.each([
    { label: "of another program", from: "42" },
    { label: "with a snapshot that is none", from: `${NOW}~9:5:` },
    { label: "with a list out of order", from: `${NOW}~5:20:9,8` },
    {
      label: "with a number beyond all",
      from: `${NOW}~1:9999999999999999999:`,
    },
    { label: "with a broken place", from: `${NOW}~5:5:~x~y` },
    { label: "that is endless", from: `${NOW}~5:5:${"9".repeat(9_000)}` },
    { label: "of long ago", from: "2020-01-01T00:00:00.000000Z~5:5:" },
    {
      label: "from a database that is further",
      from: `${NOW}~999999999999:999999999999:`,
    },
  ])("a position $label begins anew and says so", async ({ from }) => {
    await addMessage(db);
    const { url } = await process();
    const listener = await hear(url, { from });
    await until(() => listener.lastId() !== "");
    const id = await addMessage(db);
    await until(() => listener.heard.length === 2);
    expect(listener.heard).toMatchObject([
      { event: "reset", data: { reason: "unknown_position" } },
      { event: "message", data: { id } },
    ]);
  });

  test("once ends when all is told that happened until now", async () => {
    const { url } = await process();
    const first = await hear(`${url}?once=true`);
    await until(() => first.isOver());
    const ids = [await addMessage(db), await addMessage(db)];
    const second = await hear(`${url}?once=true`, { from: first.lastId() });
    await until(() => second.isOver());
    expect(idsOf(second).toSorted()).toEqual(ids.toSorted());
    const third = await hear(`${url}?once=true`, { from: second.lastId() });
    await until(() => third.isOver());
    expect(idsOf(third)).toEqual([]);
  });

  test.each([
    { filter: "channel=serpro", want: ["serpro"] },
    { filter: `conversation_id=${uuid(810)}`, want: ["talk"] },
    { filter: `campaign_id=${CAMPAIGN}`, want: ["campaign"] },
    { filter: `channel=whatsapp&conversation_id=${uuid(810)}`, want: ["talk"] },
  ])("only $filter", async ({ filter, want }) => {
    const { url } = await process();
    const listener = await hear(`${url}?${filter}`);
    const all = await hear(url);
    const names = new Map([
      [await addMessage(db, { channel: "serpro" }), "serpro"],
      [await addMessage(db, { talk: uuid(810) }), "talk"],
      [await addMessage(db, { campaign: CAMPAIGN }), "campaign"],
      [await arrive(db), "inbound"],
    ]);
    await until(() => idsOf(all).length === names.size);
    expect(idsOf(listener).map((id) => names.get(id))).toEqual(want);
  });

  test("a tenant hears of its own channels only", async () => {
    const { url } = await process();
    const { key } = await makeKey(db);
    const tenant = await hear(url, { key });
    const all = await hear(url);
    await addCampaign(db, "running", "serpro");
    await addMessage(db, { channel: "serpro", campaign: CAMPAIGN });
    await arrive(db, "serpro");
    const own = await addMessage(db);
    await until(() => idsOf(tenant).includes(own));
    await until(() => all.heard.some(({ event }) => event === "campaign"));
    expect(tenant.heard).toHaveLength(1);
  });

  test("a key hears of what its scopes allow", async () => {
    const { url } = await process();
    const none = await hear(url, { key: (await makeKey(db, { scopes: ["stats:read"] })).key });
    expect(none.status()).toBe(403);
    await addCampaign(db);
    const messages = await hear(url, {
      key: (await makeKey(db, { scopes: ["messages:read"] })).key,
    });
    const campaigns = await hear(url, {
      key: (await makeKey(db, { scopes: ["campaigns:read"] })).key,
    });
    const id = await addMessage(db, { campaign: CAMPAIGN });
    await until(() => messages.heard.length > 0 && campaigns.heard.length > 0);
    await sleep(A_WHILE_MS);
    expect(idsOf(messages)).toEqual([id]);
    expect(new Set(campaigns.heard.map(({ event }) => event))).toEqual(new Set(["campaign"]));
  });

  describe("campaigns", () => {
    const states = (listener: Listener) =>
      listener.heard.filter(({ event }) => event === "campaign").map(({ data }) => data);

    test("their state and figures are told when they change, and once", async () => {
      await addCampaign(db, "paused");
      const { url } = await process();
      const listener = await hear(url);
      await until(() => states(listener).length === 1);
      expect(states(listener)[0]).toMatchObject({
        id: CAMPAIGN,
        channel: "whatsapp",
        state: "paused",
        figures: { audience: 0, sent: 0 },
      });
      await sleep(A_WHILE_MS);
      expect(states(listener)).toHaveLength(1);
      await change(db, await addMessage(db, { campaign: CAMPAIGN }), "delivered");
      await until(() => JSON.stringify(states(listener).at(-1)).includes('"delivered":1'));
      await db.query("update campaigns set state = 'cancelled', updated_at = now()");
      await until(() => states(listener).at(-1)?.["state"] === "cancelled");
    });

    test("one that is over is told to who asks for it, and not to others", async () => {
      await addCampaign(db, "done");
      const { url } = await process();
      const other = await hear(url);
      const listener = await hear(`${url}?campaign_id=${CAMPAIGN}`);
      await until(() => states(listener)[0]?.["state"] === "done");
      const elsewhere = await hear(`${url}?campaign_id=${uuid(899)}`);
      await sleep(A_WHILE_MS);
      expect([states(other).length <= 1, states(elsewhere)]).toEqual([true, []]);
    });

    test("are counted no more often than is said", async () => {
      await addCampaign(db);
      const everyMs = 300;
      const { url } = await process({ times: { campaignMs: everyMs } });
      const listener = await hear(url);
      const began = performance.now();
      while (states(listener).length < 4) {
        await addMessage(db, { campaign: CAMPAIGN });
        await sleep(10);
      }
      // The first look may come at once.
      expect(performance.now() - began).toBeGreaterThanOrEqual(2 * everyMs);
    });

    test("of a campaign that is deleted nothing more is told", async () => {
      await addCampaign(db, "scheduled");
      const { url } = await process();
      const listener = await hear(url);
      await until(() => states(listener).length === 1);
      await db.query("delete from campaigns");
      await addMessage(db, { campaign: CAMPAIGN });
      await until(() => idsOf(listener).length === 1);
      await sleep(A_WHILE_MS);
      expect(states(listener)).toHaveLength(1);
    });
  });

  describe("limits", () => {
    test("a key has so many streams and no more, whatever others have", async () => {
      const { url, hub } = await process({ maxClientsPerKey: 2 });
      const { key } = await makeKey(db);
      const first = await hear(url, { key });
      await hear(url, { key });
      const refused = await hear(url, { key });
      expect(refused.status()).toBe(429);
      expect(refused.headers()["content-type"]).toContain("application/problem+json");
      expect((await hear(url)).status()).toBe(200);
      first.leave();
      await until(() => hub.clients() === 2);
      expect((await hear(url, { key })).status()).toBe(200);
    });

    test("nobody reads the database while nobody listens", async () => {
      let count = 0;
      const counting: Queryable = {
        query: (text, values) => {
          count += 1;
          return db.query(text, values);
        },
      };
      const { url, hub } = await process({ db: counting });
      const listener = await hear(url);
      await until(() => count > 5);
      listener.leave();
      await until(() => hub.clients() === 0);
      await sleep(50);
      const before = count;
      await sleep(A_WHILE_MS);
      expect(count).toBe(before);
      const again = await hear(url);
      const id = await addMessage(db);
      await until(() => again.heard.length > 0);
      expect(idsOf(again)).toEqual([id]);
    });

    test("a revoked key loses its stream, another one keeps it", async () => {
      const { url } = await process({ times: { checkMs: 20 } });
      const { id, key } = await makeKey(db);
      const revoked = await hear(url, { key });
      const kept = await hear(url, { key: (await makeKey(db)).key });
      const admin = await hear(url);
      await sleep(A_WHILE_MS);
      expect(revoked.isOver()).toBe(false);
      await revokeKey(db, id, undefined);
      await until(() => revoked.isOver());
      expect([kept.isOver(), admin.isOver()]).toEqual([false, false]);
    });

    test("an expired key loses its stream", async () => {
      const { url } = await process({ times: { checkMs: 20 } });
      const { id, key } = await makeKey(db);
      const listener = await hear(url, { key });
      await db.query("update api_keys set expires_at = now() where id = $1::text", [id]);
      await until(() => listener.isOver());
    });

    test("a database that is away for a while costs nobody an event", async () => {
      let isAway = false;
      const shaky: Queryable = {
        query: (text, values) =>
          isAway
            ? Promise.reject(new BridgeError("store_unavailable", "away"))
            : db.query(text, values),
      };
      const { url } = await process({ db: shaky });
      const listener = await hear(url);
      isAway = true;
      const ids = [await addMessage(db), await arrive(db)];
      await sleep(A_WHILE_MS);
      expect(listener.heard).toEqual([]);
      isAway = false;
      await until(() => listener.heard.length === 2);
      expect(idsOf(listener).toSorted()).toEqual(ids.toSorted());
    });

    test("closing ends all streams and lets nobody in, so that a server can stop", async () => {
      const { url, hub, server } = await process();
      const listener = await hear(url);
      hub.close();
      await until(() => listener.isOver());
      expect((await hear(url)).status()).toBe(429);
      const closed = new Promise((resolve) => {
        server.close(resolve);
      });
      server.closeIdleConnections();
      await closed;
    });

    test.each(["?colour=red", "?campaign_id=1", "?once=maybe"])("%s is refused", async (query) => {
      const { url } = await process();
      expect((await hear(`${url}${query}`)).status()).toBe(422);
    });
  });
});
