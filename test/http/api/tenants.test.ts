import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { z } from "zod";
import type { Database } from "../../../src/db/driver.ts";
import type { ApiChannel } from "../../../src/http/api/dependencies.ts";
import { ROUTES } from "../../../src/http/api/routes.ts";
import { listQuickest } from "../../database.ts";
import { type ApiUnderTest, CHANNELS, createApiUnderTest } from "./api-client.ts";
import { EXAMPLES } from "./examples.ts";
import { makeKey } from "./keys.ts";
import { IDS, seed } from "./seed.ts";

/** A channel of the tenant that the foreign keys are of. */
const THEIRS: readonly [string, ApiChannel] = [
  "theirs",
  { type: "rest", tenant: "other", channel: { accounts: ["9"], delivery: "collect" } },
];

const CHANNEL = { accounts: ["1"], delivery: "push" as const };

/** Tables that a call of one's own may write to: they are compared by what they hold of others. */
const OF_CALLS = ["idempotency_keys", "audit_log", "api_keys"];

const names = z.array(z.object({ name: z.string() }));
const sums = z.array(z.object({ sum: z.string().nullable() }));

/** What all tables hold, a line each; of keys and the audit log what is not of the tenant `other`. */
async function contentOf(db: Database): Promise<Record<string, string | null>> {
  const tables = names.parse(
    await db.query(
      "select tablename as name from pg_tables where schemaname = 'public' order by 1",
    ),
  );
  const content: Record<string, string | null> = {};
  for (const { name } of tables) {
    if (name === "idempotency_keys") continue;
    const where = OF_CALLS.includes(name) ? "where t.tenant is distinct from 'other'" : "";
    const rows = await db.query(
      `select md5(string_agg(t::text, '|' order by t::text)) as sum from ${name} t ${where}`,
    );
    content[name] = sums.parse(rows)[0]?.sum ?? null;
  }
  return content;
}

/** Makes a key that allows everything of its tenant. */
async function keyOf(db: Database, tenant: string): Promise<string> {
  return (await makeKey(db, { tenant })).key;
}

const OPERATIONS = ROUTES.map(({ method, path, status }) => {
  const operation = `${method} ${path}`;
  return { operation, method, status, example: EXAMPLES[operation] };
});

describe.each(await listQuickest())("tenants on $label", ({ open }) => {
  let db: Database;
  let api: ApiUnderTest;

  beforeAll(async () => {
    db = await open();
  });
  beforeEach(async () => {
    await seed(db);
    api = createApiUnderTest(db, { channels: new Map([...CHANNELS, THEIRS]) });
  });
  afterAll(() => db.close());

  test.each(OPERATIONS)(
    "$operation tells a key of another tenant nothing and changes nothing",
    async ({ method, example }) => {
      if (example === undefined) throw new Error("test/http/api/examples.ts has no entry for it");
      const { path, body, foreign } = example;
      const key = await keyOf(db, "other");
      const before = await contentOf(db);
      const answer = await api.call(method, path, body, key);

      expect(await contentOf(db)).toEqual(before);
      expect([api.replayed, api.announced, api.bugs]).toEqual([[], [], []]);
      const asked = `${path}${JSON.stringify(body)}`;
      for (const id of [...Object.values(IDS), "Maria", "5561991234567", "whatsapp"])
        if (!asked.includes(id)) expect(answer.text).not.toContain(id);
      switch (foreign) {
        case "not found":
          expect([answer.status, answer.body.code]).toEqual([
            404,
            expect.stringMatching(/^(request_not_found|channel_unknown)$/),
          ]);
          break;
        case "refused": {
          const nobodys = JSON.stringify(body ?? {}).replace("whatsapp", "nobodys");
          const unknown = await api.call(
            method,
            path,
            z.looseObject({}).parse(JSON.parse(nobodys)),
          );
          expect([answer.status, answer.body.code]).toEqual([422, "request_invalid"]);
          expect(answer.body.errors).toEqual(unknown.body.errors);
          break;
        }
        case "forbidden":
          expect([answer.status, answer.body.code]).toEqual([403, "request_forbidden"]);
          break;
        case "nothing":
          expect(answer.status).toBeLessThan(300);
          expect(answer.body.data ?? []).toEqual([]);
          expect(answer.body).not.toMatchObject({ next_cursor: expect.any(String) });
          break;
        case "open":
          expect(answer.status).toBeLessThan(300);
      }
    },
    30_000,
  );

  test.each(OPERATIONS.filter(({ example }) => example?.foreign !== "forbidden"))(
    "$operation serves a key of the tenant itself",
    async ({ method, status, example }) => {
      const { path, body, foreign } = example ?? { path: "" };
      const answer = await api.call(method, path, body, await keyOf(db, "default"));
      expect(answer.status).toBe(status);
      if (foreign === "nothing" && method === "get") expect(answer.body.data).not.toEqual([]);
    },
    30_000,
  );

  test("a replay by the ids of others replays none of them", async () => {
    const body = { ids: [IDS.failedNotice, IDS.dead, IDS.brokenEvent] };
    const before = await contentOf(db);
    const key = await keyOf(db, "other");
    const answer = await api.call("post", "/dead-letters/replay", body, key);
    expect(answer.body).toMatchObject({ matched: 0, replayed: 0, by_channel: {} });
    expect({ ...(await contentOf(db)), api_keys: "" }).toEqual({ ...before, api_keys: "" });
    expect(api.replayed).toEqual([]);
    const own = await api.call("post", "/dead-letters/replay", body, await keyOf(db, "default"));
    expect(own.body).toMatchObject({ matched: 3, replayed: 3 });
  });

  test("a discarding by the ids of others discards none of them", async () => {
    const body = { ids: [IDS.failedNotice, IDS.dead, IDS.brokenEvent] };
    const before = await contentOf(db);
    const key = await keyOf(db, "other");
    const answer = await api.call("post", "/dead-letters/discard", body, key);
    expect(answer.body).toMatchObject({ matched: 0, discarded: 0, by_channel: {} });
    expect({ ...(await contentOf(db)), api_keys: "" }).toEqual({ ...before, api_keys: "" });
    await api.post("/dead-letters/discard", body);
    // That they were discarded is nothing others are told either.
    const replay = await api.call("post", "/dead-letters/replay", body, key);
    expect(replay.body).toMatchObject({ matched: 0, replayed: 0 });
  });

  test.each([
    { path: "/messages?channel=whatsapp" },
    { path: `/messages?conversation_id=${IDS.phoneConversation}` },
    { path: `/conversations?contact_id=${IDS.maria}` },
    { path: "/interactions?account=111" },
    { path: "/events?channel=whatsapp" },
    { path: "/dead-letters?kind=webhook" },
  ])("$path finds nothing of others", async ({ path }) => {
    expect((await api.get(path)).body.data).not.toEqual([]);
    const { body } = await api.call("get", path, undefined, await keyOf(db, "other"));
    expect(body).toEqual({ data: [], next_cursor: null });
  });

  test("of a person with identities on channels of two tenants, each sees its own", async () => {
    const channels = new Map([
      ["whatsapp", { type: "cloud", tenant: "default", channel: CHANNEL }],
      ["rest", { type: "rest", tenant: "other", channel: CHANNEL }],
    ]);
    api = createApiUnderTest(db, { channels });
    const seen = async (tenant: string) => {
      const key = await keyOf(db, tenant);
      const { body } = await api.call("get", `/contacts/${IDS.maria}`, undefined, key);
      return z
        .object({
          identities: z.array(z.object({ channel: z.string() })),
          opt_outs: z.array(z.unknown()),
        })
        .transform(({ identities, opt_outs: outs }) => [
          identities.map(({ channel }) => channel),
          outs.length,
        ])
        .parse(body);
    };
    expect(await seen("default")).toEqual([["whatsapp", "whatsapp"], 2]);
    expect(await seen("other")).toEqual([["rest"], 0]);
  });

  test("what a channel did that is no longer configured is only the admin's", async () => {
    api = createApiUnderTest(db, { channels: new Map() });
    const { body } = await api.call("get", "/messages", undefined, await keyOf(db, "default"));
    expect(body.data).toEqual([]);
    expect((await api.get("/messages")).body.data).not.toEqual([]);
  });
});
