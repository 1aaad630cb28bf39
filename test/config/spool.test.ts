import { describe, expect, test } from "@jest/globals";
import { keepFixed, namesOfChanged, namesOfFixed } from "../../src/config-changes.ts";
import { isSpooled } from "../../src/config/spool.ts";
import { evolution } from "../../src/channels/evolution/index.ts";
import { load, problemsOf } from "./fakes.ts";

const ENV = { TOKEN: "token-value", DATABASE_URL: "postgres://localhost/ponte" };
const CHANNELS = `channels:\n  one: { type: phone, token: "\${TOKEN}", numbers: ["1"] }\n`;
const withSpool = (spool: string) => `${CHANNELS}spool: ${spool}\n`;
const spoolNotices = (env: Record<string, string>, file: string) =>
  load(env, file).notices.filter((notice) => notice.startsWith("spool."));

describe("the spool", () => {
  test("is off without a folder, and holds a gibibyte with one", () => {
    expect(load(ENV, CHANNELS).spool).toEqual({ maxBytes: 1024 ** 3 });
    expect(load({ ...ENV, PONTE_SPOOL_DIR: "/spool" }, CHANNELS).spool).toMatchObject({
      folder: "/spool",
    });
  });

  test("is used by channels whose sender repeats briefly, or by those that are named", () => {
    const given = { base_url: "https://evo.example", api_key: "k", instances: ["loja"] };
    const brief = evolution.configure({ ...given, webhook_secrets: ["secret"] });
    const [other] = [...load(ENV, CHANNELS).channels.values()].filter(({ name }) => name === "one");
    if (other === undefined) throw new Error("no channel");
    const one = { name: "evo", channel: brief };
    expect(isSpooled({}, one)).toBe(true);
    expect(isSpooled({}, other)).toBe(false);
    expect(isSpooled({ channels: ["one"] }, one)).toBe(false);
    expect(isSpooled({ channels: ["one"] }, other)).toBe(true);
  });

  test.each([
    {
      label: "a channel nobody configured is refused, and the right name is suggested",
      file: withSpool("{ folder: /s, channels: [ones] }"),
      want: /bridge.yml:3 spool.channels.*: names a channel.* did you mean one\?$/,
    },
    {
      label: "a limit below a mebibyte is refused",
      file: withSpool("{ folder: /s, max_bytes: 1000 }"),
      want: /spool.max_bytes: /,
    },
  ])("$label", ({ file, want }) => {
    expect(problemsOf(ENV, file)).toEqual([expect.stringMatching(want)]);
  });

  test.each([
    {
      label: "the embedded database",
      env: { TOKEN: "token-value" },
      file: withSpool("{ folder: /s, channels: [one] }"),
      want: [expect.stringContaining("embedded database")],
    },
    {
      label: "no channel that uses it",
      env: ENV,
      file: withSpool("{ folder: /s }"),
      want: [expect.stringContaining("no channel uses it")],
    },
    {
      label: "a channel that uses it",
      env: ENV,
      file: withSpool("{ folder: /s, channels: [one] }"),
      want: [],
    },
  ])("with $label, the start says what is to be said", ({ env, file, want }) => {
    expect(spoolNotices(env, file)).toEqual(want);
  });

  test("another folder needs a restart and is named; another limit and other channels do not", () => {
    const before = load(ENV, withSpool("{ folder: /old, channels: [one] }"));
    const after = load(ENV, withSpool("{ folder: /new, max_bytes: 2097152 }"));
    expect(namesOfFixed(before, after)).toEqual(["spool.folder"]);
    const kept = keepFixed(before, after);
    expect(kept.spool).toEqual({ folder: "/old", maxBytes: 2_097_152 });
    expect(namesOfChanged(before, kept).toSorted()).toEqual(["spool.channels", "spool.max_bytes"]);
  });
});
