import { describe, expect, test } from "@jest/globals";
import type { AcceptedWebhook } from "../../src/flow/accept.ts";
import { evolution } from "../../src/channels/evolution/index.ts";
import { decodeWebhook, encodeWebhook } from "../../src/spool/record.ts";
import { statusWebhook, upsertWebhook } from "../standins/evolution-webhooks.ts";
import { webhookOf } from "./samples.ts";

const AT = "2026-11-22T12:00:00.000Z";
const SECRET = "secret-of-the-tests-0123456789";
const KEY = "instance-token-of-the-tests";

const through = (webhook: AcceptedWebhook) =>
  decodeWebhook(encodeWebhook({ webhook, at: AT, version: "1.2.3" }));

describe("a spooled webhook", () => {
  test.each([
    { label: "of events", webhook: webhookOf("A") },
    {
      label: "that nobody understands",
      webhook: webhookOf("A", { result: { kind: "quarantine", reason: "no JSON" } }),
    },
    {
      label: "whose body is no text",
      webhook: webhookOf("A", { rawBody: Buffer.from([0, 255, 0xd8, 0]) }),
    },
    { label: "without a body", webhook: webhookOf("A", { rawBody: Buffer.alloc(0) }) },
  ])("$label comes back as it was", ({ webhook }) => {
    expect(through(webhook)).toEqual({ webhook, at: AT, version: "1.2.3" });
  });

  test("with hostile characters comes back as it was", () => {
    const events = [{ kind: "unsupported", what: 'a\u0000b \ud800 "\u2028' } as const];
    const webhook = webhookOf("A", { result: { kind: "events", events } });
    expect(through(webhook)?.webhook.result).toEqual({ kind: "events", events });
  });

  test("is none where its bytes are something else", () => {
    const content = encodeWebhook({ webhook: webhookOf("A"), at: AT, version: "1" });
    const wrong = [
      Buffer.alloc(0),
      Buffer.alloc(3),
      Buffer.alloc(100),
      content.subarray(0, 40),
      Buffer.concat([content.subarray(0, 4), Buffer.from("x"), content.subarray(5)]),
    ];
    expect(wrong.map(decodeWebhook)).toEqual(wrong.map(() => undefined));
  });

  test("of Evolution API means the same, to the second, and holds no key", () => {
    const channel = evolution.configure({
      base_url: "https://evo.example",
      api_key: "key-of-the-tests-0123456789",
      instances: ["loja"],
      webhook_secrets: [SECRET],
    });
    const status = { instance: "loja", id: "3EB0", jid: "5511999990000@s.whatsapp.net" };
    const bodies = [
      upsertWebhook({
        instance: "loja",
        from: "5511999990000@s.whatsapp.net",
        id: "A",
        message: { conversation: "oi" },
      }),
      statusWebhook({ version: "v2", integration: "baileys" }, { ...status, status: "READ" }),
    ];
    for (const body of bodies) {
      const rawBody = Buffer.from(JSON.stringify({ ...body, apikey: KEY }));
      const result = channel.receive({
        method: "POST",
        suffix: SECRET,
        headers: { "x-timestamp": "1795185126" },
        query: {},
        rawBody,
      });
      if (result.kind !== "events" || result.keptBody === undefined)
        throw new Error("not what was meant");
      const { events, keptBody } = result;
      const webhook = webhookOf("A", { rawBody: keptBody, result: { kind: "events", events } });
      const content = encodeWebhook({ webhook, at: AT, version: "1" });
      expect(content.includes(KEY)).toBe(false);
      expect(content.includes(SECRET)).toBe(false);
      expect(decodeWebhook(content)?.webhook.result).toEqual(
        JSON.parse(JSON.stringify({ kind: "events", events })),
      );
    }
  });
});
