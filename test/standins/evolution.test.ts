import { createServer, type IncomingHttpHeaders } from "node:http";
import { afterEach, describe, expect, test } from "@jest/globals";
import { evolution as module } from "../../src/channels/evolution/index.ts";
import type { Channel } from "../../src/channels/channel.ts";
import { BridgeError } from "../../src/errors.ts";
import type { Reply } from "../../src/messages.ts";
import type { HttpRequest, HttpResponse } from "../../src/transport.ts";
import type { EvolutionOptions } from "./evolution-desk.ts";
import { type Evolution, startEvolution } from "./evolution.ts";
import { listen, stopListening } from "./listen.ts";

const INSTANCE = "loja centro/1";
const SECRET = "segredo-do-webhook";
const KEY = "chave-global";
const PERSON = "5521987650011";
const TO = { account: INSTANCE, identities: [{ kind: "phone", value: PERSON }] } as const;

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

async function start(options: Partial<EvolutionOptions> = {}): Promise<Evolution> {
  const standin = await startEvolution({
    version: "v2",
    integration: "baileys",
    apiKey: KEY,
    instances: [INSTANCE],
    jwtKey: SECRET,
    ...options,
  });
  closers.push(standin.close);
  return standin;
}

function channelOf(standin: Evolution, changes: Readonly<Record<string, unknown>> = {}): Channel {
  return module.configure({
    base_url: standin.url,
    api_key: KEY,
    instances: [INSTANCE],
    webhook_secrets: [SECRET],
    ...changes,
  });
}

async function call({ method, url, headers, body }: HttpRequest): Promise<HttpResponse> {
  const response = await fetch(url, { method, headers, ...(body !== undefined && { body }) });
  return {
    status: response.status,
    headers: Object.fromEntries(response.headers),
    body: await response.text(),
  };
}

async function send(channel: Channel, reply: Reply) {
  const [message] = channel.render(reply, TO).messages;
  const request = channel.prepare(message?.payload, { id: "1", account: INSTANCE, round: 0 });
  return channel.interpret(await call(request));
}

async function refusalOf(sending: Promise<unknown>): Promise<BridgeError> {
  try {
    await sending;
  } catch (thrown) {
    if (thrown instanceof BridgeError) return thrown;
    throw thrown;
  }
  throw new Error("it was not refused");
}

interface Arrived {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** A webhook that answers each call with the next of the statuses, then with 200. */
async function receive(statuses: readonly number[] = []) {
  const arrived: Arrived[] = [];
  const left = [...statuses];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { url: path = "", headers } = request;
      arrived.push({ path, headers, body: Buffer.concat(chunks) });
      response.writeHead(left.shift() ?? 200).end();
    });
  });
  const port = await listen(server);
  closers.push(() => stopListening(server));
  return { url: `http://127.0.0.1:${port}/webhook`, arrived };
}

/** Reads what arrived as the bridge does. */
async function eventsOf(channel: Channel, arrived: readonly Arrived[]) {
  const readings = arrived.map(async ({ path, headers, body }) => {
    const flat = Object.entries(headers).map(([name, value]) => [name, String(value)] as const);
    const webhook = {
      method: "POST",
      suffix: path.split("/webhook/")[1] ?? "",
      headers: Object.fromEntries(flat),
      query: {},
      rawBody: body,
    };
    const now = new Date();
    const never = () => Promise.reject(new Error("no calls here"));
    const cache = { get: async () => undefined, set: async () => undefined };
    const tools = { now, http: never, stream: never, cache };
    const isAuthenticated = (await channel.authenticate?.(webhook, tools)) ?? false;
    const result = channel.receive({ ...webhook, isAuthenticated });
    return result.kind === "events" ? result.events : [];
  });
  return (await Promise.all(readings)).flat();
}

const REPLIES: readonly Reply[] = [
  { text: "Olá" },
  { text: "Certo?", buttons: [{ title: "Sim" }, { title: "Não" }] },
  { custom: { type: "image", url: "https://cdn.example/a.png", caption: "Oi" } },
  { custom: { type: "document", url: "https://cdn.example/b.pdf" } },
  { custom: { type: "audio", url: "https://cdn.example/a.ogg", voice: true } },
  { custom: { type: "location", latitude: 1, longitude: 2 } },
  { custom: { type: "contacts", contacts: [{ name: "Ana", phones: ["5511930001122"] }] } },
  { custom: { type: "reaction", emoji: "✅", message_id: "3A1" } },
];

describe.each([
  { version: "v1", integration: "baileys" },
  { version: "v1", integration: "business" },
  { version: "v2", integration: "baileys" },
  { version: "v2", integration: "business" },
] as const)("version $version on $integration", ({ version, integration }) => {
  test("takes every kind of message", async () => {
    const standin = await start({ version, integration });
    const channel = channelOf(standin, { api_version: version, integration });
    for (const reply of REPLIES) {
      const receipt = await send(channel, reply);
      expect(receipt.identities).toStrictEqual([{ kind: "phone", value: PERSON }]);
    }
    expect(standin.refusals).toEqual([]);
    expect(standin.sent.map(({ instance }) => instance)).toEqual(REPLIES.map(() => INSTANCE));
  });

  test("refuses the form of the other version", async () => {
    const standin = await start({ version, integration });
    const other = version === "v1" ? "v2" : "v1";
    const error = await refusalOf(
      send(channelOf(standin, { api_version: other }), { text: "Olá" }),
    );
    expect(error.failure).toStrictEqual({ class: "fix" });
  });

  test("tells of a message before it answers, and of its way after that", async () => {
    const webhook = await receive();
    const standin = await start({ version, integration, webhookUrl: webhook.url });
    const channel = channelOf(standin, { api_version: version, integration });
    const { externalId } = await send(channel, { text: "Olá" });
    await standin.settled();
    const events = await eventsOf(channel, webhook.arrived);
    expect(events).toMatchObject([
      { kind: "unsupported", what: "event send.message" },
      { kind: "status", status: "sent", externalId },
      { kind: "status", status: "delivered", externalId },
      { kind: "status", status: "read", externalId },
    ]);
  });

  test("brings what people write, tap and answer from the phone", async () => {
    const webhook = await receive();
    const standin = await start({ version, integration, webhookUrl: webhook.url });
    const id = await standin.say(PERSON, "oi");
    await standin.tap(PERSON, "/sim", "Sim");
    await standin.answerFromPhone(PERSON, "Já te ajudo");
    await standin.connection("close", 401);
    const channel = channelOf(standin, { api_version: version, integration });
    expect(await eventsOf(channel, webhook.arrived)).toMatchObject([
      { kind: "message", externalId: id, text: "oi", identities: [{ value: PERSON }] },
      { kind: "message", text: "/sim", content: { type: "choice", title: "Sim" } },
      { kind: "takeover", pauseMs: 1_800_000 },
      { kind: "account", state: "disconnected", detail: "logged out (401)" },
    ]);
  });
});

describe("what is refused", () => {
  test.each([
    { label: "a wrong key", changes: { api_key: "outra" }, status: 401 },
    {
      label: "an unknown instance, before the key",
      changes: { api_key: "outra" },
      account: "x",
      status: 404,
    },
  ])("$label", async ({ changes, account = INSTANCE, status }) => {
    const standin = await start();
    const channel = channelOf(standin, changes);
    const [message] = channel.render({ text: "Olá" }, TO).messages;
    const request = channel.prepare(message?.payload, { id: "1", account, round: 0 });
    const error = await refusalOf(call(request).then(channel.interpret));
    expect(error.failure).toMatchObject({ class: "alert", scope: "account" });
    expect(standin.refusals).toMatchObject([{ status }]);
  });

  test("a number that is not on WhatsApp", async () => {
    const standin = await start({ strangers: [PERSON] });
    const error = await refusalOf(send(channelOf(standin), { text: "Olá" }));
    expect(error.failure).toStrictEqual({ class: "drop" });
  });

  test("buttons where there are none; their plainer form is taken", async () => {
    const standin = await start({ version: "v1" });
    const channel = channelOf(standin, { api_version: "v1", interactive: "native" });
    const reply = { text: "Certo?", buttons: [{ title: "Sim" }] };
    const error = await refusalOf(send(channel, reply));
    expect(error.failure).toStrictEqual({ class: "fix", degrade: true });
    const plain = channel.degrade?.(channel.render(reply, TO).messages[0]?.payload);
    const request = channel.prepare(plain?.payload, { id: "1", account: INSTANCE, round: 0 });
    expect(channel.interpret(await call(request))).toHaveProperty("externalId");
  });

  test.each([
    { fault: { kind: "meta", code: 131047 }, want: { class: "drop", windowClosed: true } },
    {
      fault: { kind: "error", status: 500, message: "Connection Closed" },
      want: { class: "alert", scope: "account", waitMs: 30_000 },
    },
    { fault: { kind: "raw", status: 502, body: "<html>" }, want: { class: "retry" } },
  ] as const)("what is scripted: $fault", async ({ fault, want }) => {
    const standin = await start();
    standin.script([fault]);
    const error = await refusalOf(send(channelOf(standin), { text: "Olá" }));
    expect(error.failure).toStrictEqual(want);
    expect(standin.unused()).toEqual([]);
    expect(standin.sent).toEqual([]);
  });
});

test("statuses may come before the answer, and failures after it", async () => {
  const webhook = await receive();
  const standin = await start({ webhookUrl: webhook.url });
  const channel = channelOf(standin);
  standin.script([{ kind: "statuses_first" }, { kind: "fail_later" }]);
  await send(channel, { text: "um" });
  expect(webhook.arrived).toHaveLength(4);
  await send(channel, { text: "dois" });
  await standin.settled();
  expect((await eventsOf(channel, webhook.arrived)).at(-1)).toMatchObject({
    kind: "status",
    status: "failed",
    failure: { class: "drop" },
  });
});

test("a number loses its ninth digit where WhatsApp took it away", async () => {
  const standin = await start();
  const channel = channelOf(standin);
  const to = {
    account: INSTANCE,
    identities: [{ kind: "phone", value: "5531988887777" }],
  } as const;
  const [message] = channel.render({ text: "Olá" }, to).messages;
  const request = channel.prepare(message?.payload, { id: "1", account: INSTANCE, round: 0 });
  expect(channel.interpret(await call(request)).identities).toStrictEqual([
    { kind: "phone", value: "553188887777" },
  ]);
});

test("signs, files and the state of an instance are served", async () => {
  const file = Buffer.from([1, 2, 3]);
  const standin = await start({ files: { "3A1": file } });
  const channel = channelOf(standin);
  const message = { account: INSTANCE, externalId: "3A1", identities: TO.identities };
  for (const request of [channel.acknowledge?.(message) ?? []].flat()) {
    expect(await call(request)).toHaveProperty("status", 201);
  }
  expect(standin.signs.map(({ route }) => route)).toEqual([
    "chat/markMessageAsRead",
    "chat/sendPresence",
  ]);

  const request = channel.media?.request({ type: "media", media: "image" }, INSTANCE, "3A1");
  if (request === undefined) throw new Error("nothing is asked for");
  expect(channel.media?.locate?.(await call(request))).toEqual({ kind: "bytes", bytes: file });

  const probe = channel.probe?.request(INSTANCE);
  if (probe === undefined) throw new Error("nothing is asked for");
  expect(channel.probe?.read(await call(probe))).toEqual({ state: "connected", detail: "" });
});

describe("webhooks come again", () => {
  test.each([
    { version: "v2", statuses: [500, 429, 200], tries: [500, 429, 200] },
    { version: "v2", statuses: [401], tries: [401] },
    { version: "v2", statuses: [422], tries: [422] },
    { version: "v1", statuses: [401, 400, 200], tries: [401, 400, 200] },
  ] as const)("in $version after $statuses", async ({ version, statuses, tries }) => {
    const webhook = await receive(statuses);
    const standin = await start({ version, webhookUrl: webhook.url });
    await standin.say(PERSON, "oi");
    expect(standin.tries.map(({ status }) => status)).toEqual(tries);
    const tokens = new Set(webhook.arrived.map(({ headers }) => headers.authorization));
    expect(tokens.size).toBe(1);
  });

  test("at the address of their event where that is wished, with the key in the body", async () => {
    const webhook = await receive();
    const standin = await start({ webhookUrl: webhook.url, byEvents: true, apikey: "token" });
    await standin.say(PERSON, "oi");
    expect(webhook.arrived[0]?.path).toBe("/webhook/messages-upsert");
    const channel = channelOf(standin, { webhook_secrets: [], body_apikeys: ["token"] });
    expect(await eventsOf(channel, webhook.arrived)).toMatchObject([{ kind: "message" }]);
  });
});
