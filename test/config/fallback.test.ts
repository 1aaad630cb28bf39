import { describe, expect, test } from "@jest/globals";
import { load, problemsOf } from "./fakes.ts";

const ENV = { TOKEN: "token-value" };
const channels = ["one", "two", "three"]
  .map((name) => `  ${name}: { type: phone, token: "\${TOKEN}", numbers: ["1"] }`)
  .join("\n");
const withRoutes = (routes: string) => `channels:\n${channels}\ndelivery:\n  fallback: ${routes}\n`;

describe("routes to the next channel", () => {
  test("may lead over several channels", () => {
    const config = load(ENV, withRoutes("{ one: two, two: three }"));
    expect(config.delivery.fallback).toEqual({ one: "two", two: "three" });
  });

  test.each([
    {
      label: "from a channel nobody configured",
      routes: "{ ones: two }",
      want: [expect.stringMatching(/bridge.yml:6 delivery.fallback.ones: .* did you mean one\?$/)],
    },
    {
      label: "to a channel nobody configured",
      routes: "{ one: nowhere }",
      want: [
        expect.stringMatching(/delivery.fallback.one: names a channel that is not configured/),
      ],
    },
    {
      label: "to itself",
      routes: "{ one: one }",
      want: [expect.stringMatching(/delivery.fallback.one: the routes lead back/)],
    },
    {
      label: "around",
      routes: "{ one: two, two: three, three: two }",
      want: [
        expect.stringMatching(/delivery.fallback.two: the routes lead back/),
        expect.stringMatching(/delivery.fallback.three: the routes lead back/),
      ],
    },
  ])("are refused when they lead $label", ({ routes, want }) => {
    expect(problemsOf(ENV, withRoutes(routes))).toEqual(want);
  });
});
