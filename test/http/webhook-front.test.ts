import type { IncomingMessage, ServerResponse } from "node:http";
import { describe, expect, test } from "@jest/globals";
import supertest from "supertest";
import { BridgeError } from "../../src/errors.ts";
import { createWebhookFront } from "../../src/http/webhook-front.ts";
import { textWebhook } from "../standins/graph-webhooks.ts";
import { ACCOUNT, type AppSetup, signed, testApp } from "./setup.ts";

const WEBHOOK = "/webhooks/whatsapp/webhook";
const BODY = JSON.stringify(
  textWebhook({ account: ACCOUNT, from: "5561999998888", text: "oi", id: "wamid.1" }),
);

/** Serves what the front takes, and answers 404 to what it leaves. */
function frontAlone() {
  const { deps, accepted } = testApp();
  const front = createWebhookFront(deps);
  const app = (request: IncomingMessage, response: ServerResponse): void => {
    if (!front(request, response)) response.writeHead(404).end();
  };
  return { app, accepted };
}

describe("the front", () => {
  test.each([
    { label: "the address", path: WEBHOOK, want: 200 },
    { label: "the address with a query", path: `${WEBHOOK}?a=1`, want: 200 },
    { label: "an address of earlier integrations", path: "/api/v1/whatsapp/webhook", want: 200 },
    { label: "a suffix", path: `${WEBHOOK}/messages-upsert`, want: 404 },
    { label: "a trailing slash", path: `${WEBHOOK}/`, want: 404 },
    { label: "a channel that is not configured", path: "/webhooks/serpro/webhook", want: 404 },
    { label: "a channel of web clients", path: "/webhooks/rest/webhook", want: 404 },
  ])("takes or leaves $label", async ({ path, want }) => {
    const { app, accepted } = frontAlone();
    const answer = await supertest(app).post(path).set(signed(BODY)).send(BODY);
    expect([answer.status, accepted.length]).toEqual([want, want === 200 ? 1 : 0]);
  });

  test("leaves a packed body to the router", async () => {
    const { app, accepted } = frontAlone();
    const headers = { ...signed(BODY), "Content-Encoding": "gzip" };
    const answer = await supertest(app).post(WEBHOOK).set(headers).send(BODY);
    expect([answer.status, accepted.length]).toEqual([404, 0]);
  });

  test("leaves a body of unknown length to the router", async () => {
    const { app, accepted } = frontAlone();
    const sent = supertest(app).post(WEBHOOK).set(signed(BODY));
    sent.write(BODY);
    expect([(await sent).status, accepted.length]).toEqual([404, 0]);
  });
});

describe("the same call is answered by the front as by the router", () => {
  const fails: AppSetup = {
    accept: () => {
      throw new BridgeError("store_unavailable", "away");
    },
  };
  test.each<{ label: string; body: string; headers?: Record<string, string>; setup?: AppSetup }>([
    { label: "genuine", body: BODY },
    { label: "with an id of the caller's", body: BODY, headers: { "X-Request-Id": "caller-0123" } },
    { label: "with an id that is not harmless", body: BODY, headers: { "X-Request-Id": "a b" } },
    { label: "forged", body: BODY, headers: { "X-Hub-Signature-256": "sha256=0" } },
    { label: "no JSON", body: "{" },
    { label: "not stored", body: BODY, setup: fails },
  ])("$label", async ({ body, headers = {}, setup = {} }) => {
    const answers = [];
    for (const path of [WEBHOOK, `${WEBHOOK}/`]) {
      const { app, metrics } = testApp(setup);
      const sent = supertest(app)
        .post(path)
        .set({ ...signed(body), ...headers });
      const { status, text, headers: given } = await sent.send(body);
      const id = String(given["x-request-id"]).replace(/^[\da-f-]{36}$/, "made");
      const counted = (await metrics.render())
        .split("\n")
        .filter((line) => line.startsWith("ponte_webhook_answers_total"));
      answers.push({ status, text, counted, given: { ...given, date: "", "x-request-id": id } });
    }
    expect(answers[0]).toEqual(answers[1]);
  });
});
