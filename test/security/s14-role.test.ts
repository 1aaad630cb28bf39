import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { openPostgres } from "../../src/db/postgres.ts";
import type { Database } from "../../src/db/driver.ts";
import { createServerDatabase, hasServer, type ServerDatabase } from "../database.ts";
import { ACCOUNT, eventually, startWorld, type World } from "../e2e/world.ts";
import { textWebhook } from "../standins/graph-webhooks.ts";
import { tellFigures } from "./figures.ts";

/** The statements of docs/database.md, with other names. */
const grants = (role: string, password: string): string => `
  create role ${role} login password '${password}';
  grant usage on schema public to ${role};
  grant select, insert, update, delete on all tables in schema public to ${role};
  grant usage, select on all sequences in schema public to ${role}`;

/** What somebody who has taken over the bridge could wish to do to its database. */
const HARM: readonly string[] = [
  "drop table messages",
  "drop schema public cascade",
  "truncate messages",
  "alter table messages disable trigger all",
  "alter table messages owner to current_user",
  "create table planted (a int)",
  "create index on messages (text)",
  "create function planted() returns int language sql as 'select 1'",
  "create extension dblink",
  "create role planted superuser",
  "alter role current_user superuser",
  "copy messages to program 'cat'",
  "copy (select 1) to '/tmp/planted'",
  "select pg_read_file('/etc/passwd')",
  "select pg_ls_dir('/')",
  "select lo_import('/etc/passwd')",
  "select rolpassword from pg_authid",
  "set session authorization postgres",
  "set role postgres",
];

const isThere = await hasServer();

(isThere ? describe : describe.skip)("a bridge whose user owns nothing", () => {
  const role = `ponte_run_${randomBytes(4).toString("hex")}`;
  let server: ServerDatabase;
  let owner: Database;
  let user: Database;
  let world: World;

  beforeAll(async () => {
    server = await createServerDatabase();
    owner = openPostgres(server.url, { poolSize: 1 });
    const password = randomBytes(12).toString("hex");
    await owner.script(grants(role, password));
    const url = new URL(server.url);
    url.username = role;
    url.password = password;
    user = openPostgres(url.href, { poolSize: 1 });
    world = await startWorld({ driver: "postgres", databaseUrl: url.href });
  }, 120_000);
  afterAll(async () => {
    await world?.close();
    await user.close();
    await owner.script(`drop owned by ${role}; drop role ${role}`);
    await owner.close();
    await server.drop();
    const came = `${HARM.length} refused by the database; the bridge answers as ever`;
    tellFigures({
      control: "S14",
      tried: `${HARM.length} statements by a user who owns nothing`,
      came,
    });
  });

  test("answers as any other, and complains of nothing", async () => {
    const from = "5561933330001";
    await world.post(textWebhook({ account: ACCOUNT, from, id: "wamid.role", text: "oi" }));
    await eventually(() => world.graph.sent.length > 0);
    expect(world.bridge().output()).not.toMatch(/permission denied|must be owner/);
  });

  test.each(HARM.map((statement) => ({ statement })))(
    "may not: $statement",
    async ({ statement }) => {
      await expect(user.query(statement)).rejects.toMatchObject({
        code: expect.stringMatching(/^(?:42501|store_)/),
      });
      await expect(user.query(statement)).rejects.toThrow(
        /permission denied|must be|superuser|privilege|Only roles/i,
      );
    },
  );
});
