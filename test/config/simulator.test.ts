import { describe, expect, test } from "@jest/globals";
import { simulatorMode } from "../../src/config/simulator.ts";
import { load, problemsOf } from "./fakes.ts";

const PHONE = { PHONE_TOKEN: "token-0123", PHONE_NUMBERS: "1" };

const modeOf = (env: Record<string, string>, text?: string) => {
  const { simulator, channels } = load(env, text);
  return simulatorMode(simulator, channels.values());
};

describe("who may use the simulator", () => {
  test.each<{
    label: string;
    env?: Record<string, string>;
    text?: string;
    want?: "open" | "admin";
  }>([
    { label: "everybody while there is no provider", want: "open" },
    { label: "whoever has a key once there is one", env: PHONE, want: "admin" },
    {
      label: "everybody where that is asked for",
      env: { ...PHONE, PONTE_SIMULATOR: "open" },
      want: "open",
    },
    {
      label: "whoever has a key where that is asked for",
      env: { PONTE_SIMULATOR: "admin" },
      want: "admin",
    },
    { label: "nobody where it is off", env: { PONTE_SIMULATOR: "off" } },
    {
      label: "what the file says",
      env: { PONTE_SIMULATOR: "open" },
      text: "simulator: { mode: admin }",
      want: "admin",
    },
  ])("$label", ({ env = {}, text, want }) => {
    expect(modeOf(env, text)).toBe(want);
  });

  test("an unknown word is refused", () => {
    expect(problemsOf({ PONTE_SIMULATOR: "yes" }).join("\n")).toContain(
      "simulator.mode (PONTE_SIMULATOR)",
    );
  });
});

describe("an open simulator", () => {
  test.each<{ label: string; env: Record<string, string>; isTold: boolean }>([
    { label: "on a fresh start is nothing to speak of", env: {}, isTold: false },
    {
      label: "that the world can reach is told",
      env: { PUBLIC_URL: "https://a.example" },
      isTold: true,
    },
    {
      label: "beside a provider is told",
      env: { ...PHONE, PONTE_SIMULATOR: "open" },
      isTold: true,
    },
    {
      label: "is none with a provider",
      env: { ...PHONE, PUBLIC_URL: "https://a.example" },
      isTold: false,
    },
  ])("$label", ({ env, isTold }) => {
    expect(load(env).notices.some((notice) => notice.startsWith("the simulator is open"))).toBe(
      isTold,
    );
  });
});

describe("the names of the simulator", () => {
  const channel = (name: string, more = "") =>
    `channels:\n  ${name}: { type: phone, token: "\${PHONE_TOKEN}", numbers: ["1"]${more} }`;

  test.each([
    {
      label: "a line's name",
      text: channel("simulator-acs"),
      problem: "channels.simulator-acs: this name is the simulator's",
    },
    {
      label: "the tenant",
      text: channel("mine", ", tenant: simulator"),
      problem: "channels.mine.tenant: this tenant is the simulator's",
    },
  ])("$label may be nobody else's", ({ text, problem }) => {
    expect(problemsOf({ PHONE_TOKEN: "token-0123" }, text).join("\n")).toContain(problem);
    const off = load({ PHONE_TOKEN: "token-0123", PONTE_SIMULATOR: "off" }, text);
    expect(off.channels.size).toBe(2);
  });
});
