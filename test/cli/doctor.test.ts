import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { createServer as createTcpServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { createServerDatabase, hasServer } from "../database.ts";
import { openPostgres } from "../../src/db/postgres.ts";
import { freePort, listen, stopListening } from "../standins/listen.ts";
import { startOpenAi } from "../standins/openai.ts";
import { startRasa } from "../standins/rasa.ts";
import { redisIsThere } from "../standins/redis.ts";
import { runPonte } from "./run.ts";
import { OWNER, SECRETS, type SetupScene, startSetupScene } from "./setup-scene.ts";

let scene: SetupScene;
let outer = "";
const closers: (() => unknown)[] = [];

beforeAll(async () => {
  scene = await startSetupScene();
  outer = mkdtempSync(path.join(tmpdir(), "ponte-doctor-"));
}, 120_000);

afterAll(async () => {
  await scene.close();
  rmSync(outer, { recursive: true, force: true });
});

beforeEach(() => scene.reset());

afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

type Report = Awaited<ReturnType<SetupScene["doctor"]>>;

/** The rows that are not good, each as one line. */
const bad = ({ checks }: Report) =>
  checks
    .filter(({ level }) => level !== "ok")
    .map(({ level, name, detail }) => `${level} ${name}: ${detail}`);

const row = ({ checks }: Report, name: string) => checks.find((check) => check.name === name);

function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(path.join(outer, "case-"));
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text);
  return folder;
}

describe("ponte doctor, as a process", () => {
  test("in an empty folder says what works and what is missing, and leaves the folder empty", async () => {
    const cwd = folderWith({});
    const env = { PORT: String(await freePort()) };
    const { code, stdout, stderr } = await runPonte(["doctor"], { cwd, env });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/What works now:\n {2}- the phone simulator: http/);
    expect(stdout).toMatch(/What stands between this and a real number:\n {2}1\. .*ponte init/);
    expect(stdout).toMatch(/All \d+ checks are ok\.\n$/);
    expect(stdout).not.toContain("\u001b");
    expect(readdirSync(cwd)).toEqual([]);
  });

  test("in a half-configured folder names every missing variable with its line and where it is found", async () => {
    const cwd = folderWith({
      ".env": "# mine\nWPP_VERIFY_TOKEN=my-own-secret-word\nWHATSAPP_ACESS_TOKEN=EAAxyz\n",
    });
    const { code, stdout, stderr } = await runPonte(["doctor"], { cwd });
    expect(code).toBe(3);
    expect(stderr).toMatch(/^ponte: \d+ of \d+ checks did not pass\n$/);
    expect(stdout).toMatch(/fail {2}WPP_AUTHORIZATION_TOKEN +is required and not set/);
    expect(stdout).toMatch(/-> set WHATSAPP_APP_SECRET in \.env: your app, App settings, Basic/);
    expect(stdout).toMatch(
      /warn {2}\.env:3 WHATSAPP_ACESS_TOKEN +nothing reads this variable\n +-> did you mean WHATSAPP_ACCESS_TOKEN\?/,
    );
    expect(stdout + stderr).not.toMatch(/my-own-secret-word|EAAxyz/);
  });
});

describe("a bridge that is set up as it must be", () => {
  test("has nothing but good rows, and no secret in any of them", async () => {
    const report = await scene.doctor();
    expect(bad(report)).toEqual([]);
    const names = report.checks.map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining([
        "token",
        "number 810000000000001",
        `webhook, app ${scene.graph.registry.appId}`,
        `webhook, business account ${OWNER}`,
        "handshake",
        "PUBLIC_URL",
        "clock",
      ]),
    );
    for (const secret of Object.values(SECRETS))
      expect(JSON.stringify(report)).not.toContain(secret);
  });

  test("is asked itself about its embedded database, and known on its port and at its address", async () => {
    const report = await scene.doctor();
    expect(row(report, "embedded")?.detail).toBe(
      `in use by the bridge at ${scene.url}, which is ready`,
    );
    expect(row(report, `port ${scene.env["PORT"]}`)?.detail).toMatch(
      /a bridge runs on it: version .*, healthy/,
    );
    expect(row(report, "PUBLIC_URL")?.detail).toBe(`${scene.url} leads to this bridge`);
  });
});

describe("what a provider says", () => {
  test("a token that is refused fails, in all that it opens", async () => {
    const report = await scene.doctor({ WPP_AUTHORIZATION_TOKEN: "EAAanother-token-0123456789" });
    expect(row(report, "token")).toMatchObject({
      level: "fail",
      detail: expect.stringMatching(/190/),
    });
    expect(row(report, "number 810000000000001")?.level).toBe("fail");
    expect(JSON.stringify(report)).not.toContain("EAAanother");
  });

  test("a token that has ended, or will soon, is told with what to do", async () => {
    scene.graph.registry.token.isValid = false;
    expect(row(await scene.doctor(), "token")).toMatchObject({
      level: "fail",
      fix: expect.stringMatching(/system user/),
    });
    scene.graph.registry.token.isValid = true;
    scene.graph.registry.token.expiresAt = Math.floor(Date.now() / 1_000) + 3_600;
    expect(row(await scene.doctor(), "token")).toMatchObject({ level: "warn" });
  });

  test("a number that is not connected fails, and one of bad quality is a warning", async () => {
    scene.graph.registry.number.quality = "RED";
    expect(bad(await scene.doctor())).toEqual([
      expect.stringMatching(/^warn number .*CONNECTED, quality RED$/),
    ]);
    scene.graph.registry.number.status = "PENDING";
    expect(row(await scene.doctor(), "number 810000000000001")?.level).toBe("fail");
  });

  test("a provider that hangs fails by the name of the check, and the others are told", async () => {
    scene.graph.registry.isHanging = true;
    const report = await scene.doctor({}, ["--timeout", "0.4"]);
    expect(row(report, "token")).toMatchObject({ level: "fail", detail: "no answer within 0.4 s" });
    expect(row(report, "webhook")).toMatchObject({
      level: "fail",
      detail: "no answer within 0.4 s",
    });
    expect(row(report, "handshake")?.level).toBe("ok");
  });
});

describe("the webhook at the provider", () => {
  const other =
    "https://other.example.org/webhooks/whatsapp/webhook/a-secret-of-theirs?code=hidden";

  const elsewhere = () => {
    scene.graph.registry.subscription = { url: other, verifyToken: "x", fields: ["messages"] };
  };

  test("another address fails, shown without what may be a secret in it", async () => {
    elsewhere();
    const report = await scene.doctor();
    expect(bad(report)).toEqual([
      `fail webhook, app ${scene.graph.registry.appId}: another address is registered: https://other.example.org/webhooks/whatsapp/webhook/***?code=***`,
    ]);
  });

  test("--fix replaces it only once somebody has agreed", async () => {
    elsewhere();
    const refused = await scene.doctor({}, ["--fix", "--yes"], false);
    expect(refused.repaired?.map(({ outcome }) => outcome)).toContain("skipped");
    expect(scene.graph.registry.subscription?.url).toBe(other);
    const agreed = await scene.doctor({}, ["--fix", "--yes"], true);
    expect(bad(agreed)).toEqual([]);
    expect(scene.graph.registry.subscription).toMatchObject({
      url: scene.webhook,
      verifyToken: SECRETS.verifyToken,
    });
  });

  test("--fix subscribes an app that is missing from the account, and asks nobody", async () => {
    scene.graph.registry.apps.length = 0;
    expect(bad(await scene.doctor())).toEqual([
      `fail webhook, business account ${OWNER}: no app is subscribed: webhooks never come`,
    ]);
    const { asked } = await scene.ponte(["doctor", "--fix"]);
    expect(asked).toEqual([]);
    expect(scene.graph.registry.apps).toEqual([scene.graph.registry.appId]);
  });

  test("a field that is not subscribed to is told", async () => {
    scene.graph.registry.subscription = {
      url: scene.webhook,
      verifyToken: "x",
      fields: ["security"],
    };
    expect(bad(await scene.doctor())).toEqual([
      expect.stringMatching(/the field messages is not subscribed to/),
    ]);
  });

  test("a verify token that the running bridge does not know fails the handshake", async () => {
    const report = await scene.doctor({ WPP_VERIFY_TOKEN: "another-word-0123456789" });
    expect(row(report, "handshake")).toMatchObject({
      level: "fail",
      detail: expect.stringMatching(/refused with 403/),
    });
  });
});

async function page(body: string): Promise<{ url: string; server: Server }> {
  const server = createServer((_request, response) => response.end(body));
  closers.push(() => stopListening(server));
  return { url: `http://127.0.0.1:${await listen(server)}`, server };
}

describe("addresses", () => {
  test("a public address that leads elsewhere, or to nobody, fails", async () => {
    const { url } = await page("<html>Welcome</html>");
    const foreign = await scene.doctor({ PUBLIC_URL: url });
    expect(row(foreign, "PUBLIC_URL")).toMatchObject({
      level: "fail",
      detail: `${url} answers 200, and not as a bridge does`,
    });
    const nobody = await scene.doctor({ PUBLIC_URL: "http://127.0.0.1:1" });
    expect(row(nobody, "PUBLIC_URL")).toMatchObject({
      level: "fail",
      detail: "http://127.0.0.1:1 does not answer (ECONNREFUSED)",
    });
  });

  test("a public address of another bridge fails by its channels", async () => {
    const body = JSON.stringify({
      status: "healthy",
      version: "9.9.9",
      uptime_s: 4,
      channels: { acs: { type: "acs" } },
    });
    const { url } = await page(body);
    expect(row(await scene.doctor({ PUBLIC_URL: url }), "PUBLIC_URL")?.detail).toBe(
      `${url} leads to another bridge (version 9.9.9, channels acs)`,
    );
  });

  test("plain http to the world, and no address at all, are told", async () => {
    const plain = await scene.doctor({ PUBLIC_URL: "http://bot.invalid" }, ["--timeout", "2"]);
    expect(row(plain, "PUBLIC_URL")?.detail).toMatch(/is no https address/);
    expect(row(await scene.doctor({ PUBLIC_URL: "" }), "PUBLIC_URL")).toMatchObject({
      level: "warn",
    });
  });

  test("a port that another program has fails", async () => {
    const { url } = await page("hello");
    const { port } = new URL(url);
    expect(row(await scene.doctor({ PORT: port }), `port ${port}`)).toMatchObject({
      level: "fail",
      detail: "taken by another program",
    });
  });
});

describe("files", () => {
  test("a data folder with a file in its place fails, with what to do", async () => {
    const folder = folderWith({ data: "not a folder" });
    const report = await scene.doctor({ PONTE_DATA_DIR: path.join(folder, "data", "inner") });
    expect(row(report, "data folder")).toMatchObject({
      level: "fail",
      fix: expect.stringMatching(/PONTE_DATA_DIR/),
    });
  });

  test("--fix makes the data folder, and takes a key's file from the others on the machine", async () => {
    const folder = folderWith({});
    const dataDir = path.join(folder, "data");
    await scene.doctor({ PONTE_DATA_DIR: dataDir }, ["--fix"]);
    expect(statSync(dataDir).isDirectory()).toBe(true);
    const key = path.join(dataDir, "admin-key");
    writeFileSync(key, "ponte_0123456789abcdef\n", { mode: 0o644 });
    const before = await scene.doctor({ PONTE_DATA_DIR: dataDir, PONTE_ADMIN_KEY: "" });
    expect(row(before, key)).toMatchObject({ level: "warn", fix: `chmod 600 ${key}` });
    await scene.doctor({ PONTE_DATA_DIR: dataDir, PONTE_ADMIN_KEY: "" }, ["--fix"]);
    expect(statSync(key).mode & 0o777).toBe(0o600);
  });

  test.each([
    { label: "a short admin key", key: "short" },
    { label: "one of too few characters", key: "aaaaaaaaaaaaaaaaaaaaaaaa" },
  ])("$label is a warning", async ({ key }) => {
    expect(row(await scene.doctor({ PONTE_ADMIN_KEY: key }), "admin key")).toMatchObject({
      level: "warn",
    });
  });
});

describe("the database", () => {
  test("that is away fails with its address and without its password", async () => {
    const url = "postgres://ana:very-secret@127.0.0.1:1/bridge";
    const report = await scene.doctor({ DATABASE_URL: url });
    expect(row(report, "PostgreSQL")).toMatchObject({
      level: "fail",
      detail: expect.stringMatching(
        /PostgreSQL at 127\.0\.0\.1:1\/bridge cannot be used: nothing answers/,
      ),
    });
    expect(JSON.stringify(report)).not.toContain("very-secret");
  });

  test("that hangs fails in time", async () => {
    const silent = createTcpServer(() => undefined);
    const port = await listen(silent);
    closers.push(() => silent.close());
    const url = `postgres://ana@127.0.0.1:${port}/bridge`;
    const report = await scene.doctor({ DATABASE_URL: url }, ["--timeout", "0.5"]);
    expect(row(report, "PostgreSQL")?.detail).toBe("no answer within 0.5 s");
  });

  test("that is empty is filled by --fix, and one of a newer program fails", async () => {
    if (!(await hasServer())) return;
    const { url, drop } = await createServerDatabase();
    closers.push(drop);
    const db = openPostgres(url, { poolSize: 1 });
    closers.push(db.close);
    expect(row(await scene.doctor({ DATABASE_URL: url }), "migrations")?.level).toBe("ok");
    await db.script(
      "insert into schema_migrations (version, name, checksum) values (9999, 'x', 'x')",
    );
    expect(row(await scene.doctor({ DATABASE_URL: url }), "migrations")).toMatchObject({
      level: "fail",
      detail: expect.stringMatching(/version 9999/),
    });
    await db.script("drop schema public cascade; create schema public");
    expect(row(await scene.doctor({ DATABASE_URL: url }), "migrations")).toMatchObject({
      level: "warn",
      detail: "the database is empty",
    });
    const fixed = await scene.doctor({ DATABASE_URL: url }, ["--fix", "--yes"], true);
    expect(row(fixed, "migrations")?.level).toBe("ok");
  });
});

describe("services and answers", () => {
  test("Redis away is a warning, RabbitMQ away a failure, neither with its password", async () => {
    const report = await scene.doctor({
      REDIS_URL: "redis://:red-secret@127.0.0.1:1",
      RABBITMQ_URL: "amqp://rabbit:rabbit-secret@127.0.0.1:1/orders",
      ENABLE_WHATSAPP_NOTIFICATIONS: "true",
    });
    expect(row(report, "Redis")).toMatchObject({
      level: "warn",
      detail: expect.stringMatching(/ECONNREFUSED/),
    });
    expect(row(report, "RabbitMQ")).toMatchObject({
      level: "fail",
      detail: expect.stringMatching(/127\.0\.0\.1:1\/orders.*ECONNREFUSED/),
    });
    expect(JSON.stringify(report)).not.toMatch(/red-secret|rabbit-secret/);
  });

  test("Redis that is there tells its version", async () => {
    if (!(await redisIsThere("the doctor's look at Redis"))) return;
    const report = await scene.doctor({ REDIS_URL: "redis://127.0.0.1:6379" });
    expect(row(report, "Redis")).toMatchObject({
      level: "ok",
      detail: expect.stringMatching(/version \d/),
    });
  });

  test("Rasa, OpenAI and a bot of one's own are asked whether they are there", async () => {
    const rasa = await startRasa(() => []);
    const openai = await startOpenAi();
    closers.push(rasa.close, openai.close);
    const { url } = await page("a bot");
    const env = {
      RASA_URL: rasa.url,
      OPENAI_API_KEY: openai.apiKey,
      OPENAI_BASE_URL: openai.url,
      OPENAI_MODEL: "stub-1",
      HTTP_BOT_URL: url,
    };
    const report = await scene.doctor(env);
    expect(row(report, "rasa")?.detail).toBe(`${rasa.url}, Rasa 3.6.20`);
    expect(row(report, "openai")?.detail).toBe(`${openai.url} takes the key and knows stub-1`);
    expect(row(report, "http")?.level).toBe("ok");
  });

  test("a wrong key, an unknown model and a Rasa that is away fail", async () => {
    const openai = await startOpenAi();
    closers.push(openai.close);
    const env = {
      OPENAI_BASE_URL: openai.url,
      OPENAI_MODEL: "stub-2",
      RASA_URL: "http://127.0.0.1:1",
    };
    const unknown = await scene.doctor({ ...env, OPENAI_API_KEY: openai.apiKey });
    expect(row(unknown, "openai")).toMatchObject({
      level: "fail",
      fix: expect.stringMatching(/OPENAI_MODEL/),
    });
    expect(row(unknown, "rasa")).toMatchObject({
      level: "fail",
      detail: expect.stringMatching(/ECONNREFUSED/),
    });
    const wrong = await scene.doctor({ ...env, OPENAI_API_KEY: "sk-wrong" });
    expect(row(wrong, "openai")).toMatchObject({ level: "fail", fix: "correct OPENAI_API_KEY" });
  });
});

describe("a test message", () => {
  test("goes out by the running bridge", async () => {
    const report = await scene.doctor({}, ["--send-test", "+5561990001111"]);
    expect(row(report, "test message")).toMatchObject({ area: "channel whatsapp" });
  });
});
