import { describe, expect, test } from "@jest/globals";
import { createAuthenticate } from "../../../src/channels/evolution/authenticate.ts";
import { createReceive } from "../../../src/channels/evolution/receive.ts";
import { signToken, upsertWebhook } from "../../standins/evolution-webhooks.ts";
import { callOf } from "./calls.ts";
import { INSTANCE, RAW_SETTINGS, SECRET, settingsWith } from "./sample.ts";

const NOW = new Date("2026-11-20T14:00:00.000Z");
const KEY = RAW_SETTINGS.body_apikeys[0];
const FORGED = expect.objectContaining({ code: "webhook_forged" });

const body = upsertWebhook({
  instance: INSTANCE,
  from: "5521987650011@s.whatsapp.net",
  id: "3A1",
  message: { conversation: "oi" },
});

const receive = createReceive(settingsWith());

describe("a call is taken", () => {
  test.each([
    { label: "with the secret in a header", more: {} },
    { label: "with the secret in the query", more: { headers: {}, query: { secret: SECRET } } },
    { label: "with the secret in the path", more: { headers: {}, suffix: SECRET } },
    {
      label: "with the secret before the event's name in the path",
      more: { headers: {}, suffix: `${SECRET}/messages-upsert` },
    },
    {
      label: "to the address of an event",
      more: { suffix: "messages-upsert" },
    },
    { label: "that was authenticated", more: { headers: {}, isAuthenticated: true } },
  ])("$label", ({ more }) => {
    expect(receive(callOf(body, more)).kind).toBe("events");
  });

  test.each(["apikey", "api_key"])("with a key of ours as %s of its body", (name) => {
    const { apikey: _, ...rest } = { apikey: null, ...body };
    const call = callOf({ ...rest, [name]: KEY }, { headers: {} });
    expect(receive(call).kind).toBe("events");
  });

  test.each(["um", "dois"])("with the secret %s while one replaces the other", (secret) => {
    const rotating = createReceive(settingsWith({ webhook_secrets: ["um", "dois"] }));
    expect(rotating(callOf(body, { headers: { "x-webhook-secret": secret } })).kind).toBe("events");
  });
});

describe("a call is refused", () => {
  const bare = { headers: {} };
  test.each([
    { label: "with nothing", given: body, more: bare },
    { label: "with a wrong secret", given: body, more: { headers: { "x-webhook-secret": "x" } } },
    { label: "with a wrong key", given: { ...body, apikey: "x" }, more: bare },
    { label: "with a key that is no text", given: { ...body, apikey: [KEY] }, more: bare },
    { label: "with a key in its data", given: { ...body, data: { apikey: KEY } }, more: bare },
    { label: "with a body that is no JSON", given: `"apikey":"${KEY}"`, more: bare },
    { label: "with an empty body", given: "", more: bare },
    {
      label: "with a token that nobody vouched for",
      given: body,
      more: { headers: { authorization: "Bearer a.b.c" } },
    },
    {
      label: "with the event's name where the secret belongs",
      given: body,
      more: { headers: {}, suffix: `messages-upsert/${SECRET}` },
    },
  ])("$label", ({ given, more }) => {
    expect(() => receive(callOf(given, more))).toThrow(FORGED);
  });

  test("with the body's key where no such keys are configured", () => {
    const strict = createReceive(settingsWith({ body_apikeys: [] }));
    expect(() => strict(callOf({ ...body, apikey: KEY }, bare))).toThrow(FORGED);
  });
});

describe("a token", () => {
  const authenticate = createAuthenticate(settingsWith({ webhook_secrets: [SECRET, "outro"] }));
  const check = (authorization: string | undefined, now = NOW) =>
    authenticate(callOf(body, { headers: { authorization } }), { now });

  test.each([SECRET, "outro"])("signed with %s vouches for its bearer", async (secret) => {
    expect(await check(`Bearer ${await signToken(secret, { now: NOW })}`)).toBe(true);
  });

  test("is still good when its event comes again after twenty minutes, and not after an hour", async () => {
    const token = `Bearer ${await signToken(SECRET, { now: NOW })}`;
    expect(await check(token, new Date(NOW.getTime() + 20 * 60_000))).toBe(true);
    expect(await check(token, new Date(NOW.getTime() + 60 * 60_000))).toBe(false);
  });

  test.each([
    { label: "signed with another secret", secret: "x", claims: {} },
    { label: "of another application", secret: SECRET, claims: { app: "outro" } },
    { label: "for another purpose", secret: SECRET, claims: { action: "login" } },
  ])("$label does not", async ({ secret, claims }) => {
    expect(await check(`Bearer ${await signToken(secret, { now: NOW, claims })}`)).toBe(false);
  });

  test("without an end does not", async () => {
    const { SignJWT } = await import("jose");
    const token = await new SignJWT({ app: "evolution", action: "webhook" })
      .setProtectedHeader({ alg: "HS256" })
      .sign(new TextEncoder().encode(SECRET));
    expect(await check(`Bearer ${token}`)).toBe(false);
  });

  test("with another algorithm does not, although its signature is right", async () => {
    const { SignJWT } = await import("jose");
    const token = await new SignJWT({ app: "evolution", action: "webhook" })
      .setProtectedHeader({ alg: "HS512" })
      .setExpirationTime("10m")
      .sign(new TextEncoder().encode(SECRET));
    expect(await check(`Bearer ${token}`, new Date())).toBe(false);
  });

  test("that is unsigned does not", async () => {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const claims = { app: "evolution", action: "webhook", exp: NOW.getTime() / 1000 + 600 };
    expect(await check(`Bearer ${part({ alg: "none" })}.${part(claims)}.`)).toBe(false);
    expect(await check(`Bearer ${part({ alg: "none" })}.${part(claims)}.AAAA`)).toBe(false);
  });

  test.each([
    undefined,
    "",
    "Bearer",
    "Basic abc",
    "Bearer x",
    "Bearer a.b.c",
    "Bearer ..",
    "Bearer \u0000.b.c",
  ])("%j is none", async (header) => {
    expect(await check(header)).toBe(false);
  });
});
