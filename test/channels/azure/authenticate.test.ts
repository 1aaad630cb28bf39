import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { SignJWT } from "jose";
import { acs } from "../../../src/channels/acs/index.ts";
import type { Channel } from "../../../src/channels/channel.ts";
import { toolsNow } from "../../../src/flow/call.ts";
import { type Entra, startEntra, type TokenOptions } from "../../standins/event-grid-entra.ts";
import { ACS_SAMPLE } from "../acs/sample.ts";
import { startTools } from "../acs/tools.ts";

const TENANT = "7c1d9e54-3b0a-4f6e-9d21-58ab04c7f613";
const AUDIENCE = "9e54b0aa-0000-4000-8000-3b0a4f6e9d21";
const GOOD = { tenant: TENANT, audience: AUDIENCE };

let entra: Entra;
let channel: Channel;
let tools: ReturnType<typeof startTools>;
/** Minutes by which our clock is ahead. */
let ahead = 0;

beforeAll(() => {
  tools = startTools();
});
afterAll(() => {
  tools.close();
});
beforeEach(async () => {
  ahead = 0;
  entra = await startEntra();
  channel = configure({});
});
afterEach(() => entra.close());

const configure = (changes: Readonly<Record<string, unknown>>): Channel =>
  acs.configure({
    ...ACS_SAMPLE.settings,
    entra_tenant_id: TENANT.toUpperCase(),
    entra_audiences: `api://bridge, ${AUDIENCE}`,
    entra_authority: `${entra.url}/`,
    ...changes,
  });

async function check(authorization: string | undefined): Promise<boolean | undefined> {
  const request = {
    method: "POST",
    suffix: "",
    headers: authorization === undefined ? {} : { authorization },
    query: {},
    rawBody: Buffer.alloc(0),
  };
  const now = new Date(Date.now() + ahead * 60_000);
  return channel.authenticate?.(request, { ...toolsNow(tools), now });
}

const checkToken = async (options: Partial<TokenOptions> = {}) =>
  check(`Bearer ${await entra.token({ ...GOOD, ...options })}`);

describe("a token of Event Grid", () => {
  test.each<{ label: string; options: Partial<TokenOptions> }>([
    { label: "version 2", options: { version: 2 } },
    { label: "version 1", options: { version: 1 } },
    { label: "the id URI as audience", options: { audience: "api://bridge" } },
    { label: "two minutes past its end", options: { endsIn: -120 } },
    {
      label: "its caller in capitals",
      options: { claims: { azp: "4962773B-9CDB-44CF-A8BF-237846A00AB7" } },
    },
  ])("$label opens", async ({ options }) => {
    expect(await checkToken(options)).toBe(true);
  });

  test.each<{ label: string; options: Partial<TokenOptions> }>([
    { label: "another audience", options: { audience: "api://other" } },
    { label: "another tenant", options: { tenant: AUDIENCE } },
    {
      label: "another issuer",
      options: { claims: { iss: `https://evil.example.org/${TENANT}/` } },
    },
    { label: "another caller", options: { claims: { azp: AUDIENCE } } },
    { label: "another caller, version 1", options: { version: 1, claims: { appid: AUDIENCE } } },
    { label: "no caller", options: { claims: { azp: undefined } } },
    { label: "a caller that is no text", options: { claims: { azp: 7 } } },
    { label: "an end an hour ago", options: { endsIn: -3600 } },
    { label: "no end", options: { claims: { exp: undefined } } },
    {
      label: "a beginning in an hour",
      options: { claims: { nbf: Math.floor(Date.now() / 1000) + 3600 } },
    },
  ])("$label does not", async ({ options }) => {
    expect(await checkToken(options)).toBe(false);
  });

  test("a caller of another cloud opens where it is configured", async () => {
    channel = configure({ entra_app_id: AUDIENCE });
    expect(await checkToken({ claims: { azp: AUDIENCE } })).toBe(true);
    expect(await checkToken()).toBe(false);
  });

  test.each([undefined, "", "Basic eDp5", "Bearer", "Bearer a b", "secret"])(
    "%j is none, and nobody is asked",
    async (authorization) => {
      expect(await check(authorization)).toBe(false);
      expect(entra.asked()).toBe(0);
    },
  );

  test.each(["Bearer x", "Bearer a.b.c", `Bearer ${"x".repeat(5000)}`])(
    "%j is none",
    async (authorization) => {
      expect(await check(authorization)).toBe(false);
    },
  );

  test("the algorithms none and HS256 are refused without a look at the keys", async () => {
    const claims = { iss: `${entra.url}/${TENANT}/v2.0`, aud: AUDIENCE, exp: 4e9, azp: "x" };
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const none = `${part({ alg: "none", kid: "key-1" })}.${part(claims)}.`;
    const hs256 = await new SignJWT(claims)
      .setProtectedHeader({ alg: "HS256", kid: "key-1" })
      .sign(new TextEncoder().encode("key-1".repeat(10)));
    expect([await check(`Bearer ${none}`), await check(`Bearer ${hs256}`)]).toStrictEqual([
      false,
      false,
    ]);
    expect(entra.asked()).toBe(0);
  });

  test("a changed token is refused", async () => {
    const [header, , signature] = (await entra.token(GOOD)).split(".");
    const [, payload] = (await entra.token({ ...GOOD, claims: { roles: ["x"] } })).split(".");
    expect(await check(`Bearer ${[header, payload, signature].join(".")}`)).toBe(false);
  });
});

describe("the published keys", () => {
  const unchecked = expect.objectContaining({ code: "webhook_unchecked" });

  test("are asked for once, however many calls come at once", async () => {
    const all = await Promise.all(Array.from({ length: 20 }, () => checkToken()));
    expect(all).toStrictEqual(all.map(() => true));
    expect(await checkToken()).toBe(true);
    expect(entra.asked()).toBe(1);
  });

  test("are asked for again after an hour", async () => {
    await checkToken();
    ahead = 59;
    expect(await checkToken({ endsIn: 7200 })).toBe(true);
    expect(entra.asked()).toBe(1);
    ahead = 61;
    expect(await checkToken({ endsIn: 7200 })).toBe(true);
    expect(entra.asked()).toBe(2);
    expect(await checkToken({ endsIn: 3600 })).toBe(true);
    ahead = 66;
    expect(await checkToken({ endsIn: 3600 })).toBe(false);
  });

  test.each([500, 404, 302])("answered with %i: the call is to be sent again", async (status) => {
    entra.answer(status);
    const detail = `the token cannot be checked: the keys were answered with ${String(status)}`;
    await expect(checkToken()).rejects.toMatchObject({ code: "webhook_unchecked", detail });
  });

  test("no answer at all: the same", async () => {
    const token = await entra.token(GOOD);
    await entra.close();
    await expect(check(`Bearer ${token}`)).rejects.toEqual(unchecked);
    entra = await startEntra();
  });

  test("away after they were seen: known keys go on being good, unknown ones cannot be checked", async () => {
    await checkToken();
    entra.answer(503);
    ahead = 61;
    expect(await checkToken({ endsIn: 7200 })).toBe(true);
    expect(await checkToken({ endsIn: 7200 })).toBe(true);
    expect(entra.asked()).toBe(2);
    await entra.rotate();
    ahead = 62;
    await expect(checkToken({ endsIn: 7200 })).rejects.toEqual(unchecked);
    entra.answer("keys");
    ahead = 63;
    expect(await checkToken({ endsIn: 7200 })).toBe(true);
  });

  test("a new key is found, though not more than twice a minute", async () => {
    await checkToken();
    await entra.rotate();
    await expect(checkToken()).rejects.toEqual(unchecked);
    expect(entra.asked()).toBe(1);
    ahead = 1;
    expect(await checkToken()).toBe(true);
    expect(entra.asked()).toBe(2);
  });

  test("a key that is nowhere published is a forger's", async () => {
    await entra.rotate(false);
    expect(await checkToken()).toBe(false);
  });
});
