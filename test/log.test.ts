import { PassThrough } from "node:stream";
import { describe, expect, test } from "@jest/globals";
import { AxiosError, AxiosHeaders } from "axios";
import { createLogger, maskPhone, withCorrelation } from "../src/log.ts";
import type { LogFields, LogLevel } from "../src/log.ts";

const SECRET = "s3cr3t/of the+channel";

function capture(level: LogLevel = "debug") {
  const stream = new PassThrough();
  const log = createLogger({
    level,
    secrets: [SECRET.slice(0, 6), SECRET, "abc"],
    stream,
    maskKey: "key",
  });
  const text = (): string => String(stream.read() ?? "");
  const lines = (): Record<string, unknown>[] =>
    text()
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line));
  return { log, text, lines };
}

function logged(fields: LogFields): Record<string, unknown> {
  const { log, lines } = capture();
  log.info("something happened", fields);
  const [line] = lines();
  const { timestamp, level, message, ...rest } = line ?? {};
  expect([typeof timestamp, level, message]).toEqual(["string", "info", "something happened"]);
  return rest;
}

const phone = maskPhone("5561999998888", "key");

describe("redaction", () => {
  test.each<{ label: string; fields: LogFields; want: LogFields }>([
    {
      label: "a secret value is hidden wherever it occurs",
      fields: { url: `https://x/${SECRET}`, list: [{ a: `<${SECRET}>` }] },
      want: { url: "https://x/[redacted]", list: [{ a: "<[redacted]>" }] },
    },
    {
      label: "a secret value is hidden when it is percent-encoded",
      fields: { path: `/hook/${encodeURIComponent(SECRET)}` },
      want: { path: "/hook/[redacted]" },
    },
    {
      label: "a secret used as a key is hidden",
      fields: { [SECRET]: 1 },
      want: { "[redacted]": 1 },
    },
    {
      label: "a secret too short to protect anything does not shred words",
      fields: { word: "abcdef" },
      want: { word: "abcdef" },
    },
    {
      label: "values under secret keys are hidden at any depth",
      fields: { a: { b: { Authorization: "x", "api-key": ["y"], password: { p: 1 } } } },
      want: {
        a: { b: { Authorization: "[redacted]", "api-key": "[redacted]", password: "[redacted]" } },
      },
    },
    {
      label: "flags and counts under secret keys stay",
      fields: { accessTokenConfigured: true, tokens: 12 },
      want: { accessTokenConfigured: true, tokens: 12 },
    },
    {
      label: "bearer tokens inside texts are hidden",
      fields: { note: "sent Bearer EAAG.abc-123 there" },
      want: { note: "sent Bearer [redacted] there" },
    },
    {
      label: "secret query parameters are hidden",
      fields: { url: "https://g/x?access_token=EAAG1&v=2&hub.verify_token=tok" },
      want: { url: "https://g/x?access_token=[redacted]&v=2&hub.verify_token=[redacted]" },
    },
    {
      label: "the password of a connection URL is hidden",
      fields: { at: "postgres://ponte:hunter2@db:5432/ponte" },
      want: { at: "postgres://ponte:[redacted]@db:5432/ponte" },
    },
    {
      label: "a run of eight digits or more is shown as a keyed hash and its last four",
      fields: { to: "5561999998888", note: "from +55 (61) 99999-8888." },
      want: { to: phone, note: `from ${phone}.` },
    },
    { label: "seven digits stay", fields: { code: "1310260" }, want: { code: "1310260" } },
    {
      label: "a UUID and an ISO time stay readable",
      fields: { id: "019a1b2c-0000-7000-8000-123456789012", at2: "2026-11-21T08:00:00.000Z" },
      want: { id: "019a1b2c-0000-7000-8000-123456789012", at2: "2026-11-21T08:00:00.000Z" },
    },
    {
      label: "message texts give their length only",
      fields: { text: "quero votar", caption: "oi", payload: { a: 1 } },
      want: { text: "[11 characters]", caption: "[2 characters]", payload: "[omitted]" },
    },
    {
      label: "bytes give their number only",
      fields: { data: Buffer.from("oi") },
      want: { data: "[2 bytes]" },
    },
    {
      label: "a long text is cut",
      fields: { detail: "x".repeat(2_001) },
      want: { detail: `${"x".repeat(2_000)}[cut]` },
    },
    {
      label: "a secret across the cut is still hidden",
      fields: { detail: "x".repeat(1_990) + SECRET },
      want: { detail: `${"x".repeat(1_990)}[redacted]` },
    },
    {
      label: "depth is bounded",
      fields: { a: { b: { c: { d: { e: { f: { g: 1 } } } } } } },
      want: { a: { b: { c: { d: { e: { f: "[too deep]" } } } } } },
    },
    {
      label: "odd values do no harm",
      fields: { big: 12n, when: new Date(0), never: new Date(Number.NaN), run: () => 1, no: null },
      want: { big: "12", when: "1970-01-01T00:00:00.000Z", never: null, no: null },
    },
    {
      label: "a field cannot replace the level or the message",
      fields: { level: "error", message: "forged" },
      want: {},
    },
  ])("$label", ({ fields, want }) => {
    expect(logged(fields)).toEqual(want);
  });

  test("a provider's message id, which holds the number in base64, is hashed", () => {
    expect(String(logged({ id: "wamid.HBgNNTU2MTk5OTk5ODg4OBUCABEYEg==" })["id"])).toMatch(
      /^wamid\.#[0-9a-f]{8}$/,
    );
  });

  test("a cycle is cut, not followed for ever", () => {
    const loop: Record<string, unknown> = {};
    loop["self"] = loop;
    expect(JSON.stringify(logged({ loop }))).toContain("[too deep]");
  });
});

describe("errors", () => {
  test("an error is its code, message and stack, with the same of its cause", () => {
    const cause = Object.assign(new Error("inner 5561999998888"), { code: "ECONNRESET" });
    const { error } = logged({ error: new Error("outer", { cause }) });
    expect(error).toEqual({
      message: "outer",
      stack: expect.stringContaining("outer"),
      cause: { code: "ECONNRESET", message: `inner ${phone}`, stack: expect.any(String) },
    });
  });

  test("the request inside a client's error is never written", () => {
    const error = new AxiosError("Request failed", "ERR_BAD_REQUEST", {
      headers: new AxiosHeaders({ Authorization: "Bearer planted-1" }),
      data: "planted-2",
    });
    const { log, text } = capture();
    log.error("send failed", { error });
    const line = text();
    expect(line).toContain("ERR_BAD_REQUEST");
    expect(line).not.toContain("planted");
  });
});

describe("lines", () => {
  test("control characters cannot forge a line or reach a terminal", () => {
    const { log, text } = capture();
    log.warn("a\nb", { note: "\u001b[31m\u2028\u2029\u009b\u202e" });
    const line = text();
    expect(line.trimEnd()).toContain(
      String.raw`"message":"a\nb","note":"\u001b[31m\u2028\u2029\u009b\u202e"`,
    );
    expect(line.trimEnd()).not.toContain("\n");
  });

  test("lines carry the correlation id of the work they belong to", async () => {
    const { log, lines } = capture();
    await Promise.all(
      ["one", "two"].map((id) =>
        withCorrelation(id, async () => {
          await Promise.resolve();
          log.info(id);
        }),
      ),
    );
    log.info("outside");
    expect(lines().map(({ message, correlation }) => [message, correlation])).toEqual([
      ["one", "one"],
      ["two", "two"],
      ["outside", undefined],
    ]);
  });

  test("levels below the chosen one are not written", () => {
    const { log, lines } = capture("warn");
    log.debug("debug");
    log.info("info");
    log.warn("warn");
    log.error("error");
    expect(lines().map(({ level }) => level)).toEqual(["warn", "error"]);
  });
});
