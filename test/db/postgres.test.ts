import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { Database } from "../../src/db/driver.ts";
import { openPostgres } from "../../src/db/postgres.ts";
import { createServerDatabase, hasServer, type ServerDatabase } from "../database.ts";
import { createTcpProxy, type TcpProxy } from "../standins/tcp-proxy.ts";

const AWAY = { code: "store_unavailable" };

/** Resolves with the milliseconds until `work` was refused as unavailable. */
async function msUntilAway(work: Promise<unknown>): Promise<number> {
  const start = performance.now();
  await expect(work).rejects.toMatchObject(AWAY);
  return performance.now() - start;
}

const KINDS = [
  { label: "a statement", run: (db: Database) => db.query("select 1") },
  { label: "a script", run: (db: Database) => db.script("select 1") },
  {
    label: "a transaction",
    run: (db: Database) => db.transaction((tx) => tx.query("select 1")),
  },
];

describe("a server that refuses connections", () => {
  test.each(KINDS)("makes $label unavailable at once", async ({ run }) => {
    const nobody = await createTcpProxy({ host: "127.0.0.1", port: 9 });
    const db = openPostgres(`postgres://ponte@127.0.0.1:${nobody.port}/ponte`, { poolSize: 1 });
    await msUntilAway(run(db));
    await db.close();
  });
});

test.each(KINDS)("after its end a pool makes $label unavailable", async ({ run }) => {
  const db = openPostgres("postgres://ponte@127.0.0.1:9/ponte", { poolSize: 1 });
  await db.close();
  await expect(run(db)).rejects.toMatchObject({
    ...AWAY,
    cause: expect.objectContaining({ message: "Cannot use a pool after calling end on the pool" }),
  });
});

/** What happens between a server and the pools of its clients. */
function testOnServer(): void {
  let server: ServerDatabase;
  let admin: Database;
  beforeAll(async () => {
    server = await createServerDatabase();
    admin = openPostgres(server.url, { poolSize: 2 });
    const name = new URL(server.url).pathname.slice(1);
    await admin.script(`alter database ${name} set deadlock_timeout = '100ms'`);
    await admin.script("create table kept (n int primary key, hits int not null default 0)");
  });
  afterAll(async () => {
    await admin.close();
    await server.drop();
  });
  beforeEach(() => admin.script("truncate kept"));

  const kept = async () => (await admin.query("select n from kept order by n")).map(({ n }) => n);

  describe("a server that freezes", () => {
    let proxy: TcpProxy;
    let db: Database;
    const LIMIT_MS = 500;
    beforeAll(async () => {
      const { hostname, port } = new URL(server.url);
      proxy = await createTcpProxy({ host: hostname, port: Number(port || 5432) });
      await proxy.start();
      const url = new URL(server.url);
      url.hostname = "127.0.0.1";
      url.port = `${proxy.port}`;
      db = openPostgres(url.href, { poolSize: 2, queryTimeoutMs: LIMIT_MS });
    });
    afterAll(async () => {
      await db.close();
      await proxy.stop();
    });
    beforeEach(async () => {
      proxy.thaw();
      await db.query("select 1");
    });

    test.each(KINDS)("makes $label unavailable within the time limit", async ({ run }) => {
      proxy.freeze();
      const ms = await msUntilAway(run(db));
      expect(ms).toBeGreaterThan(LIMIT_MS - 50);
    });

    const MOMENTS = [
      { label: "between two statements", rest: "select 1" },
      { label: "before its commit", rest: undefined },
    ];

    test.each(MOMENTS)("ends a transaction $label, which is rolled back", async ({ rest }) => {
      let frozenAt = Number.NaN;
      const work = db.transaction(async (tx) => {
        await tx.query("insert into kept (n) values (1)");
        proxy.freeze();
        frozenAt = performance.now();
        if (rest !== undefined) await tx.query(rest);
      });
      await expect(work).rejects.toMatchObject(AWAY);
      expect(performance.now() - frozenAt).toBeGreaterThan(LIMIT_MS - 50);
      await proxy.stop();
      await proxy.start();
      expect(await db.query("select n from kept")).toEqual([]);
    });

    test("before a connection is made is unavailable, without a limit set", async () => {
      const { port } = new URL(server.url);
      const frozen = await createTcpProxy({ host: "127.0.0.1", port: Number(port || 5432) });
      await frozen.start();
      frozen.freeze();
      const late = openPostgres(`postgres://postgres@127.0.0.1:${frozen.port}/postgres`, {
        poolSize: 1,
      });
      await msUntilAway(late.query("select 1"));
      await late.close();
      await frozen.stop();
    });

    test("that works again serves the next statement", async () => {
      expect(await db.query("select 1 as one")).toEqual([{ one: 1 }]);
    });
  });

  test("a statement that runs too long is stopped on the server as well", async () => {
    const db = openPostgres(server.url, { poolSize: 1, queryTimeoutMs: 300 });
    const slow = db.query("select pg_sleep(20), 'slow statement'");
    await expect(slow).rejects.toMatchObject(AWAY);
    await sleep(200);
    const running = await admin.query(
      `select 1 from pg_stat_activity where query like '%slow statement%' and state = 'active'
         and pid <> pg_backend_pid()`,
    );
    expect(running).toEqual([]);
    await db.close();
  });

  const terminate = (pid: number) => admin.query("select pg_terminate_backend($1::int)", [pid]);
  const ownPid = async (db: Pick<Database, "query">) =>
    Number((await db.query("select pg_backend_pid() as pid"))[0]?.["pid"]);

  test("an idle connection that is killed is told, and the next statement has a new one", async () => {
    const told: Error[] = [];
    const db = openPostgres(server.url, {
      poolSize: 1,
      onConnectionError: (error) => told.push(error),
    });
    const pid = await ownPid(db);
    await terminate(pid);
    for (let waited = 0; told.length === 0 && waited < 3_000; waited += 20) await sleep(20);
    expect(told[0]?.message).toContain("terminating connection");
    expect(await ownPid(db)).not.toBe(pid);
    await db.close();
  });

  test("a killed connection does not end a process that does not listen for it", async () => {
    const db = openPostgres(server.url, { poolSize: 1 });
    const pid = await ownPid(db);
    await terminate(pid);
    await sleep(200);
    expect(await ownPid(db)).not.toBe(pid);
    await db.close();
  });

  test("a transaction whose connection is killed is unavailable and gone, and ends nothing else", async () => {
    const db = openPostgres(server.url, { poolSize: 1 });
    const work = db.transaction(async (tx) => {
      await tx.query("insert into kept (n) values (1)");
      await terminate(await ownPid(tx));
      await sleep(200);
      await tx.query("insert into kept (n) values (2)");
    });
    await expect(work).rejects.toMatchObject(AWAY);
    await db.query("insert into kept (n) values (3)");
    expect(await kept()).toEqual([3]);
    await db.close();
  });

  const FAILING = [
    { label: "refused by the database", text: "insert into kept (n) values (1)" },
    { label: "with a mistake", text: "selec" },
    { label: "lost", text: "select pg_terminate_backend(pg_backend_pid())" },
  ];

  test.each(FAILING)(
    "a failed transaction, $label, gives its connection back",
    async ({ text }) => {
      const db = openPostgres(server.url, { poolSize: 1 });
      for (let round = 0; round < 3; round += 1) {
        const work = db.transaction(async (tx) => {
          await tx.query("insert into kept (n) values (1)");
          await tx.query(text);
        });
        await expect(work).rejects.toThrow();
      }
      expect(await db.query("select n from kept")).toEqual([]);
      await db.close();
    },
  );

  test("a refused transaction keeps its connection", async () => {
    const db = openPostgres(server.url, { poolSize: 1 });
    const pid = await ownPid(db);
    const work = db.transaction(async (tx) => {
      await tx.query("insert into kept (n) values (1)");
      await tx.query("insert into kept (n) values (1)");
    });
    await expect(work).rejects.toMatchObject({ code: "store_data" });
    expect(await ownPid(db)).toBe(pid);
    await db.close();
  });

  describe("a statement that the server aborts", () => {
    /** Runs, in one statement, `body`; a sequence counts the tries, because it is not rolled back. */
    const prepare = (body: string) =>
      admin.script(
        `create or replace function work(first int, second int) returns int language plpgsql as $$
         begin perform nextval('tries'); ${body} return 1; end $$;
         drop sequence if exists tries; create sequence tries`,
      );
    const tries = async () =>
      (await admin.query("select last_value::int as tries from tries"))[0]?.["tries"];
    const work = (db: Database, first: number, second: number) =>
      db.query("select work($1::int, $2::int)", [first, second]);

    test("in a deadlock runs once more, and both statements are done", async () => {
      await prepare(
        `update kept set hits = hits + 1 where n = first; perform pg_sleep(0.3);
         update kept set hits = hits + 1 where n = second;`,
      );
      await admin.script("insert into kept (n) values (1), (2)");
      const db = openPostgres(server.url, { poolSize: 2 });
      await db.transaction(() => db.query("select 1"));
      await Promise.all([work(db, 1, 2), work(db, 2, 1)]);
      expect(await tries()).toBe(3);
      expect(await admin.query("select n, hits from kept order by n")).toEqual([
        { n: 1, hits: 2 },
        { n: 2, hits: 2 },
      ]);
      await db.close();
    });

    const ABORTED = [
      { label: "for a deadlock", state: "40P01", code: "store_unavailable", want: 3 },
      { label: "as not serialisable", state: "40001", code: "store_unavailable", want: 3 },
      { label: "for its data", state: "23505", code: "store_data", want: 1 },
      { label: "as it goes down", state: "57P01", code: "store_unavailable", want: 1 },
    ];

    test.each(ABORTED)(
      "$label, every time, is tried $want times",
      async ({ state, code, want }) => {
        await prepare(`raise exception 'always' using errcode = '${state}';`);
        await expect(work(admin, 1, 2)).rejects.toMatchObject({ code });
        expect(await tries()).toBe(want);
      },
    );
  });

  test("a transaction in a deadlock is unavailable: only its caller can run it again", async () => {
    await admin.script("insert into kept (n) values (1), (2)");
    const db = openPostgres(server.url, { poolSize: 2 });
    const hit = "update kept set hits = hits + 1 where n = $1::int";
    const holding: (() => void)[] = [];
    const bothHold = () =>
      new Promise<void>((resolve) => {
        holding.push(resolve);
        if (holding.length === 2) for (const proceed of holding) proceed();
      });
    const cross = (first: number, second: number) =>
      db.transaction(async (tx) => {
        await tx.query(hit, [first]);
        await bothHold();
        await tx.query(hit, [second]);
      });
    const results = await Promise.allSettled([cross(1, 2), cross(2, 1)]);
    const reasons = results.flatMap((result) =>
      result.status === "rejected" ? [result.reason] : [],
    );
    expect(reasons).toEqual([expect.objectContaining(AWAY)]);
    expect(await admin.query("select hits from kept")).toEqual([{ hits: 1 }, { hits: 1 }]);
    await db.close();
  });
}

if (await hasServer()) describe("PostgreSQL", testOnServer);
