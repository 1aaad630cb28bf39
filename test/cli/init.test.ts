import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { PassThrough, Writable } from "node:stream";
import { parseEnv } from "node:util";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { openAsker } from "../../src/cli/init/ask.ts";
import { BACKENDS, PROVIDERS, readChoices } from "../../src/cli/init/choices.ts";
import { completeEnv, newEnvText, quoted } from "../../src/cli/init/env-file.ts";
import { askAll } from "../../src/cli/init/questions.ts";
import { readSettings } from "../../src/cli/settings.ts";
import { writeFiles } from "../../src/cli/init/write-files.ts";
import { createCli } from "./in-process.ts";
import { runPonte } from "./run.ts";

const start = process.cwd();
let outer = "";
let cwd = "";

beforeAll(() => {
  outer = mkdtempSync(path.join(tmpdir(), "ponte-init-"));
});

afterAll(() => rmSync(outer, { recursive: true, force: true }));

beforeEach(() => {
  cwd = mkdtempSync(path.join(outer, "case-"));
  process.chdir(cwd);
});

afterEach(() => process.chdir(start));

const cli = createCli({ url: "http://127.0.0.1:1", key: "none" });
const init = (...words: string[]) => cli(["init", ...words]);
const env = () => parseEnv(readFileSync(".env", "utf8"));
const contents = () =>
  Object.fromEntries(
    readdirSync(".", { recursive: true, encoding: "utf8" })
      .filter((file) => statSync(file).isFile())
      .map((file) => [file, readFileSync(file, "utf8")]),
  );

const CLOUD = ["--provider", "cloud", "--backend", "templates"] as const;

/** Invented values of the right shape. */
const FILLED_IN = {
  WPP_AUTHORIZATION_TOKEN: "EAAinvented",
  WPP_PHONE_NUMBER_IDENTIFIER: "810000000000001",
  WHATSAPP_BUSINESS_ACCOUNT_ID: "820000000000001",
  WHATSAPP_APP_SECRET: "invented",
  SERPRO_CLIENT_ID: "300400500600700",
  SERPRO_CLIENT_SECRET: "invented",
  SERPRO_WABA_ID: "200300400500600",
  WHATSAPP_CHANNEL_ID_GUID: "9c0a2b8e-7a57-4f0a-9d0f-2f8f0f6f2a11",
  ACS_CONNECTION_STRING: "endpoint=https://acs.example.org/;accesskey=aW52ZW50ZWQ=",
  EVOLUTION_BASE_URL: "https://evo.example.org",
  EVOLUTION_API_KEY: "invented",
  EVOLUTION_INSTANCE: "shop",
  OPENAI_API_KEY: "sk-invented",
  OPENAI_MODEL: "model",
  HTTP_BOT_URL: "https://bot.example.org",
} as const;

describe("ponte init", () => {
  test("writes what the choice needs and nothing else, the secrets for their owner alone", async () => {
    const { text } = await init(...CLOUD, "--set", "WPP_AUTHORIZATION_TOKEN=EAA 'odd' #value");
    expect(Object.keys(contents()).toSorted()).toEqual([
      ".env",
      "config/bridge.yml",
      "config/templates/en.yml",
      "config/templates/pt-BR.yml",
    ]);
    expect(statSync(".env").mode & 0o777).toBe(0o600);
    expect(Object.keys(env()).toSorted()).toEqual([
      "DATABASE_URL",
      "PUBLIC_URL",
      "WHATSAPP_APP_SECRET",
      "WHATSAPP_BUSINESS_ACCOUNT_ID",
      "WPP_AUTHORIZATION_TOKEN",
      "WPP_PHONE_NUMBER_IDENTIFIER",
      "WPP_VERIFY_TOKEN",
    ]);
    expect(env()["WPP_AUTHORIZATION_TOKEN"]).toBe("EAA 'odd' #value");
    expect(env()["WPP_VERIFY_TOKEN"]).toMatch(/^[0-9a-f]{48}$/);
    expect(text).toMatch(/Fill in \.env:\n {2}WPP_PHONE_NUMBER_IDENTIFIER: /);
    expect(text).toMatch(/Next:\n {2}npx ponte doctor\n {2}npx ponte start$/);
    expect(text).not.toMatch(/EAA|[0-9a-f]{48}/);
  });

  test("run twice changes nothing and says so", async () => {
    await init(...CLOUD);
    const before = contents();
    const { text } = await init(...CLOUD);
    expect(contents()).toEqual(before);
    expect(text).toMatch(/Everything is there already: nothing was changed\./);
  });

  test("keeps what somebody has changed, and says what it would change", async () => {
    await init(...CLOUD);
    writeFileSync("config/bridge.yml", "# my own\n");
    const before = contents();
    const { text } = await init("--provider", "cloud,evolution", "--backend", "templates");
    expect(contents()).toEqual(before);
    expect(text).toMatch(/would change {2}\.env +lacks EVOLUTION_BASE_URL, /);
    expect(text).toMatch(/would change {2}config\/bridge\.yml +is not as init would write it/);
  });

  test("--force adds what is missing, loses no value, and keeps a copy", async () => {
    await init(...CLOUD, "--set", "WHATSAPP_APP_SECRET=kept");
    writeFileSync("config/bridge.yml", "# my own\n");
    const { WPP_VERIFY_TOKEN: word } = env();
    await init("--provider", "cloud,evolution", "--backend", "templates", "--force");
    expect(env()).toMatchObject({ WHATSAPP_APP_SECRET: "kept", WPP_VERIFY_TOKEN: word });
    expect(env()["EVOLUTION_WEBHOOK_SECRET"]).toMatch(/^[0-9a-f]{48}$/);
    expect(readFileSync("config/bridge.yml.bak", "utf8")).toBe("# my own\n");
    expect(statSync(".env.bak").mode & 0o777).toBe(0o600);
  });

  test("--dry-run writes nothing", async () => {
    const { text } = await init(...CLOUD, "--dry-run");
    expect(contents()).toEqual({});
    expect(text).toMatch(/would write {2}\.env/);
  });

  test.each(
    PROVIDERS.flatMap(({ name: provider }) =>
      BACKENDS.map(({ name: backend }) => ({ provider, backend })),
    ),
  )("$provider with $backend can be read once it is filled in", async ({ provider, backend }) => {
    const values = Object.entries(FILLED_IN).flatMap((pair) => ["--set", pair.join("=")]);
    await init("--provider", provider, "--backend", backend, ...values);
    const { config } = readSettings(env(), () => undefined);
    expect(config.file).toBe("config/bridge.yml");
    expect(config.answers.chain).toEqual([backend]);
    expect(config.channels.size).toBe(provider === "none" ? 1 : 2);
  });

  test("Ctrl-C before the files leaves nothing, and between two of them whole files", async () => {
    const stopping = new AbortController();
    const plan = ["a", "b"].map(
      (name) => ({ path: name, state: "write", text: name, mode: 0o644 }) as const,
    );
    const options = { force: false, dryRun: false, signal: stopping.signal };
    const stopsAfterFirst = plan.map((file, index) => ({
      ...file,
      get path() {
        if (index === 0) queueMicrotask(() => stopping.abort());
        return file.path;
      },
    }));
    await expect(writeFiles(stopsAfterFirst, options)).rejects.toThrow();
    expect(contents()).toEqual({ a: "a" });
    await expect(writeFiles(plan, options)).rejects.toThrow();
    expect(contents()).toEqual({ a: "a" });
  });

  test("a place that cannot be written is named, with the reason, and leaves no draft", async () => {
    writeFileSync("config", "a file in the way");
    const { code, failure } = await init(...CLOUD);
    expect(code).toBe(1);
    expect(failure).toMatch(
      /config\/bridge\.yml cannot be written: a file is where a folder should be/,
    );
    expect(Object.keys(contents()).toSorted()).toEqual([".env", "config"]);
  });
});

describe("ponte init, as a process", () => {
  test("without a terminal says which options answer, and writes nothing", async () => {
    const { code, stdout, stderr } = await runPonte(["init"], { cwd });
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/give --provider and --backend/);
    expect(contents()).toEqual({});
  });

  test("takes secrets from the environment, where no list of processes shows them", async () => {
    const { code } = await runPonte(["init", ...CLOUD, "--json"], {
      cwd,
      env: { WPP_AUTHORIZATION_TOKEN: "EAAfrom-the-environment" },
    });
    expect(code).toBe(0);
    expect(env()["WPP_AUTHORIZATION_TOKEN"]).toBe("EAAfrom-the-environment");
  });
});

/** A terminal that somebody types at. */
function typing(...answers: readonly string[]) {
  const stdin = new PassThrough();
  const shown: string[] = [];
  const left = [...answers];
  const stderr = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      const text = chunk.toString();
      shown.push(text);
      if (text.endsWith("]: ")) {
        const next = left.shift();
        if (next === undefined) stdin.end();
        else stdin.write(`${next}\n`);
      }
      done();
    },
  });
  return { stdin, stderr, shown: () => shown.join("") };
}

describe("questions", () => {
  test("are asked for what the choice needs, and what is empty is left open", async () => {
    const { stdin, stderr, shown } = typing(
      "evolution",
      "",
      "https://bot.example.org",
      "",
      "https://evo.example.org",
      "key",
      "shop",
      "",
    );
    const asker = openAsker({ stdin, stderr }, new AbortController().signal);
    const { providers, backends, values } = await askAll(asker, {
      providers: undefined,
      backends: undefined,
      values: new Map(),
    });
    asker.close();
    expect([providers, backends].map((all) => all.map(({ name }) => name))).toEqual([
      ["evolution"],
      ["templates"],
    ]);
    expect(Object.fromEntries(values)).toEqual({
      PUBLIC_URL: "https://bot.example.org",
      EVOLUTION_BASE_URL: "https://evo.example.org",
      EVOLUTION_API_KEY: "key",
      EVOLUTION_INSTANCE: "shop",
    });
    expect(shown()).toMatch(
      /EVOLUTION_INSTANCE\n {2}the name of the instance in Evolution's manager/,
    );
  });

  test("that nobody answers any more end the command in words", async () => {
    const { stdin, stderr } = typing("cloud");
    const asker = openAsker({ stdin, stderr }, new AbortController().signal);
    await expect(
      askAll(asker, { providers: undefined, backends: undefined, values: new Map() }),
    ).rejects.toThrow(/nothing was written/);
  });
});

describe("the file of variables", () => {
  const answers = {
    providers: readChoices("serpro", PROVIDERS),
    backends: readChoices("rasa", BACKENDS),
    values: new Map<string, string>(),
  };

  test.each([
    { label: "plain", value: "https://x.example/y?z=1", want: "https://x.example/y?z=1" },
    { label: "with a space and a hash", value: "a b#c", want: "'a b#c'" },
    { label: "with a quote", value: "it's", want: '"it\'s"' },
  ])("writes a value $label so that it is read as it is", ({ value, want }) => {
    expect(quoted("X", value)).toBe(want);
    expect(parseEnv(`X=${quoted("X", value)}`)["X"]).toBe(value);
  });

  test("refuses a value of several lines", () => {
    expect(() => quoted("X", "a\nb c")).toThrow(/X cannot be written/);
  });

  test("completes what is there, in place and once", () => {
    const given = { ...answers, values: new Map([["SERPRO_CLIENT_ID", "42"]]) };
    const first = completeEnv("# mine\nSERPRO_CLIENT_ID=7\nOTHER=x\n", given);
    expect(first.changed).toEqual(["SERPRO_CLIENT_ID"]);
    expect(first.added).not.toContain("PUBLIC_URL");
    expect(first.text).toMatch(/^# mine\nSERPRO_CLIENT_ID=42\nOTHER=x\n/);
    expect(completeEnv(first.text, given)).toEqual({ text: first.text, added: [], changed: [] });
  });

  test("a new one is complete", () => {
    const text = newEnvText(answers);
    expect(completeEnv(text, answers).text).toBe(text);
    expect(parseEnv(text)["RASA_URL"]).toBe("http://localhost:5005");
    expect(existsSync(".env")).toBe(false);
  });
});
