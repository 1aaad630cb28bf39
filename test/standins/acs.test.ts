import { createServer } from "node:http";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { createHmacSigner } from "../../src/channels/azure/hmac.ts";
import { type Acs, startAcs } from "./acs.ts";
import { createGrid, type Grid } from "./event-grid.ts";
import { messageEvent } from "./event-grid-events.ts";

const KEY = Buffer.from("key of the stand-in's tests").toString("base64");
const CHANNEL = "5a1f0c2e-7b34-4d19-9c60-2e8d4f7a1b03";
const SEND = "/messages/notifications:send?api-version=2024-08-30";
const PAIR = {
  "repeatability-request-id": "019a9f3c-5e00-7abc-8def-0123456789ab",
  "repeatability-first-sent": "Sat, 21 Nov 2026 00:49:34 GMT",
};
const TEXT = {
  channelRegistrationId: CHANNEL,
  to: ["+5561912345678"],
  kind: "text",
  content: "Oi",
};

let acs: Acs;
const grids: Grid[] = [];

beforeEach(async () => {
  acs = await startAcs({ accessKey: KEY, token: "good-token", channelIds: [CHANNEL] });
});
afterEach(async () => {
  for (const grid of grids.splice(0)) grid.stop();
  await acs.close();
});

async function call(
  target: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = PAIR,
  key = KEY,
): Promise<{ status: number; body: unknown }> {
  const text = body === undefined ? undefined : JSON.stringify(body);
  const method = text === undefined ? "GET" : "POST";
  const url = `${acs.url}${target}`;
  const part = text === undefined ? {} : { body: text };
  const signed = createHmacSigner(key)({ method, url, headers: {}, ...part }, new Date());
  const all = { "content-type": "application/json", ...signed, ...headers };
  const response = await fetch(url, { method, headers: all, ...part });
  return { status: response.status, body: await response.json() };
}

describe("the stand-in for the service", () => {
  test("takes a message once, however often the request comes", async () => {
    const first = await call(SEND, TEXT);
    const second = await call(SEND, TEXT);
    expect(first).toMatchObject({ status: 202, body: { receipts: [{ to: "+5561912345678" }] } });
    expect(second).toStrictEqual(first);
    expect(acs.sent).toHaveLength(1);
  });

  test.each<{
    label: string;
    target?: string;
    body?: object;
    headers?: Record<string, string>;
    key?: string;
    want: number;
  }>([
    { label: "a wrong key", key: Buffer.from("another key").toString("base64"), want: 401 },
    {
      label: "an old date",
      headers: { ...PAIR, "x-ms-date": "Sat, 21 Nov 2020 00:49:34 GMT" },
      want: 401,
    },
    { label: "a wrong token", headers: { ...PAIR, authorization: "Bearer x" }, want: 401 },
    { label: "no version", target: "/messages/notifications:send", want: 400 },
    { label: "an unknown version", target: SEND.replace("2024-08-30", "2031-01-01"), want: 400 },
    { label: "another path", target: "/messages?api-version=2024-08-30", want: 404 },
    { label: "no repeatable pair", headers: {}, want: 400 },
    {
      label: "a date in another form",
      headers: { ...PAIR, "repeatability-first-sent": "2026-11-21" },
      want: 400,
    },
    {
      label: "another channel",
      body: { ...TEXT, channelRegistrationId: "5a1f0c2e-7b34-4d19-9c60-000000000000" },
      want: 400,
    },
    { label: "a number without plus", body: { ...TEXT, to: ["5561912345678"] }, want: 400 },
    {
      label: "two receivers",
      body: { ...TEXT, to: ["+5561912345678", "+5561912345679"] },
      want: 400,
    },
    { label: "an unknown key", body: { ...TEXT, preview_url: true }, want: 400 },
    { label: "a text too long", body: { ...TEXT, content: "x".repeat(4097) }, want: 400 },
    {
      label: "a kind that the version lacks",
      body: {
        channelRegistrationId: CHANNEL,
        to: TEXT.to,
        kind: "sticker",
        mediaUri: "https://a.example.org/s.webp",
      },
      want: 400,
    },
  ])("refuses $label", async ({ target = SEND, body = TEXT, headers = PAIR, key = KEY, want }) => {
    expect((await call(target, body, headers, key)).status).toBe(want);
    expect(acs.sent).toHaveLength(0);
    expect(acs.refusals).toHaveLength(1);
  });

  test("takes a token too", async () => {
    const headers = { ...PAIR, authorization: "Bearer good-token" };
    expect((await call(SEND, TEXT, headers)).status).toBe(202);
  });

  test("lists templates of known channels", async () => {
    const of = (id: string) => call(`/messages/channels/${id}/templates?api-version=2024-08-30`);
    expect((await of(CHANNEL)).status).toBe(200);
    expect((await of("x")).status).toBe(404);
  });
});

describe("the stand-in for Event Grid", () => {
  async function listen(statuses: readonly number[]): Promise<{ url: string; close: () => void }> {
    const left = [...statuses];
    const server = createServer((request, response) => {
      request.resume();
      response.writeHead(left.shift() ?? 200).end();
    });
    await new Promise<void>((resolve) => {
      server.listen(0, "127.0.0.1", resolve);
    });
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("no port");
    const close = () => {
      server.closeAllConnections();
      server.close();
    };
    return { url: `http://127.0.0.1:${String(address.port)}`, close };
  }

  test.each([
    { statuses: [200], tries: 1, taken: true },
    { statuses: [204], tries: 1, taken: true },
    { statuses: [503, 500, 404, 302, 200], tries: 5, taken: true },
    { statuses: [400], tries: 1, taken: false },
    { statuses: [401], tries: 1, taken: false },
    { statuses: [403], tries: 1, taken: false },
    { statuses: [413], tries: 1, taken: false },
    { statuses: [503, 401], tries: 2, taken: false },
  ])("after $statuses: $tries tries", async ({ statuses, tries, taken }) => {
    const { url, close } = await listen(statuses);
    const grid = createGrid({ url });
    grids.push(grid);
    const event = messageEvent({ channelId: CHANNEL, from: "55" }, { content: "Oi" });
    expect(await grid.deliver([event])).toBe(taken);
    expect(grid.tries).toHaveLength(tries);
    expect(grid.lost).toHaveLength(taken ? 0 : 1);
    close();
  });

  test.each(["eventgrid", "cloudevents"] as const)(
    "a silent 200 is no handshake (%s)",
    async (schema) => {
      const { url, close } = await listen([200]);
      const grid = createGrid({ url, schema });
      grids.push(grid);
      expect(await grid.handshake()).toBe(false);
      close();
    },
  );
});
