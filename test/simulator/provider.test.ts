import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { createMemoryCache } from "../../src/cache/memory.ts";
import { BridgeError } from "../../src/errors.ts";
import { type CallTools, callProvider } from "../../src/flow/call.ts";
import { probeChannel } from "../../src/flow/probe.ts";
import { sendOnce } from "../../src/flow/send.ts";
import { createHttp } from "../../src/http/client.ts";
import { createDiskStore } from "../../src/media/disk.ts";
import { openSimulation, type Simulation, simulatorSecrets } from "../../src/simulator/open.ts";
import { LINE_NAMES } from "../../src/simulator/names.ts";
import { SAMPLE_TEMPLATES } from "../../src/simulator/templates.ts";
import { HttpFailure } from "../../src/transport.ts";

/** The simulated providers, called by the real channels: nothing here goes over a network. */

const PERSON = "5561987654321";
const NAMES = LINE_NAMES.map((name) => ({ name }));
const folder = mkdtempSync(path.join(tmpdir(), "ponte-simulated-"));
const problems: unknown[] = [];

let simulation: Simulation;
let tools: CallTools;

beforeAll(() => {
  const cache = createMemoryCache();
  simulation = openSimulation({
    config: { channels: new Map(), simulator: { mode: "auto" } },
    client: createHttp(),
    adminKey: "the admin key of the tests 0123456789",
    log: { warn: (_message, fields) => problems.push(fields) },
    cache,
    store: createDiskStore(folder),
    baseUrl: () => "http://127.0.0.1:1",
  });
  const { http, stream } = simulation.client;
  tools = { http, stream, cache, now: () => new Date() };
});
afterAll(async () => {
  await simulation.stop();
  simulation.client.close();
  rmSync(folder, { recursive: true, force: true });
  expect(problems).toEqual([]);
});

function channelOf(name: string) {
  const found = simulation.channels.get(name);
  if (found === undefined) throw new Error("no such line");
  return found.channel;
}

function simulatorOf({ simulator }: Simulation) {
  if (simulator === undefined) throw new Error("the simulator is off");
  return simulator;
}

function send(name: string, text: string, id = "01a20020-dd4b-757a-b57f-45f42914f7bf") {
  const channel = channelOf(name);
  const [account = ""] = channel.accounts;
  const identities = [{ kind: "phone", value: PERSON }] as const;
  const [message] = channel.render({ text }, { account, identities }).messages;
  const reference = { id, account, round: 0, createdAt: "2026-11-20T12:00:00.000Z" };
  return sendOnce(channel, message?.payload, reference, { ...tools, timeoutMs: 1_000 });
}

describe.each(NAMES)("the provider of $name", ({ name }) => {
  beforeAll(async () => {
    const manual = { ticks: "manual", failCode: null } as const;
    await simulatorOf(simulation).behave({ channel: name, person: PERSON }, manual);
  });

  test("takes a message under an id", async () => {
    const result = await send(name, "Olá");
    expect(result).toMatchObject({ outcome: "sent" });
  });

  test("knows a repeated request again, where the real one does", async () => {
    const ids = [];
    for (const text of ["um", "um"]) {
      const result = await send(name, text, "01a20020-dd4b-757a-b57f-45f42914f7c0");
      if (result.outcome === "sent") ids.push(result.receipt.externalId);
    }
    const isOne = channelOf(name).reconciliation === "repeat";
    expect(ids).toHaveLength(2);
    expect(new Set(ids).size).toBe(isOne ? 1 : 2);
  });

  test("says that our accounts work", async () => {
    const probed = await probeChannel(channelOf(name), tools);
    expect(probed).toMatchObject([{ state: "connected" }]);
  });

  test("refuses with each failure that is told at once, in words that the channel reads", async () => {
    const simulator = simulatorOf(simulation);
    const of = { channel: name, person: PERSON };
    const line = simulator.lines.find(({ channel }) => channel === name);
    const failures = line?.failures.filter(({ when }) => when === "at_once") ?? [];
    expect(failures.length).toBeGreaterThan(2);
    for (const { code } of failures) {
      await simulator.behave(of, { failCode: code });
      const result = await send(name, code);
      expect([code, result.outcome]).toEqual([code, "refused"]);
      if (result.outcome !== "refused") continue;
      const isMeta = ["simulator", "simulator-serpro"].includes(name);
      if (isMeta) expect(result.error.provider?.code).toBe(code);
      else expect(result.error.provider?.title).not.toBe("");
    }
    await simulator.behave(of, { failCode: null });
    expect(await send(name, "wieder")).toMatchObject({ outcome: "sent" });
  });

  test("refuses calls with another secret than ours", async () => {
    const stranger = openSimulation({
      config: { channels: new Map(), simulator: { mode: "open" } },
      client: createHttp(),
      adminKey: "another admin key of the tests 98765",
      log: { warn: () => undefined },
      cache: createMemoryCache(),
      store: createDiskStore(folder),
      baseUrl: () => "http://127.0.0.1:1",
    });
    const channel = stranger.channels.get(name)?.channel;
    if (channel === undefined) throw new Error("no such line");
    const [account = ""] = channel.accounts;
    const identities = [{ kind: "phone", value: PERSON }] as const;
    const [message] = channel.render({ text: "x" }, { account, identities }).messages;
    const reference = { id: "01a20020-dd4b-757a-b57f-45f42914f7bf", account, round: 0 };
    const elsewhere = { ...tools, cache: createMemoryCache(), timeoutMs: 1_000 };
    const result = await sendOnce(channel, message?.payload, reference, elsewhere);
    expect(result).toMatchObject({ outcome: "refused", failure: { class: "alert" } });
    await stranger.stop();
    stranger.client.close();
  });

  test("lists the sample templates, where it has templates", async () => {
    const channel = channelOf(name);
    const { templates } = channel;
    const line = simulatorOf(simulation).lines.find((one) => one.channel === name);
    expect(templates !== undefined).toBe(line?.features.templates);
    if (templates === undefined) return;
    const [owner = ""] = templates.owners;
    const answer = await callProvider(channel, templates.list(owner), tools, { timeoutMs: 1_000 });
    const page = templates.readPage(answer, owner);
    expect(page).toMatchObject({ skipped: 0 });
    expect(page.templates.map((one) => [one.name, one.status])).toEqual(
      SAMPLE_TEMPLATES.map((one) => [one.name, one.status]),
    );
    expect(page).not.toHaveProperty("next");
  });

  test("sends no template that it does not have, or that is paused", async () => {
    const channel = channelOf(name);
    if (channel.templates === undefined) return;
    const [account = ""] = channel.accounts;
    const identities = [{ kind: "phone", value: PERSON }] as const;
    for (const [template, outcome] of [
      ["invoice_ready", "sent"],
      ["nobodys_template", "refused"],
      ["pesquisa_satisfacao", "refused"],
    ] as const) {
      const language = template === "invoice_ready" ? "en" : "pt_BR";
      const custom = { type: "template", name: template, language };
      const [message] = channel.render({ custom }, { account, identities }).messages;
      const reference = { id: "01a20020-dd4b-757a-b57f-45f42914f7c1", account, round: 0 };
      const sent = await sendOnce(channel, message?.payload, reference, {
        ...tools,
        timeoutMs: 1_000,
      });
      expect([template, sent.outcome]).toEqual([template, outcome]);
    }
  });
});

test("a template that is made is in review, then listed, and can be removed; a sample stays", async () => {
  const channel = channelOf("simulator");
  const { create, remove, list, readPage, owners } = channel.templates ?? {};
  if (!create || !remove || !list || !readPage) throw new Error("the line makes no templates");
  const [owner = ""] = owners ?? [];
  const options = { timeoutMs: 1_000 };
  const draft = {
    name: "novo_aviso",
    language: "pt_BR",
    category: "UTILITY",
    parameterFormat: "positional",
    components: [{ type: "BODY", text: "Aviso." }],
  } as const;
  const made = create.read(await callProvider(channel, create.request(draft), tools, options));
  expect(made).toMatchObject({ status: "PENDING", category: "UTILITY" });
  const again = await callProvider(channel, create.request(draft), tools, options);
  expect(() => create.read(again)).toThrow(BridgeError);
  const names = async () => {
    const answer = await callProvider(channel, list(owner), tools, options);
    return readPage(answer, owner).templates.map((one) => one.name);
  };
  expect(await names()).toContain("novo_aviso");
  const gone = { name: "novo_aviso", externalId: made.externalId };
  remove.read(await callProvider(channel, remove.request(gone), tools, options));
  expect(await names()).not.toContain("novo_aviso");
  const sample = remove.request({ name: "invoice_ready", externalId: "7000000000000004" });
  const refused = await callProvider(channel, sample, tools, options);
  expect(() => remove.read(refused)).toThrow(BridgeError);
});

test("a file is served to whoever has the token alone, and no larger than asked for", async () => {
  const bytes = Buffer.from("conteúdo do arquivo");
  const facts = { mimeType: "text/plain", fileName: "a.txt" };
  const chunks = async function* () {
    yield bytes;
  };
  const { fileId } = await simulatorOf(simulation).keepFile(chunks(), facts);
  const channel = channelOf("simulator-acs");
  const file = { type: "media", media: "document", id: fileId } as const;
  const request = channel.media?.request(file, "", "");
  if (request === undefined) throw new Error("the channel fetches no file");
  expect(await callProvider(channel, request, tools, { timeoutMs: 1_000 })).toMatchObject({
    status: 200,
    body: "conteúdo do arquivo",
  });
  expect(await tools.http(request, { timeoutMs: 1_000 })).toMatchObject({ status: 401 });
  const tight = tools.http(request, { timeoutMs: 1_000, maxBytes: 10 });
  await expect(tight).rejects.toMatchObject({ reason: "too_large" });
  const aborted = tools.http(request, { timeoutMs: 1_000, signal: AbortSignal.abort() });
  await expect(aborted).rejects.toBeInstanceOf(HttpFailure);
});

test("calls to any other address go out as they are", async () => {
  for (const url of [
    "https://simulator.invalid/",
    "https://acs.simulator.invalid.example.invalid/",
  ]) {
    const call = tools.http({ method: "GET", url, headers: {} }, { timeoutMs: 2_000 });
    await expect(call).rejects.toBeInstanceOf(HttpFailure);
  }
});

test.each<{ mode: "off" | "auto" | "open" | "admin"; count: number }>([
  { mode: "off", count: 0 },
  { mode: "auto", count: 5 },
  { mode: "open", count: 5 },
  { mode: "admin", count: 5 },
])("with mode $mode there are $count lines, and their secrets are known", ({ mode, count }) => {
  const config = { channels: new Map(), simulator: { mode } };
  const client = createHttp();
  const opened = openSimulation({
    config,
    client,
    adminKey: "k".repeat(20),
    log: { warn: () => undefined },
    cache: createMemoryCache(),
    store: createDiskStore(folder),
    baseUrl: () => "",
  });
  expect(opened.channels.size).toBe(count);
  const all = [...opened.channels.values()].flatMap(({ channel }) => channel.secrets);
  expect(simulatorSecrets(config, "k".repeat(20))).toEqual(all);
  expect(opened.simulator?.channels ?? []).toHaveLength(count);
  if (mode === "off") expect(opened.client).toBe(client);
  client.close();
});
