import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { z } from "zod";
import { createServerDatabase, hasServer, type ServerDatabase } from "../database.ts";
import { ADMIN_KEY, eventually } from "../e2e/world.ts";
import { LINE_NAMES } from "../../src/simulator/names.ts";
import { REDIS, redisIsThere } from "../standins/redis.ts";
import { type Desk, startDesk } from "./bench.ts";

/** Conversations of simulated people with the bot that comes with the project, through a bridge in a process of its own. */

const LIMIT_MS = 90_000;

const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

const folder = mkdtempSync(path.join(tmpdir(), "ponte-simulator-"));

let desk: Desk;
let database: ServerDatabase | undefined;

beforeAll(async () => {
  database = (await hasServer()) ? await createServerDatabase() : undefined;
  const isShared = await redisIsThere("simulated behaviours that processes share");
  desk = await startDesk(folder, {
    ...(database !== undefined && { DATABASE_URL: database.url }),
    ...(isShared && { REDIS_URL: `redis://${REDIS.host}:${REDIS.port}` }),
  });
  for (const channel of LINE_NAMES)
    for (const digit of [1, 2, 3, 4, 5])
      await desk.call("POST", "/simulator/behaviour", {
        channel,
        person: numberOf(channel, digit),
        delay_ms: 20,
      });
}, LIMIT_MS);

afterAll(async () => {
  await desk?.bridge.stop("SIGKILL");
  await database?.drop();
  rmSync(folder, { recursive: true, force: true });
});

/** A run of its own for the numbers: with a shared Redis, behaviours of an earlier one are still there. */
const RUN = String(Date.now() % 100_000).padStart(5, "0");

function numberOf(channel: string, digit: number): string {
  const place = LINE_NAMES.findIndex((name) => name === channel);
  return `+55619${RUN}${place}${digit}0`;
}

const eventsPage = z.object({ data: z.array(z.unknown()) });

async function countEvents(channel: string): Promise<number> {
  const { body } = await desk.call("GET", `/events?channel=${channel}&limit=200`);
  return eventsPage.parse(body).data.length;
}

const TYPED = ["simulator-sms", "simulator-evolution"];
const WITH_FILES = LINE_NAMES.filter((name) => name !== "simulator-sms");

describe.each(LINE_NAMES.map((channel) => ({ channel })))("on $channel", ({ channel }) => {
  const last = channel === "simulator-sms" ? "delivered" : "read";

  // First, while nothing else goes on: what comes later brings webhooks of its own.
  test("a wrong signature and a missing one are refused, and nothing is stored", async () => {
    const before = await countEvents(channel);
    const eve = desk.person(channel, numberOf(channel, 3));
    for (const signature of ["bad", "missing"]) {
      const { calls } = await eve.say("oi", { signature });
      expect(calls).toMatchObject([{ status: 401 }]);
    }
    expect(await eve.talk()).toEqual([]);
    expect(await countEvents(channel)).toBe(before);
  });

  test(
    "a text is answered, and the ticks come to their end by themselves",
    async () => {
      const ana = desk.person(channel, numberOf(channel, 1));
      const { calls, messages } = await ana.say("oi");
      expect(calls).toMatchObject([{ status: 200 }]);
      const texts = (await ana.hear(2)).map(({ text }) => text);
      expect(texts).toContainEqual(expect.stringMatching(/^(Oi|Olá)!/));
      expect(texts).toContainEqual(expect.stringContaining("Ver a lista"));
      await ana.until(last);
      const [said] = await ana.talk();
      expect(said).toMatchObject({ direction: "in", external_id: messages[0]?.external_id });
    },
    LIMIT_MS,
  );

  test(
    "a button and a row of a list are chosen, by a tap or by typing the number",
    async () => {
      const ana = desk.person(channel, numberOf(channel, 1));
      const tap = (source: string, id: string, title: string) =>
        TYPED.includes(channel)
          ? { type: "text", text: id === "" ? title : "2" }
          : { type: "choice", source, id, title };
      await ana.say(tap("button", '/menu{"language":"pt-BR"}', "Ver a lista"));
      const menu = (await ana.hear(3)).at(-1);
      expect(menu?.text).toContain("Encerrar");
      await ana.say(tap("list", '/who_are_you{"language":"pt-BR"}', "Quem é você?"));
      expect((await ana.hear(4)).at(-1)?.text).toContain("assistente automático");
    },
    LIMIT_MS,
  );

  test(
    "the same call twice is one message; a batch comes whole and in disorder",
    async () => {
      const ana = desk.person(channel, numberOf(channel, 2));
      const twice = await ana.say("obrigado", { times: 2 });
      expect(twice.calls.map(({ status }) => status)).toEqual([200, 200]);
      await ana.hear(1);
      const again = {
        messages: [
          {
            from: ana.number,
            id: twice.messages[0]?.external_id,
            content: { type: "text", text: "obrigado" },
          },
        ],
      };
      await ana.say([], again);
      const parts = ["um", "dois", "três"].map((text) => ({ type: "text", text }));
      const batch = await ana.say(parts, { order: "reversed" });
      expect(batch.calls).toHaveLength(channel === "simulator-evolution" ? 3 : 1);
      expect(batch.calls[0]).toMatchObject({ body: expect.stringMatching(/tr(ê|\\u00ea)s/) });
      await eventually(
        async () => (await ana.talk()).filter(({ direction }) => direction === "in").length >= 4,
      );
      const said = (await ana.talk()).filter(({ direction }) => direction === "in");
      expect(said.filter(({ text }) => text === "obrigado")).toHaveLength(1);
      expect(said.map(({ text }) => text).toSorted()).toEqual(["dois", "obrigado", "três", "um"]);
    },
    LIMIT_MS,
  );

  test(
    "failures come at once or later, as the provider tells them",
    async () => {
      const ana = desk.person(channel, numberOf(channel, 4));
      const { body } = await desk.call("GET", "/simulator");
      const line = shown.parse(body).lines.find((one) => one.channel === channel);
      const later = line?.failures.find(({ when }) => when === "later")?.code ?? "";
      await ana.behave({ fail_code: later });
      await ana.say("tchau");
      const [failed] = await ana.hear(1);
      await ana.until("failed");
      const code = channel === "simulator-evolution" ? null : later;
      expect((await ana.hear(1))[0]?.error).toMatchObject({ code });
      expect(failed?.external_id).not.toBe("");
      const atOnce = {
        simulator: "131009",
        "simulator-serpro": "131009",
        "simulator-acs": "400",
        "simulator-sms": "400",
        "simulator-evolution": "not_on_whatsapp",
      }[channel];
      await ana.behave({ fail_code: atOnce });
      await ana.say("tchau");
      const refused = (await ana.hear(2)).at(-1);
      await ana.until("failed");
      expect(refused?.external_id).toBeNull();
      await ana.behave({ fail_code: null });
    },
    LIMIT_MS,
  );

  test(
    "ticks by hand: nothing is reported but what is asked for",
    async () => {
      const ana = desk.person(channel, numberOf(channel, 5));
      expect(await ana.behave({ ticks: "manual", delay_ms: 20 })).toMatchObject({
        ticks: "manual",
        delay_ms: 20,
      });
      await ana.say("tchau");
      const [message] = await ana.hear(1);
      await ana.until("sent");
      const status = { channel, message_id: message?.id, status: "delivered" };
      const told = await desk.call("POST", "/simulator/statuses", { ...status, times: 2 });
      expect(told).toMatchObject({
        status: 200,
        body: { calls: [{ status: 200 }, { status: 200 }] },
      });
      await ana.until("delivered");
      const forged = { ...status, status: "failed", signature: "bad" };
      expect((await desk.call("POST", "/simulator/statuses", forged)).body).toMatchObject({
        calls: [{ status: 401 }],
      });
      const read = await desk.call("POST", "/simulator/statuses", { ...status, status: "read" });
      expect(read.status).toBe(channel === "simulator-sms" ? 422 : 200);
      if (read.status === 200) await ana.until("read");
      expect((await ana.hear(1))[0]?.status).toBe(last);
    },
    LIMIT_MS,
  );

  test(
    "the clock closes the window where there is one; a reset begins anew",
    async () => {
      const ana = desk.person(channel, numberOf(channel, 1));
      const move = { channel, person: ana.number };
      const hasWindow = !TYPED.includes(channel);
      const closed = await desk.call("POST", "/simulator/clock", { ...move, hours: 25 });
      expect(closed).toMatchObject({ status: 200, body: { window_open: !hasWindow } });
      const opened = await desk.call("POST", "/simulator/clock", { ...move, hours: 0 });
      expect(opened).toMatchObject({ status: 200, body: { window_open: true } });
      expect((await desk.call("POST", "/simulator/reset", move)).body).toEqual({ erased: true });
      expect(await ana.talk()).toEqual([]);
      expect((await desk.call("POST", "/simulator/reset", move)).body).toEqual({ erased: false });
      expect(await ana.behave({})).toMatchObject({ delay_ms: 400, ticks: "auto" });
      expect(await desk.call("POST", "/simulator/clock", { ...move, hours: 1 })).toMatchObject({
        status: 404,
      });
    },
    LIMIT_MS,
  );
});

const shown = z.object({
  mode: z.literal("open"),
  lines: z.array(
    z.object({
      channel: z.string(),
      failures: z.array(z.object({ code: z.string(), when: z.string() })),
    }),
  ),
});

test(
  "a phone that tells nobody what was read stays at delivered",
  async () => {
    const ana = desk.person("simulator", numberOf("simulator", 9));
    await ana.behave({ reads: false, delay_ms: 0 });
    for (const count of [1, 2]) {
      await ana.say("obrigado");
      await ana.hear(count);
      await ana.until("delivered");
    }
  },
  LIMIT_MS,
);

test.each(WITH_FILES.map((channel) => ({ channel })))(
  "a file that is sent on $channel is fetched from its provider and kept",
  async ({ channel }) => {
    const kept = await desk.call("POST", "/simulator/files?file_name=foto.png", PNG);
    expect(kept).toMatchObject({ status: 201, body: { mime_type: "image/png", size_bytes: 70 } });
    const { file_id: fileId } = z.object({ file_id: z.string() }).parse(kept.body);
    const ana = desk.person(channel, numberOf(channel, 6));
    await ana.say({ type: "media", media: "image", file_id: fileId, caption: "oi" });
    await ana.hear(1);
    const [said] = await ana.talk();
    expect(said?.content).toMatchObject({ file: { mimeType: "image/png", sizeBytes: 70 } });
  },
  LIMIT_MS,
);

test(
  "who writes STOP by text message is left alone, until a reset forgets it",
  async () => {
    const channel = "simulator-sms";
    const ana = desk.person(channel, numberOf(channel, 7));
    await ana.say("oi");
    await ana.hear(2);
    await ana.say("STOP");
    await eventually(async () => {
      const { body } = await desk.call(
        "GET",
        `/conversations?channel=${channel}&q=${encodeURIComponent(ana.number)}`,
      );
      return JSON.stringify(body).includes('"opted_out":true');
    });
    await desk.call("POST", "/simulator/reset", { channel, person: ana.number });
    await ana.say("oi");
    await ana.hear(2);
  },
  LIMIT_MS,
);

test.each<{ label: string; path: string; body: unknown; status: number; detail?: string }>([
  {
    label: "a channel that is no simulated line",
    path: "/simulator/webhooks",
    body: {
      channel: "rest",
      messages: [{ from: "+5561987654321", content: { type: "text", text: "x" } }],
    },
    status: 404,
  },
  {
    label: "a file that nobody gave",
    path: "/simulator/webhooks",
    body: {
      channel: "simulator",
      messages: [
        {
          from: "+5561987654321",
          content: {
            type: "media",
            media: "image",
            file_id: "01a20020-dd4b-757a-b57f-45f42914f7bf",
          },
        },
      ],
    },
    status: 422,
    detail: "there is no such file: they are kept for an hour",
  },
  {
    label: "a place by text message",
    path: "/simulator/webhooks",
    body: {
      channel: "simulator-sms",
      messages: [
        { from: "+5561987654321", content: { type: "location", latitude: 1, longitude: 1 } },
      ],
    },
    status: 422,
    detail: "a text message holds nothing but text: choices are typed",
  },
  {
    label: "21 messages at once",
    path: "/simulator/webhooks",
    body: {
      channel: "simulator",
      messages: Array.from({ length: 21 }, () => ({
        from: "+5561987654321",
        content: { type: "text", text: "x" },
      })),
    },
    status: 422,
  },
  {
    label: "a number that is none",
    path: "/simulator/reset",
    body: { channel: "simulator", person: "5561987654321" },
    status: 422,
  },
  {
    label: "a failure that the provider does not know",
    path: "/simulator/behaviour",
    body: { channel: "simulator", person: "+5561987654321", fail_code: "4004" },
    status: 422,
    detail: "the line knows no failure of this code",
  },
  {
    label: "a status of a message that is nobody's",
    path: "/simulator/statuses",
    body: {
      channel: "simulator",
      message_id: "01a20020-dd4b-757a-b57f-45f42914f7bf",
      status: "read",
    },
    status: 404,
  },
  { label: "an empty file", path: "/simulator/files", body: Buffer.alloc(0), status: 422 },
  {
    label: "a file of more than 16 MB",
    path: "/simulator/files",
    body: Buffer.alloc(16 * 1024 * 1024 + 1),
    status: 413,
  },
])("$label is refused", async ({ path: route, body, status, detail }) => {
  const refused = await desk.call("POST", route, body);
  expect(refused).toMatchObject({ status, ...(detail !== undefined && { body: { detail } }) });
});

test(
  "a long delay is answered at once and kept, a short one waited for",
  async () => {
    const ana = desk.person("simulator", numberOf("simulator", 8));
    expect((await ana.say("oi", { delay_ms: 50 })).calls).toHaveLength(1);
    const later = await ana.say("obrigado", { delay_ms: 5_001 });
    expect(later).toMatchObject({ calls: [], messages: [{ external_id: expect.any(String) }] });
    await eventually(async () => (await ana.talk()).some(({ text }) => text === "obrigado"));
  },
  LIMIT_MS,
);

test("no secret of a line is shown, and none is in the log", async () => {
  const ana = desk.person("simulator-evolution", numberOf("simulator-evolution", 9));
  const { calls } = await ana.say("oi");
  expect(calls[0]?.headers["authorization"]).toBe("Bearer [secret]");
  const acs = desk.person("simulator-acs", numberOf("simulator-acs", 9));
  expect((await acs.say("oi")).calls[0]?.headers["x-bridge-secret"]).toBe("[secret]");
  expect(desk.bridge.output()).not.toContain(ADMIN_KEY);
});
