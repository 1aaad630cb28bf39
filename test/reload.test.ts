import { describe, expect, test } from "@jest/globals";
import type { Config } from "../src/config.ts";
import { namesOfChanged } from "../src/config-changes.ts";
import { ConfigError } from "../src/config/problems.ts";
import { createReload, type Reading } from "../src/reload.ts";
import { load } from "./config/fakes.ts";
import { recordingLog } from "./standins/recording-log.ts";

const PHONE = { PHONE_TOKEN: "token-one", PHONE_NUMBERS: "1,2" };

describe("what changed", () => {
  test.each<{ label: string; env: Record<string, string>; want: string[] }>([
    { label: "nothing", env: PHONE, want: [] },
    {
      label: "a secret",
      env: { ...PHONE, PHONE_TOKEN: "token-two" },
      want: ["channels.mobile.token"],
    },
    { label: "a list", env: { ...PHONE, PHONE_NUMBERS: "1" }, want: ["channels.mobile.numbers"] },
    {
      label: "a setting that was not there",
      env: { ...PHONE, PHONE_LOUD: "yes" },
      want: ["channels.mobile.loud"],
    },
    { label: "a channel less", env: {}, want: ["channels.mobile (removed)"] },
    {
      label: "a backend more",
      env: { ...PHONE, RASA_URL: "http://127.0.0.1:1" },
      want: ["answers.chain", "backends.rasa (added)"],
    },
    {
      label: "the server's own",
      env: { ...PHONE, LOG_LEVEL: "debug", PUBLIC_URL: "https://a.test" },
      want: ["server.public_url", "server.log_level"],
    },
  ])("$label is named, without a value", ({ env, want }) => {
    const names = namesOfChanged(load(PHONE), load(env));
    expect([...names].toSorted()).toEqual(want.toSorted());
  });
});

/** A reload over configurations that a test puts there. */
function setUp(env: Record<string, string> = PHONE) {
  const did: string[] = [];
  const log = recordingLog();
  const reading = (config: Config, name: string): Reading => ({
    config,
    adminKey: config.server.adminKey ?? "made",
    unwatch: () => void did.push(`${name} is let go of`),
  });
  const next: { read: () => Config; replace: () => Promise<void> } = {
    read: () => load(env),
    replace: () => Promise.resolve(),
  };
  let count = 0;
  const reload = createReload({
    first: reading(load(env), "first"),
    reread: (fix) => reading(fix(next.read()), `number ${(count += 1)}`),
    replace: async ({ config }) => {
      did.push(`replace by ${config.server.port}`);
      await next.replace();
    },
    metrics: { reloaded: (outcome) => void did.push(`counted as ${outcome}`) },
    log,
    audit: async (actor, detail) => void did.push(`${actor}: ${JSON.stringify(detail)}`),
  });
  return { did, log, next, reload };
}

describe("a reload", () => {
  test("goes on with what can change, and names what cannot", async () => {
    const { did, log, next, reload } = setUp();
    next.read = () =>
      load({ ...PHONE, PORT: "1", LOG_LEVEL: "debug", PONTE_DATA_DIR: "/elsewhere" });
    expect(await reload("admin")).toMatchObject({
      outcome: "done",
      changed: ["server.log_level"],
      needsRestart: ["server.port", "database.data_dir"],
    });
    expect(did).toEqual([
      "replace by 5006",
      "first is let go of",
      "counted as done",
      'admin: {"outcome":"done","changed":["server.log_level"],"needs_restart":["server.port","database.data_dir"]}',
    ]);
    expect(log.lines.map(({ level }) => level)).toEqual(["info", "warn"]);
  });

  test("with a wrong configuration changes nothing and says all that is wrong", async () => {
    const { did, log, next, reload } = setUp();
    const problems = [
      { where: "PORT", detail: "expected number" },
      { where: "HOST", detail: "is empty" },
    ];
    next.read = () => {
      throw new ConfigError(problems);
    };
    expect(await reload("signal")).toEqual({ outcome: "refused", problems });
    expect(did).toEqual([
      "counted as refused",
      'signal: {"outcome":"refused","problems":["PORT","HOST"]}',
    ]);
    expect(log.lines).toMatchObject([
      { level: "error", fields: { problems: ["PORT: expected number", "HOST: is empty"] } },
    ]);
  });

  test("that cannot be put to work lets go of what it read, and the next one can", async () => {
    const { did, next, reload } = setUp();
    next.replace = () => Promise.reject(new Error("the store is away"));
    await expect(reload("admin")).rejects.toThrow("away");
    expect(did).toEqual([
      "replace by 5006",
      "number 1 is let go of",
      "counted as failed",
      'admin: {"outcome":"failed"}',
    ]);
    next.replace = () => Promise.resolve();
    expect(await reload("admin")).toMatchObject({ outcome: "done" });
    expect(did).toContain("first is let go of");
  });

  test("waits for the one before it", async () => {
    const { did, next, reload } = setUp();
    const doors: (() => void)[] = [];
    next.replace = () => new Promise((resolve) => void doors.push(resolve));
    const both = [reload("one"), reload("two")];
    await new Promise(setImmediate);
    expect(did).toEqual(["replace by 5006"]);
    doors.shift()?.();
    await both[0];
    await new Promise(setImmediate);
    doors.shift()?.();
    await both[1];
    expect(did.filter((line) => line.startsWith("replace"))).toHaveLength(2);
    expect(did.indexOf("number 1 is let go of")).toBeGreaterThan(did.indexOf("first is let go of"));
  });
});
