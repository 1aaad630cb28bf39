import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { COMMANDS } from "../../src/cli/commands/index.ts";
import { VERSION } from "../../src/program.ts";
import { runPonte } from "./run.ts";

let folder = "";

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "ponte-cli-"));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("ponte", () => {
  test("without words lists every command, without colour", async () => {
    const { code, stdout, stderr } = await runPonte([], { cwd: folder });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    for (const { name, summary } of COMMANDS) {
      expect(stdout).toContain(`  ${name} `);
      expect(stdout).toContain(summary);
    }
    expect(stdout).not.toContain("\u001b");
  });

  test("says its version", async () => {
    expect(await runPonte(["--version"])).toEqual({ code: 0, stdout: `${VERSION}\n`, stderr: "" });
  });

  test.each([
    { label: "an unknown command", words: ["keyz"], says: /Did you mean keys/ },
    { label: "an unknown option", words: ["keys", "list", "--jsn"], says: /Did you mean --json/ },
    { label: "a missing argument", words: ["keys", "create"], says: /missing required argument/ },
  ])("$label is a wrong call", async ({ words, says }) => {
    const { code, stdout, stderr } = await runPonte(words, { cwd: folder });
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(says);
  });

  test("a bridge that is not there is named, with what to do", async () => {
    const env = { PONTE_URL: "http://127.0.0.1:1", PONTE_API_KEY: "k" };
    const { code, stderr } = await runPonte(["keys", "list"], { cwd: folder, env });
    expect(code).toBe(1);
    expect(stderr).toMatch(/no bridge answers at http:\/\/127.0.0.1:1/);
    expect(stderr).toMatch(/ponte start/);
  });

  test("with --json a failure is JSON too", async () => {
    const { code, stdout, stderr } = await runPonte(["keys", "list", "--json"], { cwd: folder });
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(JSON.parse(stderr)).toEqual({
      error: { message: "there is no key to call the bridge with", advice: expect.any(String) },
    });
  });

  test("a wrong configuration is listed by file and line, without values", async () => {
    const file = path.join(folder, "wrong.yml");
    writeFileSync(file, "server:\n  port: secret-word\n");
    const { code, stderr } = await runPonte(["keys", "list", "--config", file], { cwd: folder });
    expect(code).toBe(1);
    expect(stderr).toContain(`${file}:2`);
    expect(stderr).not.toContain("secret-word");
  });
});
