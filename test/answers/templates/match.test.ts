import { describe, expect, test } from "@jest/globals";
import { matchShorthand, matchText } from "../../../src/answers/templates/match.ts";
import { libraryOf } from "./intent.ts";

describe("shorthand", () => {
  const library = {
    ...libraryOf({ name: "bill" }, { name: "bill", language: "es" }, { name: "faq/ask_x" }),
    responses: new Map([["utter_implied", []]]),
  };

  test.each([
    { text: "/bill", name: "bill", language: "pt-BR" },
    { text: ' /bill@0.9 {"language":"es"} ', name: "bill", language: "es" },
    { text: "/faq/ask_x", name: "faq/ask_x", language: "pt-BR" },
    { text: "/implied", name: "implied", language: undefined },
  ])("$text names $name in $language", ({ text, name, language }) => {
    expect(matchShorthand(library, text, "pt-BR")?.intent).toMatchObject({ name });
    expect(matchShorthand(library, text, "pt-BR")?.intent.language).toBe(language);
  });

  test.each(["/", "/nothing", "bill", "/a/b/c", "/bill{", "/bill[]", '/bill{"a":}', "/bill x"])(
    "%s names nothing",
    (text) => {
      expect(matchShorthand(library, text, "pt-BR")).toBeUndefined();
    },
  );
});

describe("keywords and patterns", () => {
  const library = libraryOf(
    { name: "short", keywords: ["conta"] },
    { name: "long", keywords: ["conta de luz"] },
    { name: "late", patterns: [/fim/v] },
  );

  test("the longer keyword knows better, and says which words it rests on", () => {
    expect(matchText(library, "a minha conta de luz", "pt-BR")).toMatchObject({
      intent: { name: "long" },
      confidence: 0.9,
      words: "conta de luz",
    });
  });

  test("patterns see the first 500 characters only", () => {
    expect(matchText(library, `${"x".repeat(497)}fim`, "pt-BR")?.intent.name).toBe("late");
    expect(matchText(library, `${"x".repeat(498)}fim`, "pt-BR")).toBeUndefined();
  });

  test("a text is never read as a pattern", () => {
    expect(matchText(library, "con.a|(", "pt-BR")).toBeUndefined();
  });
});
