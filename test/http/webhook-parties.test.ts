import { describe, expect, test } from "@jest/globals";
import supertest from "supertest";
import type { Channel, WebhookRequest, WebhookResult } from "../../src/channels/channel.ts";
import { BridgeError } from "../../src/errors.ts";
import type { NamedChannel } from "../../src/http/dependencies.ts";
import type { ChannelEvent } from "../../src/messages.ts";
import { plainChannel } from "../flow/scene.ts";
import { testApp } from "./setup.ts";

const textOf = ({ rawBody }: WebhookRequest): string => rawBody.toString("utf8");

function eventsOf(word: string): WebhookResult {
  const events: ChannelEvent[] = [
    { kind: "notice", account: "1", severity: "info", topic: word, detail: "" },
    { kind: "unsupported", what: `not for ${word}` },
  ];
  return { kind: "events", events };
}

function named(name: string, overrides: Partial<Channel> = {}): NamedChannel {
  const receive = () => eventsOf(name);
  return { name, type: name, channel: plainChannel({ receive, ...overrides }) };
}

const guest = (overrides: Partial<Channel> = {}) =>
  named("guest", {
    visits: {
      names: ["host"],
      recognises: (request) => {
        if (textOf(request) === "whole") return "all";
        return textOf(request).includes("part") ? "some" : undefined;
      },
    },
    ...overrides,
  });

async function call(channels: readonly NamedChannel[], body: string, path = "host") {
  const { app, accepted } = testApp({ channels });
  const answer = await supertest(app)
    .post(`/webhooks/${path}/webhook`)
    .set("Content-Type", "application/json")
    .send(body);
  const stored = accepted.map(({ channel, result }) => [
    channel,
    result.kind === "events" ? result.events.map(({ kind }) => kind) : result.kind,
  ]);
  return { status: answer.status, stored };
}

describe("a call at an address that a guest visits", () => {
  const everything = ["notice", "unsupported"];
  test.each([
    { body: "nothing of it", stored: [["host", everything]] },
    { body: "whole", stored: [["guest", everything]] },
    {
      body: "in part",
      stored: [
        ["host", everything],
        ["guest", ["notice"]],
      ],
    },
  ])("$body goes to whom it is for", async ({ body, stored }) => {
    expect(await call([named("host"), guest()], body)).toEqual({ status: 200, stored });
  });

  test("nothing is stored where one of its readers refuses it", async () => {
    const receive = () => {
      throw new BridgeError("webhook_forged", "planted");
    };
    const channels = [named("host"), guest({ receive })];
    expect(await call(channels, "in part")).toEqual({ status: 401, stored: [] });
  });

  test("a guest keeps nothing of a call that holds nothing for it", async () => {
    const receive = (): WebhookResult => ({ kind: "quarantine", reason: "planted" });
    const stored = [["host", everything]];
    const channels = [named("host"), guest({ receive })];
    expect(await call(channels, "in part")).toEqual({ status: 200, stored });
  });

  test.each(["whole", "in part", "nothing of it"])(
    "the guest serves the address where there is no host (%s)",
    async (body) => {
      const stored = [["guest", everything]];
      expect(await call([guest()], body)).toEqual({ status: 200, stored });
    },
  );

  test("the guest's own address is its own", async () => {
    const stored = [["guest", everything]];
    expect(await call([named("host"), guest()], "nothing of it", "guest")).toEqual({
      status: 200,
      stored,
    });
  });
});

describe("a check that takes time", () => {
  const receive = ({ isAuthenticated }: WebhookRequest): WebhookResult => {
    if (isAuthenticated !== true) throw new BridgeError("webhook_forged", "planted");
    return eventsOf("host");
  };

  test.each([
    { label: "vouches for the caller", authenticate: async () => true, status: 200 },
    { label: "does not vouch for the caller", authenticate: async () => false, status: 401 },
    {
      label: "cannot be made now",
      authenticate: async () => {
        throw new BridgeError("webhook_unchecked", "planted");
      },
      status: 503,
    },
  ])("that $label is answered $status", async ({ authenticate, status }) => {
    const answer = await call([named("host", { receive, authenticate })], "body");
    expect(answer.status).toBe(status);
    expect(answer.stored).toHaveLength(status === 200 ? 1 : 0);
  });
});

test("a handshake by OPTIONS is answered with the headers it asks for", async () => {
  const receive = ({ method }: WebhookRequest): WebhookResult => ({
    kind: "handshake",
    contentType: "text/plain",
    headers: { "WebHook-Allowed-Origin": "eventgrid.azure.net" },
    body: method,
  });
  const host = named("host", { receive, webhookMethods: ["POST", "OPTIONS"] });
  const { app, accepted } = testApp({ channels: [host] });
  const answer = await supertest(app).options("/webhooks/host/webhook");
  expect([answer.status, answer.text]).toEqual([200, "OPTIONS"]);
  expect(answer.headers["webhook-allowed-origin"]).toBe("eventgrid.azure.net");
  const refused = await supertest(app).get("/webhooks/host/webhook");
  expect([refused.status, refused.headers["allow"]]).toEqual([405, "OPTIONS, POST"]);
  expect(accepted).toEqual([]);
});

test("a body that may not be kept as it came is stored as the channel says", async () => {
  const receive = (): WebhookResult => ({
    kind: "events",
    events: [],
    keptBody: Buffer.from("clean"),
  });
  const { app, accepted } = testApp({ channels: [named("host", { receive })] });
  await supertest(app).post("/webhooks/host/webhook").send("secret");
  expect(accepted[0]?.rawBody.toString()).toBe("clean");
});
