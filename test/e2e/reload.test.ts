import { writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { z } from "zod";
import { runPonte } from "../cli/run.ts";
import { signWebhook, textWebhook } from "../standins/graph-webhooks.ts";
import { startTokenGate, type TokenGate } from "../standins/token-gate.ts";
import { until } from "../until.ts";
import {
  ACCOUNT,
  eventually,
  listQuickestDriver,
  SECRETS,
  startWorld,
  type World,
} from "./world.ts";

const LIMIT_MS = 120_000;
const auditRows = z.looseObject({ data: z.array(z.unknown()) });
const PEOPLE = 6;

const OLD = { admin: "admin-key-that-was-0123456789", token: "EAAold-token-0123456789" } as const;
const NEW = {
  admin: "admin-key-that-is-0123456789",
  token: "EAAnew-token-0123456789",
  appSecret: "app-secret-that-is-0123456789",
} as const;

interface Told {
  readonly admin: string;
  readonly token: string;
  readonly appSecrets: string;
  readonly more?: string;
}

const fileOf = ({ admin, token, appSecrets, more = "" }: Told): string =>
  [
    `PONTE_ADMIN_KEY=${admin}`,
    `WPP_AUTHORIZATION_TOKEN=${token}`,
    `WHATSAPP_APP_SECRET=${appSecrets}`,
    more,
  ].join("\n");

const BEFORE: Told = { ...OLD, appSecrets: SECRETS.appSecret };
const OVERLAP: Told = { ...NEW, appSecrets: `${NEW.appSecret},${SECRETS.appSecret}` };
const AFTER: Told = { ...NEW, appSecrets: NEW.appSecret };

const personOf = (n: number): string => `55619911100${String(n % PEOPLE).padStart(2, "0")}`;

const textOf = (payload: unknown): string =>
  /"body":"([^"]*)"/.exec(JSON.stringify(payload))?.[1] ?? "";

let world: World;
let gate: TokenGate;

const reloads = (): number =>
  world.bridge().output().split("the configuration was read again").length - 1;

const refusals = (): number =>
  world.bridge().output().split("read again cannot be used").length - 1;

const tell = (told: Told): void => writeFileSync(path.join(world.folder, ".env"), fileOf(told));

/** Changes the file and sends the signal; resolves once the bridge says that it went on with it. */
async function reload(told: Told): Promise<void> {
  const before = reloads();
  tell(told);
  world.bridge().signal("SIGHUP");
  await until(() => reloads() > before);
}

async function postSigned(n: number, secret: string): Promise<number> {
  const body = textWebhook({
    account: ACCOUNT,
    from: personOf(n),
    id: `wamid.r${n}`,
    text: `m${n}`,
  });
  const { rawBody, headers } = signWebhook(body, secret);
  const url = `${world.bridge().url}/webhooks/whatsapp/webhook`;
  const answer = await fetch(url, { method: "POST", headers, body: new Uint8Array(rawBody) }).catch(
    () => undefined,
  );
  await answer?.arrayBuffer();
  return answer?.status ?? 0;
}

const api = (route: string, key: string, init: RequestInit = {}): Promise<Response> =>
  fetch(`${world.bridge().url}${route}`, {
    ...init,
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
  });

const metrics = async (key: string): Promise<string> => (await api("/metrics", key)).text();

const ponte = (...words: string[]) =>
  runPonte(words, { env: { PONTE_URL: world.bridge().url, PONTE_ADMIN_KEY: NEW.admin } });

async function echo(_sender: string, message: string) {
  await sleep(message === "slow" ? 1_000 : 20);
  return [{ text: `eco ${message}` }];
}

beforeAll(async () => {
  const [driver] = await listQuickestDriver();
  gate = await startTokenGate({
    target: () => ({ url: world.graph.url, token: SECRETS.token }),
    tokens: [OLD.token, NEW.token],
  });
  world = await startWorld({
    driver: driver?.driver ?? "embedded",
    bot: echo,
    env: { WHATSAPP_GRAPH_URL: gate.url },
    envFile: fileOf(BEFORE),
  });
}, LIMIT_MS);

afterAll(async () => {
  await world.close();
  await gate.close();
});

describe("secrets that change under load", () => {
  test(
    "no webhook fails, nothing is lost or answered twice, order stays, and sends use the new token",
    async () => {
      const total = 90;
      const answered: number[] = [];
      const isNew = { value: false };
      // A caller of the web channel waits all the while.
      const waiting = fetch(`${world.bridge().url}/webhooks/rest/webhook`, {
        method: "POST",
        body: JSON.stringify({ sender: "me", message: "slow" }),
      });
      const load = (async () => {
        for (let n = 0; n < total; n += 1) {
          const secret = isNew.value && n % 2 === 0 ? NEW.appSecret : SECRETS.appSecret;
          answered.push(await postSigned(n, secret));
        }
      })();
      await until(() => answered.length >= 20);
      await reload(OVERLAP);
      isNew.value = true;
      const sentByThen = gate.seen.length;
      await load;
      expect(answered.filter((status) => status !== 200)).toEqual([]);
      expect(sentByThen).toBeLessThan(total);
      expect(await (await waiting).json()).toEqual([{ recipient_id: "me", text: "eco slow" }]);
      await eventually(
        () => world.graph.sent.length >= total,
        () => world.graph.sent.length,
      );
      await world.graph.settled();
      for (let person = 0; person < PEOPLE; person += 1) {
        const texts = world.graph.sent
          .filter(({ to }) => to === `+${personOf(person)}`)
          .map(({ payload }) => textOf(payload));
        expect(texts).toEqual(
          Array.from({ length: total / PEOPLE }, (_, turn) => `eco m${person + turn * PEOPLE}`),
        );
      }
      expect(world.rasa.overlaps()).toBe(0);
      expect(new Set(gate.seen)).toEqual(new Set([OLD.token, NEW.token]));
      expect(gate.seen.at(-1)).toBe(NEW.token);
    },
    LIMIT_MS,
  );

  test("the log names what changed, and none of the secrets, old or new", () => {
    const output = world.bridge().output();
    for (const name of [
      "channels.whatsapp.access_token",
      "channels.whatsapp.app_secrets",
      "server.admin_key",
    ])
      expect(output).toContain(name);
    const values = [...Object.values(OLD), ...Object.values(NEW), ...Object.values(SECRETS)];
    for (const value of values) expect(output).not.toContain(value);
  });

  test("the old admin key is refused, the new one is taken", async () => {
    expect((await api("/api/v1/messages", OLD.admin)).status).toBe(401);
    expect((await api("/api/v1/messages", NEW.admin)).status).toBe(200);
  });

  test("once the old secret is taken out, what is signed with it is refused", async () => {
    await reload(AFTER);
    expect(await postSigned(1_000, SECRETS.appSecret)).toBe(401);
    expect(await postSigned(1_001, NEW.appSecret)).toBe(200);
  });

  test("it is counted and can be looked up", async () => {
    const text = await metrics(NEW.admin);
    expect(text).toContain('ponte_config_reloads_total{outcome="done"} 2');
    expect(text).toMatch(/ponte_config_last_reload_success_timestamp_seconds 1\.?\d{9}/);
    expect(text).toContain('ponte_messages_stored_total{channel="whatsapp"} 91');
    // The row of a reload comes after its line in the log, which is what was waited for.
    const done = { actor: "signal", detail: { outcome: "done" } };
    await until(async () => {
      const read = await api("/api/v1/audit?action=reload", NEW.admin);
      return auditRows.parse(await read.json()).data.length === 2;
    });
    const audit: unknown = await (await api("/api/v1/audit?action=reload", NEW.admin)).json();
    expect(audit).toMatchObject({ data: [done, done] });
  });
});

describe("a configuration that cannot be used", () => {
  test("is refused with all its problems and no value, and the bridge goes on", async () => {
    tell({ ...AFTER, more: "RASA_TIMEOUT_MS=for-ever\nPUBLIC_URL=nowhere" });
    world.bridge().signal("SIGHUP");
    await until(() => refusals() === 1);
    const output = world.bridge().output();
    for (const name of ["RASA_TIMEOUT_MS", "PUBLIC_URL"]) expect(output).toContain(name);
    for (const value of ["for-ever", "nowhere"]) expect(output).not.toContain(value);
    expect(await postSigned(1_002, NEW.appSecret)).toBe(200);
    expect(await metrics(NEW.admin)).toContain('ponte_config_reloads_total{outcome="refused"} 1');
  });

  test("is told to whoever asks over the API or the command line", async () => {
    const { code, stdout, stderr } = await ponte("reload");
    expect({ code, stdout }).toEqual({ code: 3, stdout: "" });
    expect(stderr).toMatch(/RASA_TIMEOUT_MS[^]*nothing changed/);
    const answer = await api("/api/v1/settings/reload", NEW.admin, { method: "POST" });
    expect(answer.status).toBe(422);
    expect(await answer.text()).toContain("PUBLIC_URL");
  });
});

describe("what cannot change while the program runs", () => {
  const shape = z.object({ changed: z.array(z.string()), needs_restart: z.array(z.string()) });

  test("is named, and stays as it was", async () => {
    tell({ ...AFTER, more: "PONTE_ROLE=web\nREDIS_URL=redis://127.0.0.1:1\nPONTE_SERVICE_NAME=x" });
    const { code, stdout } = await ponte("reload", "--json");
    expect(code).toBe(0);
    expect(shape.parse(JSON.parse(stdout))).toEqual({
      changed: ["server.service_name"],
      needs_restart: ["server.role", "redis.url"],
    });
    await postSigned(1_003, NEW.appSecret);
    const texts = () => world.graph.sent.map(({ payload }) => textOf(payload));
    await until(() => texts().includes("eco m1003"));
    expect(world.bridge().output()).toContain("needs a restart");
  });

  test("variables that the process was started with stay, whatever the file says", async () => {
    await reload({ ...AFTER, more: `RASA_URL=http://127.0.0.1:1` });
    await postSigned(1_004, NEW.appSecret);
    const texts = () => world.graph.sent.map(({ payload }) => textOf(payload));
    await until(() => texts().includes("eco m1004"));
  });
});

test("live streams are closed by a reload and can be opened again", async () => {
  const stream = await api("/api/v1/events/stream", NEW.admin);
  expect(stream.status).toBe(200);
  const ended = stream.text();
  await reload(AFTER);
  await ended;
  const again = await api("/api/v1/events/stream?once=true", NEW.admin);
  expect(again.status).toBe(200);
  await again.text();
});

describe("the log level", () => {
  const debugLines = (): number => world.bridge().output().split('"level":"debug"').length - 1;
  const ask = async (): Promise<void> => {
    const body = JSON.stringify({ sender: "who-looks-at-the-log", message: "planted-word" });
    const answer = await api("/webhooks/rest/webhook", NEW.admin, { method: "POST", body });
    expect(await answer.json()).toHaveLength(1);
  };

  test("changes for some minutes by a command, and back by a signal", async () => {
    await ask();
    expect(debugLines()).toBe(0);
    const { stdout } = await ponte("log-level", "debug", "--minutes", "10");
    expect(stdout).toMatch(/^The log writes debug until .*, then info again\.\n$/);
    const shown: unknown = await (await api("/api/v1/settings/log-level", NEW.admin)).json();
    expect(shown).toMatchObject({ level: "debug", configured: "info", until: expect.any(String) });
    await ask();
    await until(() => /"level":"debug","message":"a turn ended"/.test(world.bridge().output()));
    expect(world.bridge().output()).not.toContain("planted-word");
    world.bridge().signal("SIGUSR2");
    await until(async () => {
      const now: unknown = await (await api("/api/v1/settings/log-level", NEW.admin)).json();
      return z.object({ level: z.string(), until: z.null() }).safeParse(now).data?.level === "info";
    });
    const written = debugLines();
    await ask();
    expect(debugLines()).toBe(written);
    const audit: unknown = await (await api("/api/v1/audit?action=log_level", NEW.admin)).json();
    expect(audit).toMatchObject({ data: [{ actor: "admin", subject: "debug" }] });
  });
});
