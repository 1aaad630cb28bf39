import { PassThrough } from "node:stream";
import { expect, test } from "@jest/globals";
import { AxiosError, AxiosHeaders } from "axios";
import supertest from "supertest";
import { createLogger } from "../../src/log.ts";
import { textWebhook } from "../standins/graph-webhooks.ts";
import {
  ACCESS_TOKEN,
  ACCOUNT,
  ADMIN_KEY,
  APP_SECRET,
  signed,
  testApp,
  VERIFY_TOKEN,
} from "./setup.ts";

const PHONE = "5561999998888";
const TEXT = "segredo do eleitor";
const REST_TOKEN = "the-rest-token";
const SECRETS = [ACCESS_TOKEN, ADMIN_KEY, APP_SECRET, REST_TOKEN, VERIFY_TOKEN];

test("no way through the edge writes a secret, a number or a text to the log", async () => {
  const stream = new PassThrough();
  const failure = (): AxiosError =>
    new AxiosError(`failed for ${PHONE} with ${ACCESS_TOKEN}`, "ERR_BAD_RESPONSE", {
      headers: new AxiosHeaders({ Authorization: `Bearer ${ACCESS_TOKEN}` }),
      data: TEXT,
    });
  const { app } = testApp({
    log: createLogger({ level: "debug", secrets: SECRETS, stream }),
    rest: { token: REST_TOKEN },
    accept: () => Promise.reject(failure()),
    ask: async function* () {
      yield { text: TEXT };
      throw failure();
    },
    checks: { database: () => Promise.reject(failure()) },
  });
  const body = JSON.stringify(
    textWebhook({ account: ACCOUNT, from: PHONE, text: TEXT, id: "wamid.1" }),
  );
  const agent = supertest(app);
  const bearer = { Authorization: `Bearer ${REST_TOKEN}` };
  const calls = [
    agent.post("/webhooks/whatsapp/webhook").set(signed(body)).send(body),
    agent.post(`/webhooks/whatsapp/webhook?access_token=${ACCESS_TOKEN}`).send(body),
    agent
      .post("/webhooks/whatsapp/webhook")
      .set(signed(`${body}{`))
      .send(`${body}{`),
    agent.get("/webhooks/whatsapp/webhook").query({ "hub.verify_token": `${VERIFY_TOKEN}x` }),
    agent.post(`/webhooks/rest/webhook?token=${REST_TOKEN}x`).send({ sender: PHONE }),
    agent.post("/webhooks/rest/webhook").set(bearer).send({ sender: PHONE, message: TEXT }),
    agent.post("/webhooks/rest/webhook").set(bearer).send(`{"message":"${TEXT}`),
    agent.get("/metrics").set("Authorization", `Bearer ${ADMIN_KEY}x`),
    agent.get("/health"),
    agent.get(`/webhooks/${PHONE}/webhook`),
  ];
  const statuses: number[] = [];
  for (const call of calls) statuses.push((await call).status);
  expect(statuses).toEqual([503, 401, 503, 403, 401, 200, 400, 401, 503, 404]);

  const text = String(stream.read() ?? "");
  const lines = text.trim().split("\n");
  expect(lines.length).toBeGreaterThanOrEqual(7);
  for (const line of lines) expect(JSON.parse(line)).toHaveProperty("correlation");
  for (const planted of [...SECRETS, PHONE, TEXT]) expect(text).not.toContain(planted);
});
