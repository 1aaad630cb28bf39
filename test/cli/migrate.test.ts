import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { z } from "zod";
import { listMigrations } from "../../src/db/migrate.ts";
import { openPostgres } from "../../src/db/postgres.ts";
import { createServerDatabase, fillDataFolder, hasServer } from "../database.ts";
import { type BridgeProcess, runToEnd, startBridge } from "../e2e/bridge-process.ts";
import { startRawServer } from "../standins/raw-server.ts";
import { runPonte } from "./run.ts";

const ADMIN_KEY = "admin-key-of-the-cli-tests-0123456789";
const LIMIT_MS = 90_000;
const NAMES = listMigrations().map(({ name }) => name);
const standing = z.object({
  bridge: z.object({ ready: z.boolean() }).nullable(),
  migrations: z.array(z.object({ name: z.string(), state: z.string() })),
});

const applied = z.object({ applied: z.array(z.string()) });

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "ponte-migrate-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const ponte = (words: readonly string[], env: Record<string, string> = {}) =>
  runPonte(["migrate", ...words], { cwd: folder, env });

describe("ponte migrate on the embedded database", () => {
  let bridge: BridgeProcess | undefined;
  const dataDir = () => path.join(folder, "held");
  beforeAll(async () => {
    await fillDataFolder(dataDir());
    bridge = await startBridge({ PONTE_DATA_DIR: dataDir(), PONTE_ADMIN_KEY: ADMIN_KEY });
  }, LIMIT_MS);
  afterAll(() => bridge?.stop("SIGKILL"));

  test("a folder without a database lacks every migration, and status makes none", async () => {
    const { code, stdout, stderr } = await ponte(["status", "--json"]);
    expect(code).toBe(3);
    expect(standing.parse(JSON.parse(stdout)).migrations).toEqual(
      NAMES.map((name) => ({ name, state: "pending" })),
    );
    expect(stderr).toContain("ponte migrate up");
    expect(existsSync(path.join(folder, "data"))).toBe(false);
  });

  test("of a database that a bridge has open, the bridge is asked", async () => {
    const env = { PONTE_DATA_DIR: dataDir(), PONTE_URL: bridge?.url ?? "" };
    const { code, stdout } = await ponte(["status", "--json"], env);
    expect(code).toBe(0);
    expect(standing.parse(JSON.parse(stdout))).toEqual({ bridge: { ready: true }, migrations: [] });
    const away = await ponte(["status"], { ...env, PONTE_URL: "http://127.0.0.1:1" });
    expect(away.code).toBe(1);
    expect(away.stderr).toMatch(/in use by process \d+.*no bridge answers.*--url/s);
  });
});

/** An error as a server writes it. Source: PostgreSQL manual, message formats. */
function errorMessage(code: string): Buffer {
  const fields = Buffer.from(`SFATAL\0C${code}\0Mrefused secret-word\0\0`, "latin1");
  const length = Buffer.alloc(4);
  length.writeInt32BE(fields.length + 4);
  return Buffer.concat([Buffer.from("E"), length, fields]);
}

describe("a database that cannot be used is described with what to do", () => {
  const REFUSALS = [
    { label: "a wrong password", code: "28P01", says: /refuses the user or the password/ },
    { label: "an unknown database", code: "3D000", says: /createdb/ },
    { label: "no connection left", code: "53300", says: /max_connections/ },
    { label: "a missing right", code: "42501", says: /grant create, usage on schema public/ },
  ];

  test.each(REFUSALS)("$label", async ({ code, says }) => {
    const server = await startRawServer((socket) => void socket.end(errorMessage(code)));
    const url = `postgres://me:secret-word@127.0.0.1:${server.port}/ponte`;
    const run = await ponte(["status"], { DATABASE_URL: url });
    await server.close();
    expect({ code: run.code, stdout: run.stdout }).toEqual({ code: 1, stdout: "" });
    expect(run.stderr).toMatch(says);
    expect(run.stderr).not.toContain("secret-word");
    expect(run.stderr).not.toMatch(/ {4}at /);
  });

  test("a start says the same, and ends", async () => {
    const server = await startRawServer((socket) => void socket.end(errorMessage("28P01")));
    const run = await runToEnd({
      DATABASE_URL: `postgres://me:x@127.0.0.1:${server.port}/ponte`,
      PONTE_ADMIN_KEY: ADMIN_KEY,
    });
    await server.close();
    expect(run.code).toBe(1);
    expect(run.output).toMatch(
      /Ponte cannot start: PostgreSQL at .* refuses the user or the password/,
    );
  });

  test("a data folder that cannot be written is named with the reason", async () => {
    const file = path.join(folder, "file");
    writeFileSync(file, "");
    const run = await runToEnd({ PONTE_DATA_DIR: path.join(file, "data") });
    expect(run.code).toBe(1);
    expect(run.output).toMatch(
      /^Ponte cannot start: the data folder .*\/file\/data cannot be written: its path leads through a file/m,
    );
    expect(run.output).toContain("PONTE_DATA_DIR");
    expect(run.output).not.toMatch(/ {4}at /);
  });
});

function testServer(): void {
  test(
    "up applies what is missing, and says what it did",
    async () => {
      const { url, drop } = await createServerDatabase();
      const db = openPostgres(url, { poolSize: 1 });
      await db.script("drop schema public cascade; create schema public");
      await db.close();
      const { code, stdout } = await ponte(["up", "--json"], { DATABASE_URL: url });
      expect(code).toBe(0);
      expect(applied.parse(JSON.parse(stdout)).applied).toEqual(NAMES);
      expect((await ponte(["status"], { DATABASE_URL: url })).code).toBe(0);
      await drop();
    },
    LIMIT_MS,
  );

  test(
    "a database of a newer program is told apart, and no start touches it",
    async () => {
      const { url, drop } = await createServerDatabase();
      const db = openPostgres(url, { poolSize: 1 });
      await db.script("insert into schema_migrations values (9999, '9999_later.sql', 'x')");
      const run = await ponte(["status"], { DATABASE_URL: url });
      expect(run.code).toBe(3);
      expect(run.stdout).toMatch(/9999_later.sql +newer/);
      expect(run.stderr).toMatch(/newer version of Ponte, which added 9999_later.sql/);
      const up = await ponte(["up"], { DATABASE_URL: url });
      expect(up.code).toBe(1);
      expect(up.stderr).toMatch(/store_newer/);
      const start = await runToEnd({ DATABASE_URL: url, PONTE_ADMIN_KEY: ADMIN_KEY });
      expect(start.code).toBe(1);
      expect(start.output).toMatch(
        /Ponte cannot start: the database is at version 9999.*newer program/,
      );
      await db.close();
      await drop();
    },
    LIMIT_MS,
  );
}

if (await hasServer()) describe("ponte migrate on a server", testServer);
