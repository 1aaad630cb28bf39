import { describe, expect, test } from "@jest/globals";
import { compilePattern } from "../src/safe-pattern.ts";

describe("compilePattern", () => {
  test.each([
    { source: "^bom dia\\b", text: "bom dia!" },
    { source: "protocolo (?<protocol>\\d{6,})", text: "protocolo 123456" },
    { source: "(?:talk|speak) (?:to|with) an? human", text: "speak to a human" },
    { source: "(?:\\d+)?x", text: "12x" },
    { source: "(?:ab){3}", text: "ababab" },
    { source: "(?:[\\[\\]+*])+", text: "+*[" },
    { source: "(?:[a[+*]])+(?=b)", text: "aab" },
    { source: "(?<=a)\\(b\\)+", text: "a(b)" },
    { source: "a+?b", text: "aab" },
    { source: "(?:\\+)+", text: "++" },
    { source: "\\p{L}{2}", text: "ab" },
    { source: "(?i:ok)+", text: "OKok" },
  ])("$source is accepted and matches '$text'", ({ source, text }) => {
    expect(compilePattern(source).test(text)).toBe(true);
  });

  test.each([
    "(a+)+",
    "(a*)*$",
    "(?:a{2,})+",
    "(?<name>a+)*",
    "((a+)b?)+",
    "(?:(?:a+))*",
    "(a|a)*$",
    "(?:a|ab){2,}",
    "(a?){20}",
    "(?i:a+)+",
    "([a\\)]+)+",
  ])("%s repeats a group that varies", (source) => {
    expect(() => compilePattern(source)).toThrow("repeats a group");
  });

  test("more than two open-ended repeats are refused", () => {
    expect(() => compilePattern(".*a.*b.{0,21}")).toThrow("more than 2 open-ended repeats");
    expect(compilePattern(".*a.{3,}b.{0,20}\\d{2}")).toBeInstanceOf(RegExp);
  });

  test.each(["(", "a**", "[b-a]", "\\", "[a&&&]"])("%s is no regular expression", (source) => {
    expect(() => compilePattern(source)).toThrow();
  });
});
