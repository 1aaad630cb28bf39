import { readdirSync, readFileSync } from "node:fs";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import request from "supertest";
import { z } from "zod";
import type { Channel } from "../../src/channels/channel.ts";
import { acs } from "../../src/channels/acs/index.ts";
import { cloud } from "../../src/channels/cloud/index.ts";
import { evolution } from "../../src/channels/evolution/index.ts";
import { serpro } from "../../src/channels/serpro/index.ts";
import { sms } from "../../src/channels/sms/index.ts";
import type { Database } from "../../src/db/driver.ts";
import { BridgeError } from "../../src/errors.ts";
import { RAW_SETTINGS } from "../channels/cloud/cloud-settings.ts";
import { ACS_SAMPLE } from "../channels/acs/sample.ts";
import { SAMPLE as EVOLUTION_SAMPLE, SECRET } from "../channels/evolution/sample.ts";
import { SERPRO_SAMPLE } from "../channels/serpro/sample.ts";
import { SMS_SAMPLE } from "../channels/sms/sample.ts";
import { listQuickest } from "../database.ts";
import { ADMIN_KEY, type ApiUnderTest, createApiUnderTest } from "../http/api/api-client.ts";
import { EXAMPLES } from "../http/api/examples.ts";
import { seed } from "../http/api/seed.ts";
import { signWebhook } from "../standins/graph-webhooks.ts";
import { tellFigures } from "./figures.ts";
import { listOperations, type Operation } from "./operations.ts";

/** Keys by which a careless merge reaches what every object inherits from. */
const KEYS = ["__proto__", "constructor", "prototype", "__defineGetter__"] as const;
const HARM = '{"polluted":true,"toString":"polluted","prototype":{"polluted":true},"isAdmin":true}';

const count = { calls: 0, webhooks: 0, objects: 0 };
const inherited = Reflect.ownKeys(Object.prototype).length;

afterEach(() => {
  const bare: Record<string, unknown> = {};
  expect([bare["polluted"], bare["isAdmin"]]).toEqual([undefined, undefined]);
  expect(Reflect.ownKeys(Object.prototype)).toHaveLength(inherited);
  expect(Object.keys(Array.prototype)).toEqual([]);
  expect(Object.prototype.toString.call(bare)).toBe("[object Object]");
});
afterAll(() => {
  const tried = `${count.objects} objects of bodies with ${KEYS.length} keys each, in ${count.calls} calls of the API and ${count.webhooks} webhooks`;
  tellFigures({ control: "S11", tried, came: "0 objects beside them changed" });
});

/** Writes a hostile key into every object of a JSON text, first and last, as text: a parser gives it, a merge obeys it. */
function spoil(body: unknown, key: string): string {
  const write = (value: unknown): string => {
    if (Array.isArray(value)) return `[${value.map(write).join(",")}]`;
    if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
    count.objects += 1;
    const own = Object.entries(value).map(([name, one]) => `${JSON.stringify(name)}:${write(one)}`);
    return `{${[`"${key}":${HARM}`, ...own, `"${key}":${HARM}`].join(",")}}`;
  };
  return write(body);
}

describe("bodies of the API", () => {
  let db: Database;
  let api: ApiUnderTest;
  let operations: readonly Operation[];

  beforeAll(async () => {
    const [database] = await listQuickest();
    if (database === undefined) throw new Error("no database to test on");
    db = await database.open();
    await seed(db);
    api = createApiUnderTest(db);
    operations = await listOperations(api);
  });
  afterAll(() => db.close());

  test.each(Object.keys(EXAMPLES).map((name) => ({ name })))("$name", async ({ name }) => {
    const { method, example } = operations.find((one) => one.name === name) ?? {};
    if (method === undefined || example === undefined) throw new Error("it is not in the document");
    const headers = {
      authorization: `Bearer ${ADMIN_KEY}`,
      "content-type": "application/json",
      "x-requested-with": "ponte",
    };
    const agent = request(api.app);
    for (const key of KEYS) {
      const query = `${example.path.includes("?") ? "&" : "?"}${key}=1&${key}[polluted]=1&a[${key}][polluted]=1`;
      for (const path of [example.path, `${example.path}${query}`]) {
        count.calls += 1;
        const call = agent[method](`/api/v1${path}`).set(headers);
        const answer = await (method === "get" ? call : call.send(spoil(example.body ?? {}, key)));
        expect(answer.status).toBeLessThan(500);
      }
    }
    expect(api.bugs).toEqual([]);
  });
});

const CHANNELS: readonly { readonly name: string; readonly channel: Channel }[] = [
  { name: "cloud", channel: cloud.configure(RAW_SETTINGS) },
  { name: "serpro", channel: serpro.configure(SERPRO_SAMPLE.settings) },
  { name: "acs", channel: acs.configure(ACS_SAMPLE.settings) },
  { name: "evolution", channel: evolution.configure(EVOLUTION_SAMPLE.settings) },
  { name: "sms", channel: sms.configure(SMS_SAMPLE.settings) },
];

const fixture = z.object({ body: z.unknown() });

function bodiesOf(name: string): readonly unknown[] {
  const folder = new URL(`../channels/${name}/fixtures/`, import.meta.url);
  return readdirSync(folder)
    .filter((file) => file.endsWith(".json"))
    .map((file) => fixture.parse(JSON.parse(readFileSync(new URL(file, folder), "utf8"))).body);
}

/** A caller whom every channel takes for genuine. */
function genuine(channel: Channel, body: string) {
  const rawBody = Buffer.from(body);
  const { headers } = signWebhook(rawBody, RAW_SETTINGS.app_secrets[0]);
  const secrets = { "x-webhook-secret": SECRET };
  for (const secret of [SECRET, ...channel.secrets])
    try {
      const query = { secret };
      const call = { method: "POST", suffix: "", query, rawBody, isAuthenticated: true } as const;
      return channel.receive({
        ...call,
        headers: { ...headers, ...secrets, "x-webhook-secret": secret },
      });
    } catch (error) {
      if (!(error instanceof BridgeError) || error.code !== "webhook_forged") throw error;
    }
  throw new Error("no secret of the channel opens it");
}

test.each(CHANNELS)(
  "webhooks of $name are read like those without such keys",
  ({ name, channel }) => {
    for (const body of bodiesOf(name))
      for (const key of KEYS) {
        count.webhooks += 1;
        const result = genuine(channel, spoil(body, key));
        expect(["events", "quarantine", "handshake"]).toContain(result.kind);
        if (result.kind !== "events") continue;
        for (const event of result.events)
          if (event.kind === "message") expect(event.text).not.toBe("polluted");
      }
  },
);
