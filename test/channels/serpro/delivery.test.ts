import { createServer } from "node:http";
import { afterEach, describe, expect, test } from "@jest/globals";
import { createMemoryCache } from "../../../src/cache/memory.ts";
import type { Channel, WebhookResult } from "../../../src/channels/channel.ts";
import { serpro } from "../../../src/channels/serpro/index.ts";
import { createAcknowledge } from "../../../src/channels/serpro/send.ts";
import { callProvider, toolsNow } from "../../../src/flow/call.ts";
import { sendOnce, type SendResult } from "../../../src/flow/send.ts";
import { createHttp } from "../../../src/http/client.ts";
import type { ChannelEvent, Reply } from "../../../src/messages.ts";
import { type Serpro, type SerproOptions, startSerpro } from "../../standins/serpro.ts";
import { ACCOUNT, RAW_SETTINGS, settingsWith } from "./sample.ts";

const open: { closers: (() => unknown)[] } = { closers: [] };

afterEach(async () => {
  for (const close of open.closers.splice(0).toReversed()) await close();
});

const PERSON = "556190001111";
const TO = { account: ACCOUNT, identities: [{ kind: "phone", value: PERSON }] } as const;
const REFERENCE = { id: "0b6f1b1e-3c1d-4d0e-9a3f-6c2f1de0a001", account: ACCOUNT, round: 0 };

interface World {
  readonly standin: Serpro;
  readonly channel: Channel;
  readonly send: (reply: Reply, timeoutMs?: number) => Promise<SendResult>;
  readonly tools: Parameters<typeof callProvider>[2];
}

async function start(options: Partial<SerproOptions> = {}, changes: object = {}): Promise<World> {
  const standin = await startSerpro({
    clientId: RAW_SETTINGS.client_id,
    clientSecret: RAW_SETTINGS.client_secret,
    wabaId: RAW_SETTINGS.waba_id,
    ...options,
  });
  const client = createHttp();
  open.closers.push(standin.close, client.close);
  const channel = serpro.configure({ ...RAW_SETTINGS, base_url: standin.url, ...changes });
  const { http, stream } = client;
  const tools = { http, stream, cache: createMemoryCache(), now: () => new Date() };
  const send = (reply: Reply, timeoutMs = 5000) => {
    const [message] = channel.render(reply, TO).messages;
    return sendOnce(channel, message?.payload, REFERENCE, { ...tools, timeoutMs });
  };
  return { standin, channel, send, tools };
}

/** Receives the stand-in's webhooks as the bridge would. */
async function listen(channel: Channel): Promise<{ url: string; events: ChannelEvent[] }> {
  const events: ChannelEvent[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const suffix = (request.url ?? "").split("/webhook/")[1] ?? "";
      const headers = { authorization: request.headers.authorization };
      const call = { method: "POST", suffix, headers, query: {}, rawBody: Buffer.concat(chunks) };
      try {
        events.push(...eventsOf(channel.receive(call)));
        response.end("{}");
      } catch {
        response.writeHead(401).end();
      }
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  open.closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return { url: `http://127.0.0.1:${String(address.port)}/webhook`, events };
}

function eventsOf(result: WebhookResult): readonly ChannelEvent[] {
  if (result.kind !== "events") throw new Error(`expected events, got ${result.kind}`);
  return result.events;
}

const outcomes = (results: readonly SendResult[]) => results.map(({ outcome }) => outcome);

describe("sending", () => {
  test("every form is taken", async () => {
    const { standin, send } = await start();
    const buttons = (count: number) =>
      Array.from({ length: count }, (_, index) => ({ title: `opção ${String(index)}` }));
    const replies: Reply[] = [
      { text: "Olá" },
      { text: "?", buttons: buttons(2) },
      { text: "?", buttons: buttons(7) },
      { custom: { type: "location_request", body: "Onde?" } },
      { image: "https://files.example.org/capa.png" },
      { custom: { type: "template", name: "aviso", language: "pt_BR", params: ["Ana"] } },
    ];
    const results = [];
    for (const reply of replies) results.push(await send(reply));
    expect(results).toMatchObject(
      replies.map((_, index) => ({
        outcome: "sent",
        receipt: { externalId: `req-${String(index + 1)}` },
      })),
    );
    expect(standin.refusals).toStrictEqual([]);
    expect(standin.sent.map(({ form }) => form)).toStrictEqual([
      "texto",
      "interativa-botoes",
      "interativa-lista",
      "interativa-localizacao",
      "media",
      "template",
    ]);
  });

  test("thirty messages at once need one token", async () => {
    const { standin, send } = await start({ latencyMs: 5 });
    const results = await Promise.all(Array.from({ length: 30 }, () => send({ text: "Olá" })));
    expect(outcomes(results)).toStrictEqual(Array.from({ length: 30 }, () => "sent"));
    expect(standin.tokenRequests()).toBe(1);
  });

  test("a token that ended early costs one more call, not the message", async () => {
    const { standin, send } = await start();
    await send({ text: "um" });
    standin.expireTokens();
    const results = await Promise.all([send({ text: "dois" }), send({ text: "três" })]);
    expect(outcomes(results)).toStrictEqual(["sent", "sent"]);
    expect(standin.tokenRequests()).toBe(2);
    expect(standin.sent).toHaveLength(3);
  });

  test("a token of a second that nobody announced is renewed", async () => {
    const { standin, send } = await start({ tokenTtlMs: 30, statesLifetime: false });
    await send({ text: "um" });
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(outcomes([await send({ text: "dois" })])).toStrictEqual(["sent"]);
    expect(standin.tokenRequests()).toBe(2);
  });

  test("a second refusal of a new token is for the operator", async () => {
    const { standin, send } = await start();
    standin.script([{ kind: "expire" }, { kind: "expire" }, { kind: "none" }]);
    const result = await send({ text: "Olá" });
    expect(result).toMatchObject({
      outcome: "refused",
      error: { code: "channel_account_blocked" },
      failure: { class: "alert", scope: "account" },
    });
    expect(standin.unused()).toStrictEqual([{ kind: "none" }]);
    expect(standin.sent).toHaveLength(0);
  });

  test("wrong credentials are for the operator, and nothing is sent", async () => {
    const { standin, send } = await start({}, { client_secret: "another-secret" });
    expect(await send({ text: "Olá" })).toMatchObject({
      outcome: "refused",
      error: { code: "channel_account_blocked" },
    });
    expect(standin.sent).toStrictEqual([]);
  });

  test("credentials that need their grant named", async () => {
    const { send } = await start({ wantsGrant: true }, { send_grant_type: true });
    expect(outcomes([await send({ text: "Olá" })])).toStrictEqual(["sent"]);
  });

  test("while tokens are away, messages are tried again", async () => {
    const { standin, send } = await start();
    standin.scriptTokens([{ kind: "raw", status: 503, body: "<html>" }]);
    expect(await send({ text: "Olá" })).toMatchObject({
      outcome: "refused",
      error: { code: "channel_unavailable" },
      failure: { class: "retry" },
    });
    expect(outcomes([await send({ text: "Olá" })])).toStrictEqual(["sent"]);
  });

  test.each([
    { reply: "number", want: { externalId: "1" } },
    { reply: "wamid", want: { externalId: expect.stringMatching(/^wamid\./) } },
    {
      reply: "meta",
      want: { externalId: expect.stringMatching(/^wamid\./), evidence: expect.any(String) },
    },
    { reply: "named", want: { externalId: "req-1", evidence: '{"idRequisicao":"req-1"}' } },
    { reply: "list", want: { externalId: "req-1", evidence: expect.any(String) } },
    {
      reply: "unknown",
      want: {
        externalId: expect.stringMatching(/^unnamed-/),
        evidence: '{"situacao":"ACEITO","mensagem":"requisição recebida"}',
      },
    },
    {
      reply: "html",
      want: { externalId: expect.stringMatching(/^unnamed-/), evidence: expect.any(String) },
    },
  ] as const)("a reply in the shape $reply is understood", async ({ reply, want }) => {
    const { send } = await start({ reply });
    expect(await send({ text: "Olá" })).toStrictEqual({ outcome: "sent", receipt: want });
  });

  test("two messages that were not named get names of their own", async () => {
    const { send } = await start({ reply: "unknown" });
    const [one, two] = [await send({ text: "um" }), await send({ text: "dois" })];
    expect(one).not.toStrictEqual(two);
  });

  test.each([true, false])("a cut connection is uncertain, message taken: %s", async (taken) => {
    const { standin, send } = await start();
    standin.script([{ kind: "reset", taken }]);
    expect(outcomes([await send({ text: "Olá" })])).toStrictEqual(["uncertain"]);
    expect(standin.sent).toHaveLength(taken ? 1 : 0);
  });

  test("no answer is uncertain, and nothing is sent twice", async () => {
    const { standin, send } = await start();
    standin.script([{ kind: "hang", taken: true }]);
    expect(outcomes([await send({ text: "Olá" }, 200)])).toStrictEqual(["uncertain"]);
    expect(standin.sent).toHaveLength(1);
  });

  test("a token that the provider repeats does not get out", async () => {
    const { standin, channel, send, tools } = await start();
    const headers = await channel.authorize?.(
      { method: "GET", url: "", headers: {} },
      toolsNow(tools),
    );
    const token = headers?.["authorization"]?.slice("Bearer ".length) ?? "";
    expect(token).not.toBe("");
    standin.script([{ kind: "raw", status: 200, body: `taken with ${token}` }]);
    expect(JSON.stringify(await send({ text: "Olá" }))).not.toContain(token);
    standin.script([{ kind: "raw", status: 400, body: JSON.stringify({ message: token }) }]);
    expect(JSON.stringify(await send({ text: "Olá" }))).not.toContain(token);
  });

  test("a document by id that is refused with its name is taken without", async () => {
    const { standin, channel, send, tools } = await start({ takesFileNames: false });
    const reply = { custom: { type: "document", id: "77", filename: "a.pdf" } };
    expect(await send(reply)).toMatchObject({ failure: { class: "fix", degrade: true } });
    const [message] = channel.render(reply, TO).messages;
    const plainer = channel.degrade?.(message?.payload);
    const again = { ...tools, timeoutMs: 5000 };
    const result = await sendOnce(channel, plainer?.payload, REFERENCE, again);
    expect(result.outcome).toBe("sent");
    expect(standin.sent).toHaveLength(1);
  });

  test("an inbound message is marked as read", async () => {
    const { standin, channel, tools } = await start();
    const read = createAcknowledge(settingsWith({ base_url: standin.url }));
    const [request] = [read({ externalId: "wamid.IN1" })].flat();
    if (request === undefined) throw new Error("the channel does not acknowledge");
    const { identities } = TO;
    const message = { account: ACCOUNT, externalId: "wamid.IN1", identities };
    expect(channel.acknowledge?.(message)).toStrictEqual(request);
    const { status } = await callProvider(channel, request, tools, { timeoutMs: 5000 });
    expect(status).toBe(200);
    expect(standin.acknowledged).toStrictEqual(["wamid.IN1"]);
  });
});

describe("statuses", () => {
  const reported = (events: readonly ChannelEvent[]) =>
    events.map((event) => (event.kind === "status" ? event : undefined));

  test("come with the id of the request that the reply named", async () => {
    const { standin, channel, send } = await start();
    const { url, events } = await listen(channel);
    standin.deliverTo(`${url}/${RAW_SETTINGS.webhook_tokens[0]}`);
    const result = await send({ text: "Olá" });
    await standin.settled();
    expect(result).toMatchObject({ receipt: { externalId: "req-1" } });
    expect(reported(events).map((event) => event?.status)).toStrictEqual([
      "sent",
      "delivered",
      "read",
    ]);
    expect(events[0]).toMatchObject({
      externalId: standin.sent[0]?.wamid,
      requestId: "req-1",
      identities: [{ kind: "phone", value: PERSON }],
    });
  });

  test("may be out of order, repeated, in the other shape, and name the request now and then", async () => {
    const { standin, channel, send } = await start({
      isDisorderly: true,
      requestIds: "sometimes",
      shape: "metadata",
    });
    const { url, events } = await listen(channel);
    standin.deliverTo(url, { token: RAW_SETTINGS.webhook_tokens[1] });
    await send({ text: "um" });
    await standin.settled();
    await send({ text: "dois" });
    await standin.settled();
    const words = ["read", "delivered", "sent", "sent"];
    expect(reported(events).map((event) => event?.status)).toStrictEqual([...words, ...words]);
    expect(reported(events).map((event) => event?.requestId)).toStrictEqual([
      ...words.map(() => undefined),
      ...words.map(() => "req-2"),
    ]);
  });

  test("may come before the reply, or not name the request at all", async () => {
    const { standin, channel, send } = await start({ requestIds: "never", statuses: ["sent"] });
    const { url, events } = await listen(channel);
    standin.deliverTo(`${url}/${RAW_SETTINGS.webhook_tokens[0]}`);
    standin.script([{ kind: "statuses_first" }]);
    await send({ text: "Olá" });
    expect(events).toHaveLength(1);
    expect(events[0]).not.toHaveProperty("requestId");
  });

  test("tell of a failure and what to do about it", async () => {
    const { standin, channel, send } = await start();
    const { url, events } = await listen(channel);
    standin.deliverTo(`${url}/${RAW_SETTINGS.webhook_tokens[0]}`);
    standin.script([{ kind: "fail_later", code: 131026 }]);
    await send({ text: "Olá" });
    await standin.settled();
    expect(events).toMatchObject([{ status: "failed", failure: { class: "drop" } }]);
  });
});

test("what people say arrives, in either shape", async () => {
  const { standin, channel } = await start();
  const { url, events } = await listen(channel);
  standin.deliverTo(url);
  expect(await standin.say("sem ficha")).toBe(401);
  standin.deliverTo(url, { token: RAW_SETTINGS.webhook_tokens[0] });
  expect(await standin.say("Olá", { name: "Bia" })).toBe(200);
  expect(await standin.tap("/sim", "Sim", { shape: "metadata", id: "wamid.T" })).toBe(200);
  expect(events).toMatchObject([
    { text: "Olá", contactName: "Bia", content: { type: "text" } },
    { text: "/sim", externalId: "wamid.T", content: { type: "choice", title: "Sim" } },
  ]);
});
