import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { setTimeout as sleep } from "node:timers/promises";
import { textWebhook } from "../standins/graph-webhooks.ts";
import {
  ACCOUNT,
  ADMIN_KEY,
  eventually,
  listQuickestDriver,
  SECRETS,
  startWorld,
  type World,
} from "../e2e/world.ts";
import { tellFigures } from "./figures.ts";
import { SIZE } from "./size.ts";

/** How often each way is gone: every time with a number, a text and a token that stand nowhere else. */
const ROUNDS = SIZE.of(84, 5);

/** Whoever guesses, or asks much, is slowed down: that is a refusal as good as any. */
const TOO_OFTEN = 429;

interface Planted {
  readonly phone: string;
  readonly text: string;
  readonly token: string;
}

const planted = (index: number): Planted => ({
  phone: `5561${String(910_000_000 + index * 7_919).padStart(9, "9")}`,
  text: `planted-text-${index}-saldo`,
  token: `planted-token-${index}-${"x".repeat(8)}`,
});

let world: World;
let rest: string;
const refusals: string[] = [];
let sown = 0;

beforeAll(async () => {
  const [driver] = await listQuickestDriver();
  if (driver === undefined) throw new Error("no driver");
  world = await startWorld({
    ...driver,
    bot: async (_sender, text) => {
      if (/-[02468]-/.test(text)) throw new Error(`the bot fails on ${text}`);
      await sleep(1);
      return [{ recipient_id: "x", text: `Você disse ${text}` }];
    },
    settings: {
      engine: { lease_ms: 1_500, poll_ms: 25 },
      answers: { max_attempts: 2, retry_base_ms: 10 },
    },
    env: { LOG_LEVEL: "debug", REST_CHANNEL_TOKEN: "rest-token-of-the-tests" },
  });
  rest = `${world.bridge().url}/webhooks/rest/webhook`;
}, 120_000);
afterAll(async () => {
  await world.close();
  const tried = `${sown * 3} planted numbers, texts and tokens on ${WAYS.length} ways, failures of bot, provider and caller among them`;
  tellFigures({
    control: "S8",
    tried,
    came: "0 in the log at level debug, in refusals and in metrics; every line is JSON",
  });
});

/** Calls the bridge and keeps what a refusal says. */
async function call(
  path: string,
  init: RequestInit & { readonly headers?: Record<string, string> } = {},
) {
  const url = path.startsWith("http") ? path : `${world.bridge().url}${path}`;
  const response = await fetch(url, init);
  const text = await response.text();
  if (response.status >= 400)
    refusals.push(`${response.status} ${text} ${JSON.stringify([...response.headers])}`);
  return response.status;
}

const api = (path: string, body?: unknown, key = ADMIN_KEY) =>
  call(`/api/v1${path}`, {
    method: body === undefined ? "GET" : "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });

const webhookOf = ({ phone, text, token }: Planted) =>
  textWebhook({ account: ACCOUNT, from: phone, id: `wamid.${token}`, text });

/** Every way by which something personal or secret comes in, and what each must be answered with. */
const WAYS: readonly {
  readonly label: string;
  readonly go: (one: Planted) => Promise<number>;
  readonly want: readonly number[];
}[] = [
  { label: "a message", go: (one) => world.post(webhookOf(one)), want: [200] },
  {
    label: "a message whose answer the provider refuses, repeating it",
    go: (one) => {
      const details = `cannot send "${one.text}" to ${one.phone} with ${one.token}`;
      world.graph.script([
        { kind: "error", status: 400, code: 131_026, message: details, details },
      ]);
      return world.post(webhookOf(one));
    },
    want: [200],
  },
  {
    label: "a forged webhook",
    go: ({ phone, text, token }) =>
      call(`/webhooks/whatsapp/webhook?access_token=${token}`, {
        method: "POST",
        headers: {
          "x-hub-signature-256": `sha256=${"0".repeat(64)}`,
          authorization: `Bearer ${token}`,
        },
        body: JSON.stringify({ phone, text }),
      }),
    want: [401],
  },
  {
    label: "a genuine webhook that is no JSON",
    go: ({ phone, text, token }) => {
      const { rawBody, headers } = world.graph.signedWebhook(`{"${token}": "${phone} ${text}`);
      const body = new Uint8Array(rawBody);
      return call("/webhooks/whatsapp/webhook", { method: "POST", headers: { ...headers }, body });
    },
    want: [200],
  },
  {
    label: "a wrong verify token",
    go: ({ token, phone }) =>
      call(
        `/webhooks/whatsapp/webhook?hub.mode=subscribe&hub.verify_token=${token}&hub.challenge=${phone}`,
      ),
    want: [403],
  },
  {
    label: "a person of the REST channel",
    go: ({ phone, text }) =>
      call(rest, {
        method: "POST",
        headers: { authorization: "Bearer rest-token-of-the-tests" },
        body: JSON.stringify({ sender: phone, message: text }),
      }),
    want: [200],
  },
  {
    label: "a wrong token of the REST channel",
    go: ({ phone, text, token }) =>
      call(`${rest}?token=${token}`, {
        method: "POST",
        body: JSON.stringify({ sender: phone, message: text }),
      }),
    want: [401],
  },
  {
    label: "a wrong key",
    go: ({ phone, token }) => api(`/contacts?search=${phone}`, undefined, token),
    want: [401],
  },
  {
    label: "a message by the API",
    go: ({ phone, text }) => api("/messages", { channel: "whatsapp", to: `+${phone}`, text }),
    want: [202, 409, 422],
  },
  {
    label: "a message by the API that is wrong",
    go: ({ phone, text, token }) =>
      api("/messages", { channel: "whatsapp", to: phone, text: { text }, unknown: token }),
    want: [422],
  },
  {
    label: "a person by the API",
    go: ({ phone, text }) => api("/contacts", { channel: "whatsapp", to: `+${phone}`, name: text }),
    want: [200, 201],
  },
  {
    label: "paths and queries that are wrong",
    go: ({ phone, text, token }) =>
      api(`/contacts/${phone}/export?${token}=${encodeURIComponent(text)}`),
    want: [404, 422],
  },
];

test("nothing that was planted is in the log, in a refusal or in the metrics", async () => {
  // What the program greets the operator with is for people; all after it is the log.
  const GREETING = /curl -XPOST .*\n/;
  await eventually(() => GREETING.test(world.bridge().output()));
  const start = world.bridge().output().length;
  const all: Planted[] = [];
  for (let round = 0; round < ROUNDS; round += 1)
    for (const { label, go, want } of WAYS) {
      const one = planted(all.length);
      all.push(one);
      const status = await go(one);
      expect({ label, isWanted: [...want, TOO_OFTEN].includes(status), status }).toEqual({
        label,
        isWanted: true,
        status,
      });
    }
  sown = all.length;
  const idle = /ponte_inbox_depth\S* 0\b|"inbox":\{"depth":0/;
  await eventually(async () =>
    idle.test(await (await fetch(`${world.bridge().url}/health`)).text()),
  );
  const metrics = await fetch(`${world.bridge().url}/metrics`, {
    headers: { authorization: `Bearer ${ADMIN_KEY}` },
  });
  const figures = await metrics.text();
  await world.bridge().stop("SIGTERM");
  const log = world.bridge().output();
  expect(log.length).toBeGreaterThan(10_000);

  const places = { log, figures, refusals: refusals.join("\n") };
  const found: string[] = [];
  for (const [place, text] of Object.entries(places))
    for (const word of [
      ...all.flatMap(({ phone, text: said, token }) => [phone, said, token]),
      ...Object.values(SECRETS),
      ADMIN_KEY,
    ])
      for (const form of [
        word,
        encodeURIComponent(word),
        Buffer.from(word).toString("base64").replace(/=+$/, ""),
      ])
        if (text.includes(form)) found.push(`${place}: ${word}`);
  expect([...new Set(found)].slice(0, 10)).toEqual([]);
  const lines = log
    .slice(start)
    .split("\n")
    .filter((line) => line.trim() !== "");
  expect(lines.filter((line) => !isObject(line))).toEqual([]);
}, 300_000);

function isObject(line: string): boolean {
  try {
    const parsed: unknown = JSON.parse(line);
    return typeof parsed === "object" && parsed !== null;
  } catch {
    return false;
  }
}
