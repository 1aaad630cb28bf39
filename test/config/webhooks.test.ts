import { expect, test } from "@jest/globals";
import { configSecrets, describeConfig } from "../../src/config/describe.ts";
import { load, refusal } from "./fakes.ts";

const SECRET = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;
const ENV = { DESK_SECRET: SECRET };

const file = (url: string, secret = "${DESK_SECRET}", more = "") => `webhooks:
  endpoints:
    desk:
      url: ${url}
      secret: ${secret}
${more}`;

test("a receiver is told of everything but every single message unless it says otherwise", () => {
  const { webhooks } = load(ENV, file("https://desk.example/x"));
  expect(webhooks.endpoints["desk"]).toMatchObject({ timeout_ms: 15_000, secret: SECRET });
  expect(webhooks.endpoints["desk"]?.events).toContain("contact.opted_out");
  expect(webhooks.endpoints["desk"]?.events).not.toContain("message.delivered");
  const all = file("https://desk.example/x", undefined, "      events: [message.delivered]");
  expect(load(ENV, all).webhooks.endpoints["desk"]?.events).toEqual(["message.delivered"]);
});

test("its secret and its path stay out of the log", () => {
  const config = load(ENV, file("https://desk.example/token-in-path"));
  expect(configSecrets(config)).toContain(SECRET);
  const text = JSON.stringify(describeConfig(config));
  expect(text).toContain("desk.example");
  expect(text).not.toContain("whsec_");
  expect(text).not.toContain("token-in-path");
});

test.each([
  {
    label: "plain http to another machine",
    text: file("http://desk.example"),
    at: "4",
    key: "url",
  },
  {
    label: "a secret in the file",
    text: file("https://desk.example", SECRET),
    at: "5",
    key: "secret",
  },
  {
    label: "a weak secret",
    text: file("https://desk.example"),
    env: { DESK_SECRET: "whsec_c2hvcnQ=" },
    at: "5",
    key: "secret",
  },
  {
    label: "an unknown event",
    text: file("https://desk.example", undefined, "      events: [message.lost]"),
    at: "6",
    key: "events.0",
  },
])("$label is refused", ({ text, env = ENV, at, key }) => {
  const wheres = refusal(env, text).problems.map(({ where }) => where);
  expect(wheres).toEqual([`config/bridge.yml:${at} webhooks.endpoints.desk.${key}`]);
});

test.each([
  { label: "on this machine", env: ENV, url: "http://127.0.0.1:8080/x" },
  {
    label: "where that is allowed",
    env: { ...ENV, PONTE_ALLOW_INSECURE: "true" },
    url: "http://desk.example",
  },
])("plain http is taken $label", ({ env, url }) => {
  expect(load(env, file(url)).webhooks.endpoints["desk"]?.url).toBe(url);
});

test.each([
  { label: "without a group", pattern: "\\\\d+", detail: "has no group (?<ref>...)" },
  { label: "that can take long", pattern: "(?<ref>(a+)+)", detail: "repeats a group" },
  { label: "that is none", pattern: "(?<ref>[", detail: "is no regular expression" },
])("a start pattern $label is refused", ({ pattern, detail }) => {
  const { problems } = refusal({}, `commands:\n  start_patterns: ["${pattern}"]`);
  expect(problems).toEqual([
    {
      where: "config/bridge.yml:2 commands.start_patterns.0",
      detail: expect.stringMatching(`^${detail.replaceAll(/[()?<>.]/g, "\\$&")}`),
    },
  ]);
});
