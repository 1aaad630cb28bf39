import { describe, expect, test } from "@jest/globals";
import { commandSettings } from "../../src/config/command-settings.ts";
import { parseCommand } from "../../src/flow/commands.ts";
import { START_STYLES, startLink } from "../../src/links/start-link.ts";
import { startQr } from "../../src/links/start-qr.ts";

const phone = "+55 (61) 3000-0000";

test.each([
  { label: "a reference", given: { reference: "42" }, want: "%2Fstart%2042" },
  { label: "no reference", given: {}, want: "%2Fstart" },
  {
    label: "a sentence",
    given: { reference: "a_B-9", style: "pt-BR" },
    want: "Ol%C3%A1!%20Quero%20participar%20(a_B-9)",
  },
  { label: "a text", given: { text: "oi & até + #1" }, want: "oi%20%26%20at%C3%A9%20%2B%20%231" },
  { label: "a text with a reference", given: { text: "x{reference}", reference: "7" }, want: "x7" },
] as const)("a link with $label", ({ given, want }) => {
  expect(startLink({ phone, ...given })).toBe(`https://wa.me/556130000000?text=${want}`);
});

test.each([
  { label: "letters for a phone", given: { phone: "call me" } },
  { label: "a phone without its country", given: { phone: "06130000000" } },
  { label: "a phone that is too long", given: { phone: "1".repeat(16) } },
  { label: "a reference with a quote", given: { reference: '4"2' } },
  { label: "a reference of 65 characters", given: { reference: "a".repeat(65) } },
  { label: "an empty reference", given: { reference: "" } },
  { label: "a text that lacks its reference", given: { text: "x{reference}" } },
  { label: "an empty text", given: { text: " " } },
  { label: "half a character", given: { text: "\ud800" } },
])("a link refuses $label", ({ given }) => {
  expect(() => startLink({ phone, ...given })).toThrow(Error);
});

describe("a person who sends what a link typed", () => {
  const settings = commandSettings.parse({
    startPatterns: ["\\((?<ref>[A-Za-z0-9_-]{1,64})\\)\\s*$"],
  });

  test.each(START_STYLES)("starts with its reference: %s", (style) => {
    const url = new URL(startLink({ phone, reference: "Ab_9-z", style }));
    const text = url.searchParams.get("text") ?? "";
    const start = { name: "start", reference: "Ab_9-z" };
    expect(parseCommand(text, "typed", settings)).toEqual(start);
  });
});

test("a QR code is a picture and a text", () => {
  const { svg, text } = startQr(startLink({ phone, reference: "42" }));
  expect(svg).toMatch(/^<svg[\s\S]+<\/svg>$/);
  expect(text.split("\n").length).toBeGreaterThan(10);
});
