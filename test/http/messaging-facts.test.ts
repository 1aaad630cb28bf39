import { describe, expect, test } from "@jest/globals";
import { Router } from "express";
import supertest from "supertest";
import { describeMessaging, findMessagingFacts } from "../../src/http/messaging-facts.ts";
import { testApp } from "./setup.ts";

const channelOf = (type: string, settings: Readonly<Record<string, unknown>> = {}) => ({
  name: `my-${type}`,
  type,
  channel: { endpoints: ["https://user:password@resource.example:8443/path?key=x"] },
  settings,
});

test.each([
  { label: "no channel on Azure", channels: [channelOf("cloud")], want: {} },
  {
    label: "WhatsApp alone",
    channels: [channelOf("cloud"), channelOf("acs")],
    want: {
      messaging_connect_enabled: false,
      acs_endpoint: "https://resource.example:8443",
      service: "consolidated-backend",
    },
  },
  {
    label: "the second registration",
    channels: [channelOf("acs"), channelOf("acs-connect")],
    want: { messaging_connect_enabled: true },
  },
  {
    label: "SMS by a partner",
    channels: [channelOf("sms", { messaging_connect: "true" })],
    want: { messaging_connect_enabled: true },
  },
  {
    label: "SMS without",
    channels: [channelOf("sms", { messaging_connect: false }), channelOf("sms")],
    want: { messaging_connect_enabled: false },
  },
])("$label is described, without keys", ({ channels, want }) => {
  const facts = findMessagingFacts(channels);
  const described = describeMessaging(facts, "consolidated-backend");
  expect(described).toMatchObject(want);
  if (facts.endpoint === undefined) expect(described).toStrictEqual({});
  expect(JSON.stringify(described)).not.toMatch(/password|key=/);
});

describe("GET /health", () => {
  test("shows it beside the usual", async () => {
    const about = describeMessaging(findMessagingFacts([channelOf("acs")]), "ponte");
    const { body } = await supertest(testApp({ about }).app).get("/health");
    expect(body).toMatchObject({
      status: "healthy",
      messaging_connect_enabled: false,
      acs_endpoint: "https://resource.example:8443",
      service: "ponte",
    });
  });

  test("shows nothing of it where no channel is on Azure", async () => {
    const { body } = await supertest(testApp().app).get("/health");
    expect(body).not.toHaveProperty("messaging_connect_enabled");
  });
});

describe("the test routes", () => {
  const router = Router().post("/messaging/test", (_request, response) => {
    response.json({ success: true });
  });

  test("stand beside the API where they are given", async () => {
    const { app } = testApp({ messagingTests: router });
    const { body } = await supertest(app).post("/messaging/test");
    expect(body).toStrictEqual({ success: true });
  });

  test("are nowhere otherwise", async () => {
    expect((await supertest(testApp().app).post("/messaging/test")).status).toBe(404);
  });
});
