import { randomUUIDv7 } from "node:crypto";
import { createServer } from "node:http";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { createMemoryCache } from "../../../src/cache/memory.ts";
import type { Channel } from "../../../src/channels/channel.ts";
import { sms } from "../../../src/channels/sms/index.ts";
import { createReportLookup } from "../../../src/channels/sms/send.ts";
import { callProvider } from "../../../src/flow/call.ts";
import { sendOnce, type SendTools } from "../../../src/flow/send.ts";
import { createHttp, type HttpClient } from "../../../src/http/client.ts";
import type { ChannelEvent } from "../../../src/messages.ts";
import { type SmsOptions, type SmsStandin, startSms } from "../../standins/sms.ts";
import {
  ACCESS_KEY,
  PARTNER_KEY,
  PERSON,
  RAW_SETTINGS,
  SENDER,
  settingsWith,
  WEBHOOK_SECRET,
} from "./sms-settings.ts";

const LEASED = "+551130030000";
const ACCEPTED = { outcome: "sent", receipt: { externalId: expect.stringMatching(/^Outgoing_/) } };

/** The channel, the provider, and a web server in place of the bridge that reads what the provider reports. */
interface Scene {
  readonly provider: SmsStandin;
  readonly channel: Channel;
  readonly tools: SendTools;
  readonly events: ChannelEvent[];
  readonly close: () => Promise<void>;
}

async function openScene(
  changes: Readonly<Record<string, unknown>> = {},
  options: Partial<SmsOptions> = {},
): Promise<Scene> {
  const provider = await startSms({ accessKey: ACCESS_KEY, senders: [SENDER], ...options });
  const channel = sms.configure({ ...RAW_SETTINGS, endpoint: provider.url, ...changes });
  const client: HttpClient = createHttp();
  const events: ChannelEvent[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const query = Object.fromEntries(new URL(request.url ?? "", "http://bridge").searchParams);
      const call = {
        method: "POST",
        suffix: "",
        headers: {},
        query,
        rawBody: Buffer.concat(chunks),
      };
      const result = channel.receive(call);
      if (result.kind === "events") events.push(...result.events);
      response.end("{}");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  provider.deliverTo(`http://127.0.0.1:${String(port)}/?code=${WEBHOOK_SECRET}`);
  const tools = {
    http: client.http,
    stream: client.stream,
    cache: createMemoryCache(),
    now: () => new Date(),
    timeoutMs: 2000,
  };
  return {
    provider,
    channel,
    tools,
    events,
    close: async () => {
      await provider.close();
      client.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

let scene: Scene;

beforeEach(async () => {
  scene = await openScene();
});

afterEach(async () => {
  expect(scene.provider.unused()).toStrictEqual([]);
  await scene.close();
});

/** Starts again with other settings. */
async function reopen(...args: Parameters<typeof openScene>): Promise<void> {
  await scene.close();
  scene = await openScene(...args);
}

const reference = (changes: object = {}) => ({
  id: randomUUIDv7(),
  account: SENDER,
  round: 0,
  ...changes,
});

function payloadOf(text: string): unknown {
  const to = { account: SENDER, identities: [{ kind: "phone", value: PERSON }] } as const;
  return scene.channel.render({ text }, to).messages[0]?.payload;
}

const send = (message: ReturnType<typeof reference>, text = "Olá, ação! ✓") =>
  sendOnce(scene.channel, payloadOf(text), message, scene.tools);

describe("a message", () => {
  test("is signed, taken, and its report finds it", async () => {
    const message = reference();
    expect(await send(message)).toEqual(ACCEPTED);
    await scene.provider.settled();
    expect(scene.provider.sent).toMatchObject([
      { from: SENDER, to: `+${PERSON}`, message: "Olá, ação! ✓", tag: message.id },
    ]);
    expect(scene.events).toMatchObject([
      {
        kind: "status",
        account: SENDER,
        externalId: scene.provider.sent[0]?.messageId,
        messageId: message.id,
        status: "delivered",
      },
    ]);
  });

  test("that is sent again is the same message to the provider", async () => {
    const message = reference();
    scene.provider.script([{ kind: "reset", taken: true }]);
    expect(await send(message)).toMatchObject({ outcome: "uncertain" });
    expect(await send(message)).toEqual(ACCEPTED);
    expect(scene.provider.calls).toHaveLength(2);
    expect(scene.provider.sent).toHaveLength(1);
  });

  test("of a new round is another one", async () => {
    const message = reference();
    await send(message);
    await send({ ...message, round: 1 });
    expect(scene.provider.sent).toHaveLength(2);
    expect(new Set(scene.provider.sent.map(({ requestId }) => requestId)).size).toBe(2);
  });

  test("without an answer in time is uncertain", async () => {
    scene.provider.script([{ kind: "hang", taken: false }]);
    const tools = { ...scene.tools, timeoutMs: 1_000 };
    const result = await sendOnce(scene.channel, payloadOf("oi"), reference(), tools);
    expect(result).toMatchObject({ outcome: "uncertain" });
  });

  test.each([
    {
      label: "a limit",
      fault: { kind: "raw", status: 429, body: "", headers: { "retry-after": "9" } },
      want: { class: "throttle", waitMs: 9000 },
    },
    {
      label: "a failure of the provider",
      fault: { kind: "raw", status: 500, body: "<html>" },
      want: { class: "retry" },
    },
    {
      label: "a refused recipient",
      fault: { kind: "item", status: 400, message: "Recipient opted out." },
      want: { class: "drop", optOut: "all" },
    },
  ] as const)("meets $label", async ({ fault, want }) => {
    scene.provider.script([fault]);
    expect(await send(reference())).toMatchObject({ outcome: "refused", failure: want });
  });

  test("that fails later says why", async () => {
    scene.provider.script([{ kind: "report", code: "4006" }]);
    await send(reference());
    await scene.provider.settled();
    expect(scene.events).toMatchObject([{ status: "failed", failure: { class: "retry" } }]);
  });

  test("signed with another key is refused, and the account with it", async () => {
    await reopen({ api_key: "YW5vdGhlci1rZXk=" });
    expect(await send(reference())).toMatchObject({
      outcome: "refused",
      error: { code: "channel_account_blocked" },
    });
    expect(scene.provider.refusals).toHaveLength(2);
  });

  test("of a sender of another resource is refused", async () => {
    expect(await send(reference({ account: "+551100000000" }))).toMatchObject({
      outcome: "refused",
      error: { code: "channel_account_blocked" },
    });
  });
});

describe("Messaging Connect", () => {
  const partner = { name: "infobip", apiKey: PARTNER_KEY, senders: [LEASED] };
  const connect = { senders: LEASED, messaging_connect: true, messaging_connect_key: PARTNER_KEY };

  test.each([
    { label: "partner_params", changes: {} },
    {
      label: "flat",
      changes: { messaging_connect_shape: "flat", api_version: "2025-05-29-preview" },
    },
  ])("is used in the shape $label", async ({ changes }) => {
    await reopen({ ...connect, ...changes }, { partner });
    expect(await send(reference({ account: LEASED }))).toEqual(ACCEPTED);
    expect(scene.provider.sent).toMatchObject([{ from: LEASED, partner: "infobip" }]);
    expect(JSON.stringify(payloadOf("oi"))).not.toContain(PARTNER_KEY);
  });

  test.each([
    { label: "a shape of another version", changes: { messaging_connect_shape: "flat" } },
    { label: "no Messaging Connect", changes: { messaging_connect: false } },
    { label: "another partner", changes: { messaging_connect_partner: "another" } },
  ])("with $label the provider refuses the message", async ({ changes }) => {
    await reopen({ ...connect, ...changes }, { partner });
    expect(await send(reference({ account: LEASED }))).toMatchObject({
      outcome: "refused",
      error: { code: "channel_invalid_payload" },
    });
  });

  test("a wrong key blocks the account, and no error repeats it", async () => {
    const wrong = "wrong-key-of-the-tests";
    await reopen({ ...connect, messaging_connect_key: wrong }, { partner });
    const result = await send(reference({ account: LEASED }));
    expect(result).toMatchObject({ error: { code: "channel_account_blocked" } });
    if (result.outcome !== "refused") throw new Error(result.outcome);
    const { message, detail, provider } = result.error;
    expect(JSON.stringify([message, detail, provider])).not.toContain(wrong);
  });
});

describe("opt-outs", () => {
  test("a person who writes STOP is left alone by both sides", async () => {
    await scene.provider.say({ from: PERSON, to: SENDER, text: "Stop" });
    expect(scene.events).toMatchObject([{ kind: "preference", scope: "all", optedOut: true }]);
    await send(reference());
    await scene.provider.settled();
    expect(scene.events[1]).toMatchObject({
      status: "failed",
      error: { code: "4007" },
      failure: { class: "drop", optOut: "all" },
    });
  });

  test("those we learnt of ourselves reach the provider's list, and leave it again", async () => {
    const identities = [{ kind: "phone", value: PERSON }] as const;
    for (const optedOut of [true, false]) {
      const request = scene.channel.announceOptOut?.({ account: SENDER, identities, optedOut });
      if (request === undefined) throw new Error("nothing is announced");
      const answer = await callProvider(scene.channel, request, scene.tools, { timeoutMs: 2000 });
      expect(answer.status).toBe(200);
      expect(scene.provider.optedOut.has(`${SENDER} +${PERSON}`)).toBe(optedOut);
    }
  });
});

describe("calls that send nothing", () => {
  test("the check of the account", async () => {
    const { probe } = scene.channel;
    if (probe === undefined) throw new Error("there is no probe");
    const answer = await callProvider(scene.channel, probe.request(SENDER), scene.tools, {
      timeoutMs: 2000,
    });
    expect(probe.read(answer)).toStrictEqual({ state: "connected", detail: "" });
  });

  test("the look-up of a report", async () => {
    const lookup = createReportLookup(settingsWith({ endpoint: scene.provider.url }), []);
    const message = reference();
    await send(message);
    await scene.provider.settled();
    const externalId = scene.provider.sent[0]?.messageId ?? "";
    const ask = (id: string) =>
      callProvider(scene.channel, lookup.request(id), scene.tools, { timeoutMs: 2000 });
    expect(lookup.read(await ask(externalId), SENDER)).toMatchObject({
      externalId,
      messageId: message.id,
      status: "delivered",
    });
    expect(lookup.read(await ask("Outgoing_none"), SENDER)).toBeUndefined();
  });
});

describe("a managed identity", () => {
  test("without one the message waits and nothing is sent", async () => {
    await reopen({ api_key: undefined });
    const offline = () => Promise.reject(new Error("no identity here"));
    const result = await sendOnce(scene.channel, payloadOf("oi"), reference(), {
      ...scene.tools,
      http: offline,
    });
    expect(result).toMatchObject({
      outcome: "refused",
      error: { code: "channel_account_blocked" },
      failure: { class: "alert" },
    });
    expect(scene.provider.calls).toHaveLength(0);
  });
});
