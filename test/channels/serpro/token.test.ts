import { describe, expect, test } from "@jest/globals";
import type { ChannelTools } from "../../../src/channels/channel.ts";
import { createTokenKeeper } from "../../../src/channels/serpro/token.ts";
import type { HttpRequest, HttpResponse } from "../../../src/transport.ts";
import { HttpFailure } from "../../../src/transport.ts";
import { ACCOUNT, RAW_SETTINGS, settingsWith } from "./sample.ts";
import { response } from "../../thrown.ts";

const KEY = `serpro:token:${ACCOUNT}`;
const given = (token: string, more: object = {}) => response(200, { access_token: token, ...more });

/** Tools whose token endpoint gives the answers in turn, and whose cache can be looked into. */
function world(answers: readonly (HttpResponse | Error)[]) {
  const left = [...answers];
  const requests: HttpRequest[] = [];
  const cache = new Map<string, string>();
  const ttls: number[] = [];
  const tools: ChannelTools = {
    http: async (request) => {
      requests.push(request);
      await new Promise((resolve) => setTimeout(resolve, 5));
      const answer = left.shift();
      if (answer === undefined) throw new Error("one token request too many");
      if (answer instanceof Error) throw answer;
      return answer;
    },
    stream: () => Promise.reject(new Error("nothing is streamed")),
    now: new Date(0),
    cache: {
      get: async (key) => cache.get(key),
      set: async (key, value, ttlMs) => {
        cache.set(key, value);
        ttls.push(ttlMs);
      },
    },
  };
  return { tools, requests, cache, ttls };
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

describe("a token", () => {
  test("is asked for with the credentials in a form", async () => {
    const { tools, requests } = world([given("one")]);
    const keeper = createTokenKeeper(settingsWith({ client_secret: "a&b=c+d" }));
    expect(await keeper.authorize({}, tools)).toStrictEqual(bearer("one"));
    expect(requests).toStrictEqual([
      {
        method: "POST",
        url: "https://api.whatsapp.serpro.gov.br/oauth2/token",
        headers: {
          "content-type": "application/x-www-form-urlencoded",
          accept: "application/json",
        },
        body: `client_id=${ACCOUNT}&client_secret=a%26b%3Dc%2Bd`,
      },
    ]);
  });

  test("names its grant where that is asked for", async () => {
    const { tools, requests } = world([given("one")]);
    await createTokenKeeper(settingsWith({ send_grant_type: true })).authorize({}, tools);
    expect(requests[0]?.body).toContain("&grant_type=client_credentials");
  });

  test("is fetched once for all calls, and again after it is forgotten", async () => {
    const { tools, requests, cache } = world([given("one"), given("two")]);
    const { authorize } = createTokenKeeper(settingsWith());
    const calls = await Promise.all(Array.from({ length: 20 }, () => authorize({}, tools)));
    expect(calls).toStrictEqual(Array.from({ length: 20 }, () => bearer("one")));
    expect(await authorize({}, tools)).toStrictEqual(bearer("one"));
    expect(requests).toHaveLength(1);
    cache.clear();
    expect(await authorize({}, tools)).toStrictEqual(bearer("two"));
  });

  test.each([
    { label: "ten minutes where nothing is said", more: {}, want: 540_000 },
    { label: "as long as is said", more: { expires_in: 3600 }, want: 3_540_000 },
    { label: "as long as is said in text", more: { expires_in: "600" }, want: 540_000 },
    { label: "half a minute at least", more: { expires_in: 61 }, want: 30_000 },
    { label: "half a minute for a life of a second", more: { expires_in: 1 }, want: 30_000 },
    { label: "ten minutes for nonsense", more: { expires_in: "soon" }, want: 540_000 },
    { label: "ten minutes for a negative life", more: { expires_in: -5 }, want: 540_000 },
    { label: "ten minutes for an eternal life", more: { expires_in: 1e12 }, want: 540_000 },
  ])("is kept $label, less a minute", async ({ more, want }) => {
    const { tools, ttls } = world([given("one", more)]);
    await createTokenKeeper(settingsWith()).authorize({}, tools);
    expect(ttls).toStrictEqual([want]);
  });

  test("that was refused is renewed, once for all that were refused", async () => {
    const { tools, requests, cache } = world([given("new")]);
    cache.set(KEY, "old");
    const { authorize } = createTokenKeeper(settingsWith());
    expect(await authorize({}, tools)).toStrictEqual(bearer("old"));
    const calls = await Promise.all([
      authorize({}, tools, bearer("old")),
      authorize({}, tools, bearer("old")),
    ]);
    expect(calls).toStrictEqual([bearer("new"), bearer("new")]);
    expect(await authorize({}, tools, bearer("old"))).toStrictEqual(bearer("new"));
    expect(requests).toHaveLength(1);
    expect(cache.get(KEY)).toBe("new");
  });

  test("that another process renewed meanwhile is used as it is", async () => {
    const { tools, requests, cache } = world([]);
    cache.set(KEY, "newer");
    const keeper = createTokenKeeper(settingsWith());
    expect(await keeper.authorize({}, tools, bearer("old"))).toStrictEqual(bearer("newer"));
    expect(requests).toStrictEqual([]);
  });

  test("that cannot stand in a header is not taken from the cache", async () => {
    const { tools, cache } = world([given("good")]);
    cache.set(KEY, "a\r\nx: y");
    expect(await createTokenKeeper(settingsWith()).authorize({}, tools)).toStrictEqual(
      bearer("good"),
    );
  });

  test("is remembered, so that it can be kept out of what is stored", async () => {
    const { tools } = world([given("one"), given("two"), given("three")]);
    const keeper = createTokenKeeper(settingsWith());
    await keeper.authorize({}, tools);
    await keeper.authorize({}, tools, bearer("one"));
    await keeper.authorize({}, tools, bearer("two"));
    expect(keeper.seen()).toStrictEqual(["two", "three"]);
    await keeper.authorize({}, tools);
    expect(keeper.seen()).toStrictEqual(["two", "three"]);
  });
});

describe("no token", () => {
  test.each([
    { status: 400, code: "channel_account_blocked", failure: { class: "alert", scope: "account" } },
    { status: 401, code: "channel_account_blocked", failure: { class: "alert", scope: "account" } },
    { status: 403, code: "channel_account_blocked", failure: { class: "alert", scope: "account" } },
    { status: 404, code: "channel_account_blocked", failure: { class: "alert", scope: "account" } },
    { status: 429, code: "channel_throttled", failure: { class: "throttle", scope: "account" } },
    { status: 408, code: "channel_unavailable", failure: undefined },
    { status: 500, code: "channel_unavailable", failure: undefined },
    { status: 503, code: "channel_unavailable", failure: undefined },
    { status: 302, code: "channel_unavailable", failure: undefined },
  ])("after $status is $code", async ({ status, code, failure }) => {
    const secret = RAW_SETTINGS.client_secret;
    const { tools } = world([response(status, { message: `wrong: ${secret}` })]);
    const error: unknown = await createTokenKeeper(settingsWith())
      .authorize({}, tools)
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code,
      detail: `the token request was answered with ${String(status)}`,
      provider: undefined,
      failure,
    });
    expect(String(error)).not.toContain(secret);
  });

  test("is waited for as long as the answer says", async () => {
    const { tools } = world([response(429, "", { "retry-after": "7" })]);
    await expect(createTokenKeeper(settingsWith()).authorize({}, tools)).rejects.toMatchObject({
      failure: { class: "throttle", scope: "account", waitMs: 7000 },
    });
  });

  test.each([
    { label: "a page", body: "<html>" },
    { label: "nothing", body: "" },
    { label: "another name", body: { token: "x" } },
    { label: "an empty one", body: { access_token: "" } },
    { label: "one of two lines", body: { access_token: "a\nb" } },
    { label: "one of a megabyte", body: { access_token: "x".repeat(1_000_000) } },
  ])("in an answer with $label is tried again", async ({ body }) => {
    const { tools, cache } = world([response(200, body)]);
    await expect(createTokenKeeper(settingsWith()).authorize({}, tools)).rejects.toMatchObject({
      code: "channel_unavailable",
    });
    expect(cache.size).toBe(0);
  });

  test("fails those who waited for it, and no others", async () => {
    const { tools } = world([new HttpFailure("timeout", "unknown"), given("one")]);
    const { authorize } = createTokenKeeper(settingsWith());
    const both = await Promise.allSettled([authorize({}, tools), authorize({}, tools)]);
    expect(both.map(({ status }) => status)).toStrictEqual(["rejected", "rejected"]);
    expect(await authorize({}, tools)).toStrictEqual(bearer("one"));
  });
});
