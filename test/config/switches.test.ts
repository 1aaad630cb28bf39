import { describe, expect, test } from "@jest/globals";
import { socketio } from "../../src/channels/socketio/index.ts";
import { FAKE_MODULES, load, refusal } from "./fakes.ts";

/** A type that one variable switches on and off. */
const MODULES = { ...FAKE_MODULES, channels: [...FAKE_MODULES.channels, socketio] };

const names = (env: Record<string, string>, file?: string) => [
  ...load(env, file, MODULES).channels.keys(),
];
const problems = (env: Record<string, string>, file?: string) =>
  refusal(env, file, MODULES).problems.map(({ where, detail }) => `${where}: ${detail}`);

describe("a variable that is a switch", () => {
  test.each([
    { label: "not set leaves the channel off", env: {}, want: ["rest"] },
    { label: "empty does so too", env: { SOCKETIO_ENABLED: "" }, want: ["rest"] },
    {
      label: "other variables of the type do not switch it on",
      env: { SOCKETIO_TOKEN: "secret" },
      want: ["rest"],
    },
    { label: "true", env: { SOCKETIO_ENABLED: "true" }, want: ["rest", "socketio"] },
    { label: "yes", env: { SOCKETIO_ENABLED: "yes" }, want: ["rest", "socketio"] },
    { label: "false", env: { SOCKETIO_ENABLED: "false" }, want: ["rest"] },
    {
      label: "an entry of the file needs no variable",
      env: {},
      file: "channels: { socketio: {} }",
      want: ["socketio", "rest"],
    },
    {
      label: "an entry that says nothing is switched off by it",
      env: { SOCKETIO_ENABLED: "0" },
      file: "channels: { socketio: {} }",
      want: ["rest"],
    },
    {
      label: "what the file says wins",
      env: { SOCKETIO_ENABLED: "false" },
      file: "channels: { socketio: { enabled: true } }",
      want: ["socketio", "rest"],
    },
    {
      label: "an entry under another name has no variables",
      env: { SOCKETIO_ENABLED: "false" },
      file: "channels: { chat: { type: socketio } }",
      want: ["chat", "rest"],
    },
  ])("$label", ({ env, file, want }) => {
    expect(names(env, file)).toEqual(want);
  });

  test("is named where it is neither yes nor no", () => {
    expect(problems({ SOCKETIO_ENABLED: "maybe" })).toEqual([
      "channels.socketio.enabled (SOCKETIO_ENABLED): must be true or false",
    ]);
  });
});

test("two channels whose clients would connect at one address are refused", () => {
  const file = "channels:\n  a: { type: socketio }\n  b: { type: socketio }";
  expect(problems({}, file)).toEqual([
    "config/bridge.yml:3 channels.b: there can be one channel of type socketio: all its clients connect at one address",
  ]);
});
