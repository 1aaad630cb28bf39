import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { z } from "zod";
import { fillDataFolder } from "../database.ts";
import { type BridgeProcess, startBridge } from "../e2e/bridge-process.ts";
import { runPonte } from "./run.ts";

const ADMIN_KEY = "admin-key-of-the-cli-tests-0123456789";
const keyList = z.array(z.object({ id: z.string(), name: z.string(), revoked_at: z.unknown() }));

let folder = "";
let bridge: BridgeProcess;

const ponte = (...words: string[]) =>
  runPonte(["keys", ...words], { env: { PONTE_URL: bridge.url, PONTE_ADMIN_KEY: ADMIN_KEY } });

const listed = async () => keyList.parse(JSON.parse((await ponte("list", "--json")).stdout));

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "ponte-cli-"));
  await fillDataFolder(folder);
  bridge = await startBridge({ PONTE_DATA_DIR: folder, PONTE_ADMIN_KEY: ADMIN_KEY });
}, 120_000);

afterAll(async () => {
  await bridge.stop("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

describe("ponte keys", () => {
  test("makes a key that works, and writes nothing else to stdout", async () => {
    const made = await ponte("create", "ci", "--role", "viewer");
    expect(made.code).toBe(0);
    expect(made.stdout).toMatch(/^ponte_[\w-]{8}_[\w-]{32}\n$/);
    expect(made.stderr).toMatch(/not shown again/);
    const used = await fetch(`${bridge.url}/api/v1/messages`, {
      headers: { authorization: `Bearer ${made.stdout.trim()}` },
    });
    expect(used.status).toBe(200);
  });

  test("revokes only once somebody has agreed", async () => {
    await ponte("create", "to-end");
    const id = (await listed()).find(({ name }) => name === "to-end")?.id ?? "";
    const unasked = await ponte("revoke", id);
    expect({ code: unasked.code, stdout: unasked.stdout }).toEqual({ code: 2, stdout: "" });
    expect(unasked.stderr).toMatch(/give --yes/);
    expect((await listed()).find((key) => key.id === id)?.revoked_at).toBeNull();
    expect((await ponte("revoke", id, "--yes")).code).toBe(0);
    expect((await listed()).find((key) => key.id === id)?.revoked_at).not.toBeNull();
  });

  test("what the API refuses is a wrong call, with every reason", async () => {
    const { code, stderr } = await ponte("create", "x", "--scopes", "fly");
    expect(code).toBe(2);
    expect(stderr).toMatch(/^ponte: .*\n\s+\/scopes\/0: /);
  });
});
