import { connect } from "node:net";
import { gzipSync } from "node:zlib";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "@jest/globals";
import supertest from "supertest";
import { BridgeError } from "../../src/errors.ts";
import type { ErrorCode } from "../../src/errors.ts";
import { startServer } from "../../src/http/server.ts";
import { textWebhook } from "../standins/graph-webhooks.ts";
import { ACCESS_TOKEN, ACCOUNT, APP_SECRET, signed, testApp, VERIFY_TOKEN } from "./setup.ts";
import type { AppSetup, TestApp } from "./setup.ts";

const WEBHOOK = "/webhooks/whatsapp/webhook";
const BODY = JSON.stringify(
  textWebhook({ account: ACCOUNT, from: "5561999998888", text: "quero votar", id: "wamid.1" }),
);
const STORE_FAILURES: readonly ErrorCode[] = [
  "store_unavailable",
  "store_overloaded",
  "store_data",
];
const MAX_BYTES = 3 * 1024 * 1024;

function post(app: TestApp["app"], body: Buffer | string = BODY, path = WEBHOOK) {
  return supertest(app).post(path).set(signed(body)).send(body);
}

async function metric(metrics: TestApp["metrics"], name: string): Promise<string[]> {
  const text = await metrics.render();
  return text.split("\n").filter((line) => line.startsWith(`${name}{`));
}

describe("a genuine webhook", () => {
  test.each([
    { label: "at its address", path: WEBHOOK },
    { label: "with a trailing slash", path: `${WEBHOOK}/` },
    { label: "with a suffix", path: `${WEBHOOK}/messages-upsert` },
    { label: "at the address of earlier integrations", path: "/api/v1/whatsapp/webhook" },
  ])("$label is stored, then acknowledged", async ({ path }) => {
    const { app, accepted } = testApp();
    const answer = await post(app, BODY, path);
    expect([answer.status, answer.body]).toEqual([200, { status: "ok" }]);
    expect(accepted).toHaveLength(1);
    expect(accepted[0]).toMatchObject({
      channel: "whatsapp",
      rawBody: Buffer.from(BODY),
      result: { kind: "events", events: [{ kind: "message", text: "quero votar" }] },
    });
  });

  test("is not acknowledged before it is stored", async () => {
    let store = (): void => undefined;
    const { app } = testApp({
      accept: () =>
        new Promise((resolve) => {
          store = () => resolve([]);
        }),
    });
    let answered = false;
    const call = post(app).then((answer) => {
      answered = true;
      return answer.status;
    });
    await sleep(150);
    expect(answered).toBe(false);
    store();
    expect(await call).toBe(200);
  });

  test("keeps a few harmless headers, never a credential", async () => {
    const { app, accepted } = testApp();
    await post(app)
      .set("Authorization", "Bearer planted")
      .set("Cookie", "planted=1")
      .set("X-Api-Key", "planted")
      .set("User-Agent", "facebookexternalua");
    expect(accepted[0]?.headers).toEqual({
      "content-type": "application/json",
      "user-agent": "facebookexternalua",
      "x-hub-signature-256": signed(BODY)["x-hub-signature-256"],
    });
  });

  test("that is not JSON is kept for the operator and acknowledged", async () => {
    const { app, accepted } = testApp();
    expect((await post(app, "{broken")).status).toBe(200);
    expect(accepted[0]).toMatchObject({
      rawBody: Buffer.from("{broken"),
      result: { kind: "quarantine" },
    });
  });

  test("of the largest size is taken", async () => {
    const { app, accepted } = testApp();
    const body = BODY + " ".repeat(MAX_BYTES - Buffer.byteLength(BODY));
    expect((await post(app, body)).status).toBe(200);
    expect(accepted[0]?.rawBody).toHaveLength(MAX_BYTES);
  });
});

describe("a refused webhook", () => {
  test.each<{
    label: string;
    body?: string;
    headers: Record<string, string>;
    path?: string;
    want: number;
  }>([
    { label: "unsigned", headers: {}, want: 401 },
    {
      label: "signed over another body",
      headers: signed(`${BODY} `),
      want: 401,
    },
    {
      label: "one byte over the largest size",
      body: " ".repeat(MAX_BYTES + 1),
      headers: signed(" ".repeat(MAX_BYTES + 1)),
      want: 413,
    },
    {
      label: "for an unknown channel",
      headers: signed(BODY),
      path: "/webhooks/nobody/webhook",
      want: 404,
    },
  ])("$label is answered $want and not stored", async ({ body = BODY, headers, path, want }) => {
    const { app, accepted } = testApp();
    const answer = await supertest(app)
      .post(path ?? WEBHOOK)
      .set(headers)
      .send(body);
    expect(answer.status).toBe(want);
    if (want !== 404) expect(answer.text).toBe("");
    expect(accepted).toEqual([]);
  });

  test("compressed is answered 415 before anything is unpacked", async () => {
    const { app, accepted } = testApp();
    const body = gzipSync(BODY);
    const answer = await supertest(app)
      .post(WEBHOOK)
      .set({ ...signed(body), "Content-Encoding": "gzip" })
      .serialize((sent: unknown) => String(sent))
      .send(body.toString("latin1"));
    expect([answer.status, answer.text, accepted]).toEqual([415, "", []]);
  });

  test("by another verb is answered 405", async () => {
    const { app } = testApp();
    for (const verb of ["put", "delete", "patch", "head"] as const) {
      const answer = await supertest(app)[verb](WEBHOOK);
      expect([verb, answer.status, answer.headers["allow"]]).toEqual([verb, 405, "GET, POST"]);
    }
  });

  test("that breaks off half way is not taken for a forged one", async () => {
    const { app, accepted, log } = testApp();
    const server = await startServer(app, { host: "127.0.0.1", port: 0 });
    const socket = connect(server.port, "127.0.0.1");
    socket.write(`POST ${WEBHOOK} HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{`);
    await sleep(50);
    socket.destroy();
    await sleep(50);
    await server.close(0);
    expect([accepted, log.lines.map(({ fields }) => fields["code"])]).toEqual([
      [],
      ["request_malformed"],
    ]);
  });

  test("is logged without anything that was sent", async () => {
    const { app, log } = testApp();
    await supertest(app).post(WEBHOOK).set("X-Hub-Signature-256", "sha256=planted").send(BODY);
    expect(log.lines).toEqual([
      {
        level: "warn",
        message: "a webhook was refused",
        fields: {
          channel: "whatsapp",
          status: 401,
          code: "webhook_forged",
          reason: expect.any(String),
        },
      },
    ]);
    const text = JSON.stringify(log.lines);
    for (const word of ["planted", "quero votar", "5561999998888", APP_SECRET, ACCESS_TOKEN]) {
      expect(text).not.toContain(word);
    }
  });
});

describe("a webhook that cannot be stored", () => {
  test.each<{ label: string; accept: NonNullable<AppSetup["accept"]> }>([
    ...STORE_FAILURES.map((code) => ({
      label: code,
      accept: async () => {
        throw new BridgeError(code, "planted");
      },
    })),
    {
      label: "a bug while storing",
      accept: async () => {
        throw new TypeError("planted");
      },
    },
    { label: "storing that takes too long", accept: () => new Promise(() => undefined) },
  ])("$label asks the provider to send it again", async ({ accept }) => {
    const { app } = testApp({ accept, settings: { storeTimeoutMs: 100 } });
    const answer = await post(app);
    expect([answer.status, answer.headers["retry-after"], answer.text]).toEqual([503, "2", ""]);
  });

  test("a store that fails after the answer was given up harms nothing", async () => {
    const { app } = testApp({
      settings: { storeTimeoutMs: 20 },
      accept: async () => {
        await sleep(60);
        throw new Error("late");
      },
    });
    expect((await post(app)).status).toBe(503);
    await sleep(80);
    expect((await supertest(app).get("/live")).status).toBe(200);
  });
});

describe("verification", () => {
  const query = {
    "hub.mode": "subscribe",
    "hub.challenge": "<script>1158201444</script>",
    "hub.verify_token": VERIFY_TOKEN,
  };

  test("echoes the challenge as plain text that no browser takes for a page", async () => {
    const { app, accepted } = testApp();
    const answer = await supertest(app).get(WEBHOOK).query(query);
    expect([answer.status, answer.text]).toEqual([200, "<script>1158201444</script>"]);
    expect(answer.headers["content-type"]).toBe("text/plain; charset=utf-8");
    expect(answer.headers["x-content-type-options"]).toBe("nosniff");
    expect(accepted).toEqual([]);
  });

  test("with a wrong token is answered 403 and nothing", async () => {
    const { app } = testApp();
    const answer = await supertest(app)
      .get(WEBHOOK)
      .query({ ...query, "hub.verify_token": "guess" });
    expect([answer.status, answer.text]).toEqual([403, ""]);
  });

  test("guessing is slowed down", async () => {
    const { app } = testApp({ settings: { perMinute: { verification: 2, files: 60 } } });
    const guess = () =>
      supertest(app)
        .get(WEBHOOK)
        .query({ ...query, "hub.verify_token": "x" });
    expect([(await guess()).status, (await guess()).status, (await guess()).status]).toEqual([
      403, 403, 429,
    ]);
  });

  test("a flood of webhooks is never refused for its number", async () => {
    const { app, accepted } = testApp({
      settings: { perMinute: { verification: 1, files: 60 } },
    });
    const server = await startServer(app, { host: "127.0.0.1", port: 0 });
    const agent = supertest(server.url);
    const statuses = new Set<number>();
    for (let round = 0; round < 20; round += 1) {
      const answers = await Promise.all(
        Array.from({ length: 20 }, () => agent.post(WEBHOOK).set(signed(BODY)).send(BODY)),
      );
      for (const { status } of answers) statuses.add(status);
    }
    await server.close(0);
    expect([[...statuses], accepted.length]).toEqual([[200], 400]);
  });
});

describe("the state of a channel", () => {
  test.each([
    { path: "/webhooks/whatsapp", want: 200 },
    { path: "/webhooks/whatsapp/", want: 200 },
    { path: "/webhooks/rest/", want: 200 },
    { path: "/api/v1/whatsapp/health", want: 200 },
    { path: "/webhooks/nobody/", want: 404 },
  ])("$path is answered $want", async ({ path, want }) => {
    const answer = await supertest(testApp().app).get(path);
    expect(answer.status).toBe(want);
    if (want === 200) expect(answer.body).toEqual({ status: "ok" });
    else expect(answer.body).toMatchObject({ code: "channel_unknown" });
  });
});

describe("what is counted", () => {
  test("every answer, by channel and status, an invented channel as other", async () => {
    const { app, metrics } = testApp();
    await post(app);
    await supertest(app).post(WEBHOOK).send(BODY);
    await post(app, BODY, "/webhooks/invented-5561999998888/webhook");
    expect(await metric(metrics, "ponte_webhook_answers_total")).toEqual([
      'ponte_webhook_answers_total{channel="whatsapp",status="200"} 1',
      'ponte_webhook_answers_total{channel="whatsapp",status="401"} 1',
      'ponte_webhook_answers_total{channel="other",status="404"} 1',
    ]);
    expect(await metric(metrics, "ponte_webhook_ack_seconds_count")).toEqual([
      'ponte_webhook_ack_seconds_count{channel="whatsapp"} 2',
      'ponte_webhook_ack_seconds_count{channel="other"} 1',
    ]);
  });
});
