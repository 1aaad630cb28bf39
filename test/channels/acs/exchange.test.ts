import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { createAuthorize } from "../../../src/channels/acs/call.ts";
import { acs } from "../../../src/channels/acs/index.ts";
import type { Channel } from "../../../src/channels/channel.ts";
import { callProvider, toolsNow } from "../../../src/flow/call.ts";
import { sendOnce, type SendResult } from "../../../src/flow/send.ts";
import { type Acs, startAcs } from "../../standins/acs.ts";
import type { AcsFault } from "../../standins/acs-faults.ts";
import { ACCESS_KEY, ACS_SAMPLE, CHANNEL_ID, SECRET } from "./sample.ts";
import { startTools } from "./tools.ts";

const ID = "019a9f3c-5e00-7abc-8def-0123456789ab";
const FILE = Buffer.from([0, 255, 1, 254, 0x80, 0xc3, 0x28, 10, 13]);

let provider: Acs;
let channel: Channel;
let tools: ReturnType<typeof startTools>;

beforeEach(async () => {
  provider = await startAcs({
    accessKey: ACCESS_KEY,
    channelIds: [CHANNEL_ID],
    files: new Map([["8d5f/2b?10", FILE]]),
  });
  channel = acs.configure({
    connection_string: provider.connectionString,
    channel_ids: CHANNEL_ID,
    webhook_secrets: SECRET,
  });
  tools = startTools();
});

afterEach(async () => {
  tools.close();
  await provider.close();
});

const payloadOf = (text: string, more: object = {}): unknown =>
  channel.render({ text, ...more }, ACS_SAMPLE.to).messages[0]?.payload;

const send = (payload: unknown = payloadOf("Olá"), round = 0): Promise<SendResult> =>
  sendOnce(channel, payload, { id: ID, account: CHANNEL_ID, round }, tools);

describe("a send through the provider's own library", () => {
  test("is signed over its bytes, whatever they are, and its host with the port", async () => {
    const result = await send(payloadOf("Olá, você: ação 😀 \u2028"));
    expect(result).toMatchObject({
      outcome: "sent",
      receipt: { identities: [{ kind: "phone", value: "5561912345678" }] },
    });
    expect(provider.refusals).toStrictEqual([]);
    expect(provider.sent).toMatchObject([
      {
        channelId: CHANNEL_ID,
        to: "+5561912345678",
        body: { content: "Olá, você: ação 😀 \u2028" },
      },
    ]);
  });

  test("carries our version, our id and the pair that makes it repeatable", async () => {
    await send();
    const [call] = provider.calls;
    expect(call?.target).toBe("/messages/notifications:send?api-version=2024-08-30");
    expect(call?.headers).toMatchObject({
      "x-ms-client-request-id": ID,
      "repeatability-request-id": ID,
      "repeatability-first-sent": "Thu, 20 Nov 2025 03:08:44 GMT",
    });
  });

  test("interactive messages go out under their own version", async () => {
    await send(payloadOf("Escolha", { buttons: [{ title: "Sim" }, { title: "Não" }] }));
    expect(provider.refusals).toStrictEqual([]);
    expect(provider.sent.map(({ kind }) => kind)).toStrictEqual(["interactive"]);
    expect(provider.calls[0]?.target).toContain("api-version=2025-01-15-preview");
  });

  test.each<{ fault: AcsFault }>([
    { fault: { kind: "error", status: 500 } },
    { fault: { kind: "error", status: 503, headers: { "retry-after": "0" } } },
    { fault: { kind: "error", status: 429, headers: { "retry-after": "0" } } },
    { fault: { kind: "error", status: 408 } },
    { fault: { kind: "raw", status: 307, body: "", headers: { location: "/elsewhere" } } },
    { fault: { kind: "reset", taken: false } },
    { fault: { kind: "hang", taken: false } },
  ])("the library does not repeat it: $fault", async ({ fault }) => {
    provider.script([fault]);
    const result = await send();
    expect(result.outcome).not.toBe("sent");
    expect(provider.calls).toHaveLength(1);
  });

  test("a call without an answer is uncertain, and the repeated one gets the first one's id", async () => {
    provider.script([{ kind: "hang", taken: true }]);
    expect(await send()).toMatchObject({
      outcome: "uncertain",
      error: { detail: "no answer from the provider: timeout" },
    });
    const repeated = await send();
    expect(provider.sent).toHaveLength(1);
    expect(repeated).toMatchObject({ receipt: { externalId: provider.sent[0]?.messageId } });
  });

  test("nothing listens: the message never left", async () => {
    const { url } = provider;
    await provider.close();
    const dead = acs.configure({
      ...ACS_SAMPLE.settings,
      connection_string: undefined,
      endpoint: url,
    });
    const message = { id: ID, account: CHANNEL_ID, round: 0 };
    const result = await sendOnce(dead, payloadOf("Olá"), message, tools);
    expect(result).toMatchObject({
      outcome: "refused",
      error: { code: "channel_unavailable", detail: "no answer from the provider: refused" },
    });
  });

  test("an answer that the library cannot read is uncertain, not lost", async () => {
    provider.script([{ kind: "broken_json" }]);
    expect(await send()).toMatchObject({
      outcome: "uncertain",
      error: { detail: "the answer to the send has no message id" },
    });
  });

  test("a proxy's page is an outage", async () => {
    provider.script([{ kind: "raw", status: 502, body: "<html></html>" }]);
    expect(await send()).toMatchObject({ outcome: "refused", failure: { class: "retry" } });
  });

  test("a wrong key is refused, signed anew once, and never told", async () => {
    const wrong = Buffer.from("another key altogether").toString("base64");
    const stranger = acs.configure({
      endpoint: provider.url,
      api_key: wrong,
      channel_ids: CHANNEL_ID,
      webhook_secrets: SECRET,
    });
    const message = { id: ID, account: CHANNEL_ID, round: 0 };
    const result = await sendOnce(stranger, payloadOf("Olá"), message, tools);
    expect(result).toMatchObject({
      outcome: "refused",
      error: { code: "channel_account_blocked" },
      failure: { class: "alert", scope: "account" },
    });
    expect(provider.calls).toHaveLength(2);
    expect(JSON.stringify(provider.calls.map(({ headers }) => headers))).not.toContain(wrong);
  });

  test("a new round is a new request", async () => {
    await send();
    await send(payloadOf("Olá"), 1);
    await send(payloadOf("Olá"), 1);
    expect(new Set(provider.sent.map(({ requestId }) => requestId)).size).toBe(2);
    expect(provider.sent).toHaveLength(2);
  });
});

describe("calls beside sending", () => {
  test("a file comes as its bytes", async () => {
    const media = { type: "media", media: "image", id: "8d5f/2b?10" } as const;
    const request = channel.media?.request(media, CHANNEL_ID, "x");
    if (request === undefined) throw new Error("no request");
    const extra = await channel.authorize?.(request, toolsNow(tools));
    const headers = { ...request.headers, ...extra };
    const answer = await tools.stream({ ...request, headers }, { timeoutMs: 5_000 });
    const chunks: Uint8Array[] = [];
    for await (const chunk of answer.chunks) chunks.push(chunk);
    expect(Buffer.concat(chunks).equals(FILE)).toBe(true);
    expect(provider.refusals).toStrictEqual([]);
  });

  test("a file without an id cannot be asked for", () => {
    const media = { type: "media", media: "image", url: "https://example.org/a.jpg" } as const;
    expect(channel.media?.request(media, CHANNEL_ID, "x")).toBeUndefined();
  });

  test("the probe lists one template through the library", async () => {
    const { probe } = channel;
    if (probe === undefined) throw new Error("no probe");
    const ask = async (account: string) =>
      probe.read(await callProvider(channel, probe.request(account), tools, { timeoutMs: 5_000 }));
    expect(await ask(CHANNEL_ID)).toStrictEqual({ state: "connected", detail: "" });
    expect(provider.calls[0]?.target).toContain("maxPageSize=1");
    expect(await ask("5a1f0c2e-0000-4000-8000-000000000000")).toStrictEqual({
      state: "disconnected",
      detail: "no such channel",
    });
  });

  test("where there is no key, a token goes along, and its renewal learns what was refused", async () => {
    const asked: unknown[] = [];
    const authorize = createAuthorize({ endpoint: provider.url }, (_tools, refused) => {
      asked.push(refused);
      return Promise.resolve({ authorization: "Bearer t" });
    });
    const request = { method: "GET", url: `${provider.url}/x`, headers: {} } as const;
    const first = await authorize(request, toolsNow(tools));
    await authorize(request, toolsNow(tools), first);
    expect(asked).toStrictEqual([undefined, { authorization: "Bearer t" }]);
  });

  test("no other place gets a signature", async () => {
    const request = { method: "GET", url: "https://example.org/x", headers: {} } as const;
    expect(await channel.authorize?.(request, toolsNow(tools))).toStrictEqual({});
  });
});
