import { expect, test } from "@jest/globals";
import { narrow } from "../../../src/db/narrow.ts";
import { ERRORS } from "../../../src/errors.ts";
import { reportError } from "../../../src/http/api/error-report.ts";
import { createSecretHider } from "../../../src/http/api/hide-secrets.ts";
import { LANGUAGES } from "../../../src/http/api/dependencies.ts";
import { HINTS, ownHint } from "../../../src/http/api/hints.ts";
import { timeFilter } from "../../../src/http/api/parameters.ts";
import { windowOf } from "../../../src/http/api/window.ts";

const NOON = "2026-03-01T12:00:00.000000Z";

test.each([
  {
    label: "no window at all",
    facts: { windowMs: undefined, lastInboundAt: NOON, closedAt: NOON, now: NOON },
    want: { window_expires_at: null, window_open: true },
  },
  {
    label: "nobody has written yet",
    facts: { windowMs: 1000, lastInboundAt: null, closedAt: null, now: NOON },
    want: { window_expires_at: null, window_open: false },
  },
  {
    label: "the last millisecond",
    facts: { windowMs: 1000, lastInboundAt: NOON, closedAt: null, now: "2026-03-01T12:00:00.999Z" },
    want: { window_expires_at: "2026-03-01T12:00:01.000Z", window_open: true },
  },
  {
    label: "the end",
    facts: { windowMs: 1000, lastInboundAt: NOON, closedAt: null, now: "2026-03-01T12:00:01.000Z" },
    want: { window_expires_at: "2026-03-01T12:00:01.000Z", window_open: false },
  },
  {
    label: "closed by the provider",
    facts: { windowMs: 1000, lastInboundAt: NOON, closedAt: NOON, now: NOON },
    want: { window_expires_at: "2026-03-01T12:00:01.000Z", window_open: false },
  },
])("the window: $label", ({ facts, want }) => {
  expect(windowOf(facts)).toEqual(want);
});

test.each([
  { label: "UTC", given: "2026-03-01T12:00:00Z", want: "2026-03-01T12:00:00.000000Z" },
  {
    label: "microseconds",
    given: "2026-03-01T12:00:00.000001Z",
    want: "2026-03-01T12:00:00.000001Z",
  },
  {
    label: "nanoseconds, cut",
    given: "2026-03-01T12:00:00.123456789Z",
    want: "2026-03-01T12:00:00.123456Z",
  },
  {
    label: "an offset over midnight",
    given: "2026-03-01T00:30:00.5+02:00",
    want: "2026-02-28T22:30:00.500000Z",
  },
  {
    label: "an offset PostgreSQL refuses",
    given: "2026-03-01T00:00:00+23:59",
    want: "2026-02-28T00:01:00.000000Z",
  },
])("a time filter becomes UTC with microseconds: $label", ({ given, want }) => {
  expect(timeFilter.parse(given)).toBe(want);
});

test("secrets are masked in texts and keys, however deep, the longest first", () => {
  const hide = createSecretHider(["secret-one", "secret-one-and-more", "short"]);
  expect(
    hide({
      "secret-one": ["a secret-one-and-more b secret-one", 7, null, true],
      deep: { deeper: [{ text: "xsecret-onex" }] },
      kept: "short words stay",
    }),
  ).toEqual({
    "[secret]": ["a [secret] b [secret]", 7, null, true],
    deep: { deeper: [{ text: "x[secret]x" }] },
    kept: "short words stay",
  });
});

test("a condition that is not asked for is not in the statement", () => {
  expect(
    narrow(
      [
        ["a = ?::text", undefined],
        ["b = ?::text", "x"],
        ["c = ?::boolean", false],
      ],
      3,
    ),
  ).toEqual({ sql: " and b = $4::text and c = $5::boolean", values: ["x", false] });
});

const CONTEXT = {
  channel: "whatsapp",
  language: "en",
  deps: { channels: new Map(), hint: () => "never asked" },
} as const;

test.each([
  { label: "nothing", stored: null, want: null },
  {
    label: "our own",
    stored: { code: "", title: "too slow", reason: "answer_timeout", other: 1 },
    want: {
      reason: "answer_timeout",
      code: null,
      title: "too slow",
      details: null,
      trace_id: null,
      hint: HINTS.answer_timeout.en,
    },
  },
  {
    label: "the provider's alone, on a channel no longer configured",
    stored: { code: "7", title: "No", traceId: "t" },
    want: { reason: null, code: "7", title: "No", details: null, trace_id: "t", hint: null },
  },
  {
    label: "something else",
    stored: "broken",
    want: { reason: null, code: null, title: null, details: null, trace_id: null, hint: null },
  },
])("a stored error is read: $label", ({ stored, want }) => {
  expect(reportError(stored, CONTEXT)).toEqual(want);
});

test.each(["opted_out", "missing_values", "template_language", "not_renderable", "erased"])(
  "why a recipient was left out (%s) is told in both languages",
  (reason) => {
    const told = LANGUAGES.map((language) => ownHint(reason, language));
    expect(new Set(told).size).toBe(LANGUAGES.length);
    expect(told).not.toContain(undefined);
  },
);

test("every failure of answering and sending has a hint", () => {
  const needed = Object.keys(ERRORS).filter((code) => /^(answer|channel)_/.test(code));
  expect(Object.keys(HINTS)).toEqual(expect.arrayContaining(needed));
});
