import { createServer } from "node:http";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { z } from "zod";
import type { Channel } from "../../src/channels/channel.ts";
import { cloud } from "../../src/channels/cloud/index.ts";
import type { Address } from "../../src/messages.ts";
import type { HttpRequest, HttpResponse } from "../../src/transport.ts";
import { RAW_SETTINGS } from "../channels/cloud/cloud-settings.ts";
import { EMPTY_429, HTML_502, type GraphFault } from "./graph-faults.ts";
import { batchWebhook, buttonWebhook, textWebhook } from "./graph-webhooks.ts";
import { startGraph, type Graph } from "./graph.ts";

const ACCOUNT = RAW_SETTINGS.phone_number_ids[0];
const APP_SECRET = RAW_SETTINGS.app_secrets[0];
const ID = "0b6f1b1e-3c1d-4d0e-9a3f-6c2f1de0a001";
const TO: Address = { account: ACCOUNT, identities: [{ kind: "phone", value: "556191234567" }] };
const OPTIONS = {
  token: RAW_SETTINGS.access_token,
  appSecret: APP_SECRET,
  phoneNumberIds: [ACCOUNT],
};

async function call(request: HttpRequest, signal?: AbortSignal): Promise<HttpResponse> {
  const { method, url, headers, body } = request;
  const response = await fetch(url, {
    method,
    headers,
    ...(body === undefined ? {} : { body }),
    ...(signal === undefined ? {} : { signal }),
  });
  return { status: response.status, headers: {}, body: await response.text() };
}

function channelOf(graph: Graph): Channel {
  return cloud.configure({ ...RAW_SETTINGS, graph_url: graph.url });
}

function requestFor(graph: Graph, text: string, to: Address = TO): HttpRequest {
  const channel = channelOf(graph);
  const [message] = channel.render({ text }, to).messages;
  return channel.prepare(message?.payload, { id: ID, account: ACCOUNT, round: 0 });
}

/** Sends a text by the channel; resolves with the receipt, or rejects as the channel does. */
async function send(graph: Graph, text: string, to: Address = TO): Promise<unknown> {
  return channelOf(graph).interpret(await call(requestFor(graph, text, to)));
}

/** The error code of an answer in the provider's shape. */
function codeOf(response: HttpResponse): number {
  const schema = z.object({ error: z.object({ code: z.number(), fbtrace_id: z.string() }) });
  return schema.parse(JSON.parse(response.body)).error.code;
}

/** Starts a server for webhooks that answers with the given statuses in turn, then with 200. */
async function startReceiver(statuses: number[]) {
  const bodies: Buffer[] = [];
  const signatures: unknown[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      bodies.push(Buffer.concat(chunks));
      signatures.push(request.headers["x-hub-signature-256"]);
      response.writeHead(statuses.shift() ?? 200).end();
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const events = () =>
    bodies.flatMap((rawBody, index) => {
      const headers = { "x-hub-signature-256": String(signatures[index]) };
      const request = { method: "POST", suffix: "", headers, query: {}, rawBody };
      const result = cloud.configure(RAW_SETTINGS).receive(request);
      return result.kind === "events" ? result.events : [];
    });
  const close = () => new Promise((resolve) => server.close(resolve));
  return { url: `http://127.0.0.1:${String(port)}/`, events, close };
}

/** What a test must close; a list of its own for each test. */
const open: { closers: (() => Promise<unknown>)[] } = { closers: [] };

async function start(options: Partial<Parameters<typeof startGraph>[0]> = {}): Promise<Graph> {
  const graph = await startGraph({ ...OPTIONS, ...options });
  open.closers.push(graph.close);
  return graph;
}

beforeEach(() => {
  open.closers = [];
});

afterEach(async () => {
  await Promise.all(open.closers.map((close) => close()));
});

describe("a message the channel sends", () => {
  test("is taken with our id, and the receipt names it", async () => {
    const graph = await start();

    const receipt = await send(graph, "Olá");

    expect(receipt).toStrictEqual({
      externalId: graph.sent[0]?.wamid,
      identities: [{ kind: "phone", value: "556191234567" }],
    });
    expect(graph.sent).toStrictEqual([
      expect.objectContaining({ account: ACCOUNT, to: "+556191234567", opaque: ID }),
    ]);
    expect(graph.refusals).toStrictEqual([]);
  });

  test("to a user id is taken", async () => {
    const graph = await start();
    const identities = [{ kind: "bsuid", value: "BR.66100" }] as const;
    const receipt = await send(graph, "Olá", { account: ACCOUNT, identities });
    expect(receipt).toHaveProperty("identities", [{ kind: "bsuid", value: "BR.66100" }]);
    expect(graph.sent[0]?.to).toBe("BR.66100");
  });

  test("to a number known under another wa_id reveals it", async () => {
    const graph = await start({ waIds: { "5561991234567": "556191234567" } });
    const identities = [{ kind: "phone", value: "5561991234567" }] as const;
    const receipt = await send(graph, "Olá", { account: ACCOUNT, identities });
    expect(receipt).toHaveProperty("identities", [{ kind: "phone", value: "556191234567" }]);
  });

  test("an acknowledgement is recorded, not sent", async () => {
    const graph = await start();
    const message = { account: ACCOUNT, externalId: "wamid.IN1==", identities: [] };
    const [request] = [channelOf(graph).acknowledge?.(message) ?? []].flat();
    if (request === undefined) throw new Error("the channel does not acknowledge");
    expect(await call(request)).toHaveProperty("body", '{"success":true}');
    expect(graph.acknowledged).toStrictEqual([
      { account: ACCOUNT, messageId: "wamid.IN1==", typing: true },
    ]);
    expect(graph.sent).toStrictEqual([]);
  });
});

describe("what the provider would refuse", () => {
  const payload = {
    messaging_product: "whatsapp",
    to: "+556191234567",
    type: "text",
    text: { body: "Olá" },
  };

  test.each([
    { label: "no token", headers: { authorization: "" }, want: 190 },
    { label: "another token", headers: { authorization: "Bearer x" }, want: 190 },
    { label: "another content type", headers: { "content-type": "text/plain" }, want: 100 },
    { label: "another version", path: `/v1.0/${ACCOUNT}/messages`, want: 100 },
    { label: "an unknown number", path: "/v25.0/899999999999999/messages", want: 33 },
    { label: "another edge", path: `/v25.0/${ACCOUNT}/media`, want: 100 },
    { label: "another method", method: "PUT" as const, want: 100 },
    { label: "no JSON", body: "{", want: 100 },
    { label: "a list", body: [], want: 100 },
    { label: "another product", body: { ...payload, messaging_product: "sms" }, want: 100 },
    { label: "a number without plus", body: { ...payload, to: "556191234567" }, want: 100 },
    { label: "a user id in the place of a phone", body: { ...payload, to: "BR.66100" }, want: 100 },
    {
      label: "a phone in the place of a user id",
      body: { ...payload, recipient: "+5561" },
      want: 100,
    },
    { label: "nobody", body: { ...payload, to: undefined }, want: 100 },
    { label: "a group", body: { ...payload, recipient_type: "group" }, want: 100 },
    {
      label: "callback data of 513 characters",
      body: { ...payload, biz_opaque_callback_data: "x".repeat(513) },
      want: 100,
    },
    { label: "an empty text", body: { ...payload, text: { body: "" } }, want: 131009 },
    { label: "an unknown key", body: { ...payload, colour: "red" }, want: 131009 },
    { label: "a read receipt of nothing", body: { status: "read" }, want: 100 },
  ])("$label", async ({ headers, path, method, body, want }) => {
    const graph = await start();
    const request = requestFor(graph, "Olá");
    const response = await call({
      method: method ?? "POST",
      url: path === undefined ? request.url : `${graph.url}${path}`,
      headers: { ...request.headers, ...headers },
      body: typeof body === "string" ? body : JSON.stringify(body ?? payload),
    });
    expect(codeOf(response)).toBe(want);
    expect(graph.refusals.map(({ code }) => code)).toStrictEqual([want]);
    expect(graph.sent).toStrictEqual([]);
  });
});

describe("rates", () => {
  test("a pair beyond its burst is refused until a token is back", async () => {
    const graph = await start({ pair: { burst: 2, refillMs: 60_000 } });
    await send(graph, "um");
    await send(graph, "dois");
    await expect(send(graph, "três")).rejects.toMatchObject({
      code: "channel_throttled",
      failure: { scope: "pair" },
    });
    const identities = [{ kind: "phone", value: "5511987650000" }] as const;
    await send(graph, "outra pessoa", { account: ACCOUNT, identities });
    expect(graph.sent).toHaveLength(3);
  });

  test("a bucket fills again", async () => {
    const graph = await start({ pair: { burst: 1, refillMs: 1 } });
    await send(graph, "um");
    await new Promise((resolve) => setTimeout(resolve, 5));
    await send(graph, "dois");
    expect(graph.refusals).toStrictEqual([]);
  });

  test("a number beyond its throughput is refused", async () => {
    const graph = await start({ perSecond: 1 });
    await send(graph, "um");
    await expect(send(graph, "dois")).rejects.toMatchObject({
      code: "channel_throttled",
      failure: { scope: "account" },
    });
  });
});

describe("scripted faults", () => {
  const error: GraphFault = { kind: "error", status: 400, code: 131047 };

  test.each([
    { label: "an error", fault: error, want: "channel_window_closed", taken: 0 },
    { label: "a proxy's page", fault: HTML_502, want: "channel_unavailable", taken: 0 },
    { label: "an empty 429", fault: EMPTY_429, want: "channel_throttled", taken: 0 },
    {
      label: "cut JSON",
      fault: { kind: "broken_json" } as const,
      want: "channel_uncertain",
      taken: 1,
    },
  ])("$label", async ({ fault, want, taken }) => {
    const graph = await start();
    graph.script([fault]);
    await expect(send(graph, "Olá")).rejects.toMatchObject({ code: want });
    expect(graph.sent).toHaveLength(taken);
    expect(graph.unused()).toStrictEqual([]);
  });

  test.each([true, false])("a cut connection, message taken: %s", async (taken) => {
    const graph = await start();
    graph.script([{ kind: "reset", taken }]);
    await expect(call(requestFor(graph, "Olá"))).rejects.toThrow("fetch failed");
    expect(graph.sent).toHaveLength(taken ? 1 : 0);
  });

  test.each([true, false])("no answer, message taken: %s", async (taken) => {
    const graph = await start();
    graph.script([{ kind: "hang", taken }]);
    const request = requestFor(graph, "Olá");
    await expect(call(request, AbortSignal.timeout(100))).rejects.toThrow("timeout");
    expect(graph.sent).toHaveLength(taken ? 1 : 0);
  });

  test("closing ends calls that hang", async () => {
    const graph = await start();
    graph.script([{ kind: "hang", taken: true }]);
    const hanging = call(requestFor(graph, "Olá")).catch(() => "ended");
    while (graph.sent.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    await graph.close();
    open.closers = [];
    expect(await hanging).toBe("ended");
  });

  test("a slow answer comes after its time", async () => {
    const graph = await start();
    graph.script([{ kind: "slow", ms: 50 }]);
    const before = performance.now();
    await send(graph, "Olá");
    expect(performance.now() - before).toBeGreaterThan(45);
  });

  test("faults are met in order, and the rest is told", async () => {
    const graph = await start();
    graph.script([{ kind: "none" }, HTML_502, error]);
    await send(graph, "um");
    await expect(send(graph, "dois")).rejects.toMatchObject({ code: "channel_unavailable" });
    expect(graph.unused()).toStrictEqual([error]);
  });
});

describe("status webhooks", () => {
  const statusesOf = (events: readonly { kind: string }[]) =>
    events.map((event) => ("status" in event ? event.status : event.kind));

  async function startBoth(answers: number[], options: Parameters<typeof start>[0] = {}) {
    const receiver = await startReceiver(answers);
    const graph = await start(options);
    open.closers.push(receiver.close);
    graph.deliverTo(receiver.url);
    return { receiver, graph };
  }

  test("a message taken is reported in order, signed, with our id", async () => {
    const { receiver, graph } = await startBoth([]);
    await send(graph, "Olá");
    await graph.settled();
    expect(statusesOf(receiver.events())).toStrictEqual(["sent", "delivered", "read"]);
    expect(receiver.events()[0]).toMatchObject({
      externalId: graph.sent[0]?.wamid,
      messageId: ID,
      identities: [{ kind: "phone", value: "556191234567" }],
    });
  });

  test("a status is sent again until it is acknowledged", async () => {
    const { receiver, graph } = await startBoth([503, 201], { statuses: ["sent"] });
    await send(graph, "Olá");
    await graph.settled();
    expect(statusesOf(receiver.events())).toStrictEqual(["sent", "sent", "sent"]);
    expect(graph.tries).toStrictEqual([
      { status: 503, attempt: 1 },
      { status: 201, attempt: 2 },
      { status: 200, attempt: 3 },
    ]);
  });

  test("a message may be reported as failed", async () => {
    const { receiver, graph } = await startBoth([]);
    graph.script([{ kind: "fail_later", code: 131049 }]);
    await send(graph, "Olá");
    await graph.settled();
    expect(receiver.events()).toStrictEqual([
      expect.objectContaining({ status: "failed", messageId: ID, failure: { class: "drop" } }),
    ]);
  });

  test("the status of a message whose answer was lost settles it", async () => {
    const { receiver, graph } = await startBoth([], { statuses: ["sent"] });
    graph.script([{ kind: "reset", taken: true }]);
    await expect(call(requestFor(graph, "Olá"))).rejects.toThrow("fetch failed");
    await graph.settled();
    expect(receiver.events()).toStrictEqual([expect.objectContaining({ messageId: ID })]);
  });

  test("statuses may come before the answer", async () => {
    const { receiver, graph } = await startBoth([], { statuses: ["sent"] });
    graph.script([{ kind: "statuses_first" }]);
    await send(graph, "Olá");
    expect(statusesOf(receiver.events())).toStrictEqual(["sent"]);
  });
});

describe("inbound webhooks", () => {
  const inbound = { account: ACCOUNT, from: "556191234567", id: "wamid.IN1==", text: "Olá 😀" };

  test("they are genuine to the channel", async () => {
    const receiver = await startReceiver([]);
    open.closers.push(receiver.close);
    const graph = await start({ webhookUrl: receiver.url });
    const reply = { ...inbound, id: "wamid.IN2==", payload: "/yes", title: "Sim" };

    expect(await graph.post(textWebhook({ ...inbound, userId: "BR.66100" }))).toBe(200);
    expect(await graph.post(buttonWebhook(reply))).toBe(200);
    expect(await graph.post(batchWebhook([inbound, { ...inbound, id: "wamid.IN3==" }]))).toBe(200);

    expect(receiver.events()).toStrictEqual([
      expect.objectContaining({
        externalId: "wamid.IN1==",
        text: "Olá 😀",
        contactName: "Joana P.",
        sentAt: "2025-11-21T04:26:40.000Z",
        identities: [
          { kind: "phone", value: "556191234567" },
          { kind: "bsuid", value: "BR.66100" },
        ],
      }),
      expect.objectContaining({ externalId: "wamid.IN2==", text: "/yes" }),
      expect.objectContaining({ externalId: "wamid.IN1==" }),
      expect.objectContaining({ externalId: "wamid.IN3==" }),
    ]);
  });

  test("they can be signed without being posted", async () => {
    const graph = await start();
    const { rawBody, headers } = graph.signedWebhook(textWebhook(inbound));
    const request = { method: "POST", suffix: "", headers, query: {}, rawBody };
    expect(channelOf(graph).receive(request)).toHaveProperty("kind", "events");
    expect(rawBody.toString("latin1")).toContain(String.raw`Ol\u00e1 \ud83d\ude00`);
  });
});
