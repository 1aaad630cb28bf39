import { afterAll, describe, expect, test } from "@jest/globals";
import { HttpRequest } from "@azure/functions";
import {
  type Open,
  serveEvent,
  serveHttp,
  serveReady,
} from "../../examples/azure-functions/src/adapter.ts";
import { openWebhooks } from "../../src/library/open-webhooks.ts";
import type { WebhookCall } from "../../src/library/webhook-call.ts";
import { libraryOptions, signedText, VERIFY_TOKEN } from "../library/options.ts";

const ADDRESS = "https://bridge.azurewebsites.net/webhooks/whatsapp/webhook";
const reported: string[] = [];
const report = (message: string): void => void reported.push(message);

/** The real handler over a database that is away: whatever is genuine is answered 503, whatever is not never gets there. */
const away = await openWebhooks(libraryOptions("postgres://nobody@127.0.0.1:1/none"));
const openAway: Open = async () => away;

afterAll(() => away.close());

function posted({ rawBody, headers }: ReturnType<typeof signedText>): HttpRequest {
  const body = { bytes: new Uint8Array(rawBody) };
  return new HttpRequest({ method: "POST", url: ADDRESS, headers, body });
}

describe("the HTTP trigger", () => {
  test("passes the handshake on and writes its answer", async () => {
    const query = {
      "hub.mode": "subscribe",
      "hub.challenge": "4711",
      "hub.verify_token": VERIFY_TOKEN,
    };
    const request = new HttpRequest({ method: "GET", url: ADDRESS, query });
    expect(await serveHttp(openAway, request, report)).toMatchObject({ status: 200, body: "4711" });
  });

  test("a signature over the very bytes is known, and one over others is not", async () => {
    const call = signedText("wamid.FUNCTION", "olá 😀");
    const genuine = await serveHttp(openAway, posted(call), report);
    expect(genuine).toMatchObject({ status: 503, headers: { "Retry-After": "2" } });
    const changed = Buffer.concat([call.rawBody, Buffer.from(" ")]);
    const forged = await serveHttp(openAway, posted({ ...call, rawBody: changed }), report);
    expect(forged.status).toBe(401);
  });

  test("gives the call as it came, a parameter given twice included", async () => {
    const calls: WebhookCall[] = [];
    const open: Open = async () => ({
      ...away,
      handle: async (call) => {
        calls.push(call);
        return { status: 200, headers: { "Content-Type": "text/plain" }, body: "ok" };
      },
    });
    const headers = { "X-Webhook-Secret": "s", "content-type": "application/json" };
    const url = `${ADDRESS}/messages?code=a%20b&code=c`;
    const request = new HttpRequest({ method: "POST", url, headers, body: { string: "{}" } });
    expect(await serveHttp(open, request, report)).toEqual({
      status: 200,
      headers: { "Content-Type": "text/plain" },
      body: "ok",
    });
    expect(calls[0]).toMatchObject({
      method: "POST",
      path: "/webhooks/whatsapp/webhook/messages",
      headers: { "x-webhook-secret": "s", "content-type": "application/json" },
      body: new Uint8Array(Buffer.from("{}")),
    });
    expect(calls[0]?.query.getAll("code")).toEqual(["a b", "c"]);
  });

  test("asks for the call again where the bridge's part cannot be opened", async () => {
    const broken: Open = () => Promise.reject(new Error("the configuration has 1 problem"));
    const answer = await serveHttp(broken, posted(signedText("wamid.COLD", "oi")), report);
    expect(answer).toMatchObject({ status: 503, headers: { "Retry-After": "2" } });
    expect(reported).toContain("a webhook could not be taken");
    expect((await serveReady(broken, report)).status).toBe(503);
  });

  test("is not ready while nothing can be stored", async () => {
    expect((await serveReady(openAway, report)).status).toBe(503);
    const check = async (): Promise<void> => undefined;
    expect((await serveReady(async () => ({ ...away, check }), report)).status).toBe(200);
  });
});

describe("the Event Grid trigger", () => {
  test("hands the one event on as a list", async () => {
    const taken: unknown[] = [];
    const open: Open = async () => ({
      ...away,
      acceptEvents: async (channel, events) => void taken.push([channel, events]),
    });
    await serveEvent(open, "acs", { id: "1" });
    expect(taken).toEqual([["acs", [{ id: "1" }]]]);
  });

  test("fails where the event is not stored, so that it is delivered again", async () => {
    await expect(serveEvent(openAway, "acs", { eventType: "x" })).rejects.toMatchObject({
      code: "store_unavailable",
    });
  });
});
