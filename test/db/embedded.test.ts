import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import type { Database } from "../../src/db/driver.ts";
import { DurableNodeFS } from "../../src/db/durable-files.ts";
import { openEmbedded } from "../../src/db/embedded.ts";

const SCRIPT = new URL("fixtures/commit-until-killed.ts", import.meta.url).pathname;

let root: string;
beforeAll(() => {
  root = mkdtempSync(path.join(tmpdir(), "ponte-embedded-"));
});
afterAll(() => rmSync(root, { recursive: true }));

/** Runs the script until it has acknowledged `count` commits, kills it and tells the last number it acknowledged. */
async function commitUntilKilled(directory: string, count: number): Promise<number> {
  const child = spawn(process.execPath, [SCRIPT, directory], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(child, "close");
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => {
    output += chunk.toString();
    if (output.split("\n").length > count) child.kill("SIGKILL");
  });
  await ended;
  expect(child.signalCode).toBe("SIGKILL");
  return Number(output.trimEnd().split("\n").at(-1));
}

test("every acknowledged commit is there after a kill, in order and without gaps", async () => {
  const directory = path.join(root, "killed");
  const acknowledged = await commitUntilKilled(directory, 25);
  expect(acknowledged).toBeGreaterThanOrEqual(25);
  const db = await openEmbedded(directory);
  const rows = await db.query("select n from counted order by n");
  await db.close();
  const counted = rows.map(({ n }) => n);
  expect(counted).toEqual(counted.map((_, index) => index + 1));
  expect(counted.length).toBeGreaterThanOrEqual(acknowledged);
});

describe("an embedded database", () => {
  const directory = () => path.join(root, "open");
  let db: Database;
  let files: DurableNodeFS | undefined;
  beforeAll(async () => {
    const flush = jest.spyOn(DurableNodeFS.prototype, "syncToFs");
    db = await openEmbedded(directory());
    files = flush.mock.contexts.find((context) => context instanceof DurableNodeFS);
    await db.script("create table noted (place serial primary key, n int not null)");
  });
  afterAll(() => db.close());

  const flushes = () => files?.flushes ?? Number.NaN;
  const note = "insert into noted (n) values ($1::int)";

  test("flushes before it acknowledges a commit, every time", async () => {
    for (let n = 0; n < 10; n += 1) {
      const before = flushes();
      await db.query(note, [n]);
      const between = flushes();
      expect(between).toBeGreaterThan(before);
      await db.transaction((tx) => tx.query(note, [n]));
      expect(flushes()).toBeGreaterThan(between);
    }
  });

  test("does not flush for what only reads", async () => {
    await db.query("select count(*)::int from noted");
    const before = flushes();
    for (let n = 0; n < 5; n += 1) await db.query("select count(*)::int from noted");
    expect(flushes()).toBe(before);
  });

  test("flushes a checkpoint, whose files are closed before it ends", async () => {
    await db.query(note, [1]);
    const before = flushes();
    await db.script("checkpoint");
    expect(flushes()).toBeGreaterThan(before);
  });

  test("runs statements, transactions and scripts in the order they were asked for", async () => {
    await db.script("truncate noted restart identity");
    const ended: number[] = [];
    const asked = Array.from({ length: 30 }, async (_, n) => {
      if (n % 3 === 0) await db.query(note, [n]);
      else if (n % 3 === 1) await db.script(`insert into noted (n) values (${n})`);
      else
        await db.transaction(async (tx) => {
          await tx.query("select 1");
          await tx.query(note, [n]);
        });
      ended.push(n);
    });
    await Promise.all(asked);
    const rows = await db.query("select n from noted order by place");
    const want = Array.from({ length: 30 }, (_, n) => n);
    expect(rows.map(({ n }) => n)).toEqual(want);
    expect(ended).toEqual(want);
  });

  test("keeps its directory to itself while it is open", async () => {
    await expect(openEmbedded(directory())).rejects.toMatchObject({ code: "store_locked" });
    expect(await db.query("select 1 as one")).toEqual([{ one: 1 }]);
  });

  test("leaves its directory free, with everything in it, and is unavailable when it is closed", async () => {
    await db.query(note, [4_711]);
    await db.close();
    expect(readdirSync(directory())).toEqual(["pgdata"]);
    const closed = { code: "store_unavailable" };
    await expect(db.query("select 1")).rejects.toMatchObject(closed);
    await expect(db.script("select 1")).rejects.toMatchObject(closed);
    await expect(db.transaction((tx) => tx.query("select 1"))).rejects.toMatchObject(closed);
    db = await openEmbedded(directory());
    expect(await db.query("select n from noted where n = 4711")).toEqual([{ n: 4_711 }]);
  });
});

test("a directory that cannot be opened is left free", async () => {
  const directory = path.join(root, "broken");
  const init = jest.spyOn(DurableNodeFS.prototype, "init");
  init.mockRejectedValueOnce(new Error("no such disk"));
  await expect(openEmbedded(directory)).rejects.toThrow("no such disk");
  expect(readdirSync(directory)).not.toContain("ponte.lock");
});
