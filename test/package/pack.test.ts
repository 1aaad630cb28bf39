import { once } from "node:events";
import { cpSync, existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { z } from "zod";
import { fillDataFolder } from "../database.ts";
import { eventually } from "../e2e/world.ts";
import { installPackage, type Installation } from "./install.ts";

/** A build, an installation and a compilation on a busy machine. */
const PATIENCE_MS = 240_000;

/** A first start, which makes a database, on a busy machine. */
const START_LIMIT_MS = 120_000;

/** Bytes that the tarball may have. */
const MAX_SIZE = 2_000_000;

const ROOT = path.resolve(import.meta.dirname, "../..");
const COMPILER = path.join(ROOT, "node_modules/typescript/bin/tsc");

/** Everything a user gets: what the compiler and the bundler made, the settings that come with it, the command. */
const CARRIED =
  /^(dist\/.+\.(js|d\.ts|sql|css|svg)|dist\/http\/swagger-ui\/.+|config\/.+\.(yml|md)|src\/cli\/ponte\.js|(README|CHANGELOG)\.md|LICENSE|package\.json)$/;

let installed: Installation;

beforeAll(async () => {
  installed = await installPackage();
}, PATIENCE_MS);

afterAll(() => installed.remove());

describe("the tarball", () => {
  test("carries what runs and nothing else", () => {
    expect(installed.files.filter((file) => !CARRIED.test(file))).toEqual([]);
    for (const file of ["dist/main.js", "dist/index.d.ts", "dist/cli/main.js", "dist/web/admin"])
      expect(installed.files.some((one) => one.startsWith(file))).toBe(true);
    expect(installed.files.filter((file) => file.endsWith(".sql")).length).toBeGreaterThan(5);
  });

  test("is small", () => {
    expect(installed.size).toBeLessThan(MAX_SIZE);
  });
});

describe("installed into an empty folder", () => {
  test("brings nothing along that tells anybody of the installation", () => {
    const packages = readdirSync(path.join(installed.folder, "node_modules"));
    expect(packages).toContain("express");
    expect(packages).not.toContain("@scarf");
  });

  test("the command says its version", async () => {
    const command = path.join(installed.folder, "node_modules/.bin/ponte");
    const { version } = z
      .object({ version: z.string() })
      .parse(JSON.parse(await installed.run("cat", ["node_modules/ponte/package.json"])));
    expect(await installed.run(process.execPath, [command, "--version"])).toBe(`${version}\n`);
  });

  test(
    "the bridge starts without any settings, answers, shows its pages and stops",
    async () => {
      const child = installed.spawn(["start"], { HOST: "127.0.0.1", PORT: "0" });
      let said = "";
      for (const stream of [child.stdout, child.stderr])
        stream?.on("data", (chunk: Buffer) => (said += chunk.toString()));
      const ended = once(child, "close");
      const addressOf = (): string | undefined => /listens on (http:\S+)/.exec(said)?.[1];
      const isUp = (): boolean => addressOf() !== undefined || child.exitCode !== null;
      await eventually(isUp, () => said, START_LIMIT_MS);
      const url = addressOf() ?? `nowhere, because it said: ${said}`;
      const ask = { method: "POST", body: JSON.stringify({ sender: "me", message: "oi" }) };
      const answer = await fetch(`${url}/webhooks/rest/webhook`, ask);
      expect(JSON.stringify(await answer.json())).toContain("Como posso ajudar?");
      for (const page of ["/simulator", "/admin", "/docs/swagger-ui-bundle.js"])
        expect(await statusOf(`${url}${page}`)).toBe(200);
      const html = await (await fetch(`${url}/admin`)).text();
      const script = /\/admin\/assets\/main-\w+\.js/.exec(html)?.[0] ?? "/no-script";
      expect(await statusOf(`${url}${script}`)).toBe(200);
      child.kill("SIGTERM");
      expect(await ended).toEqual([0, null]);
      // All that it wrote is in its data folder: the disk around it may be read-only.
      const left = readdirSync(installed.folder).toSorted();
      expect(left).toEqual(["data", "node_modules", "package-lock.json", "package.json"]);
    },
    PATIENCE_MS,
  );

  test(
    "a program with a bridge inside answers with a bot of its own",
    async () => {
      cpSync(path.join(import.meta.dirname, "consumer"), installed.folder, { recursive: true });
      const settings = "backends:\n  own:\n    type: shout\nanswers:\n  chain: [own]\n";
      writeFileSync(path.join(installed.folder, "own.yml"), settings);
      await fillDataFolder(path.join(installed.folder, "own-data"));
      const env = {
        PONTE_CONFIG: "own.yml",
        PONTE_DATA_DIR: "own-data",
        HOST: "127.0.0.1",
        PORT: "0",
      };
      const told = await installed.run(process.execPath, ["own-bot.js"], env);
      expect(JSON.parse(told)).toMatchObject({
        replies: [{ recipient_id: "me", text: "OI" }],
        payload: { messaging_product: "whatsapp", type: "text", text: { body: "olá" } },
      });
    },
    PATIENCE_MS,
  );

  test(
    "its types are whole, and the example for Azure Functions is written by them",
    async () => {
      const { folder } = installed;
      cpSync(path.join(import.meta.dirname, "consumer"), folder, { recursive: true });
      cpSync(path.join(ROOT, "examples/azure-functions/src"), path.join(folder, "functions"), {
        recursive: true,
      });
      for (const name of ["@azure/functions", "@types/node", "undici-types"]) {
        const place = path.join(folder, "node_modules", name);
        mkdirSync(path.dirname(place), { recursive: true });
        if (!existsSync(place)) symlinkSync(path.join(ROOT, "node_modules", name), place);
      }
      const compilerOptions = {
        module: "nodenext",
        target: "es2024",
        strict: true,
        exactOptionalPropertyTypes: true,
        rewriteRelativeImportExtensions: true,
        types: ["node"],
        noEmit: true,
        // The declarations of the package itself are checked as well.
        skipLibCheck: false,
      };
      const project = { compilerOptions, include: ["types.ts", "functions"] };
      writeFileSync(path.join(folder, "tsconfig.json"), JSON.stringify(project));
      expect(await installed.run(process.execPath, [COMPILER, "-p", "."])).toBe("");
    },
    PATIENCE_MS,
  );
});

async function statusOf(url: string): Promise<number> {
  const response = await fetch(url);
  await response.arrayBuffer();
  return response.status;
}
