import { expect, test } from "@jest/globals";
import { createDetector, DEFAULT_THRESHOLDS } from "../../../src/answers/templates/detect.ts";
import { indexExamples } from "../../../src/answers/templates/example-index.ts";
import { scoreText } from "../../../src/answers/templates/similarity.ts";
import { indexWords } from "../../../src/answers/templates/word-match.ts";
import { intentWith, libraryOf } from "./intent.ts";

const bill = intentWith({ examples: ["quero o boleto", "segunda via da conta"] });
const index = indexExamples([bill], "pt");

test("courtesy and grammar in common are no resemblance", () => {
  expect(scoreText(index, "quero o sapato")).toEqual([]);
  expect(scoreText(index, "quero o").length).toBe(1);
});

test("a word alone counts less than two", () => {
  expect(scoreText(index, "quero o boleto")[0]?.score).toBeLessThanOrEqual(0.85);
  expect(scoreText(index, "segunda via da conta")[0]?.score).toBeGreaterThan(0.75);
  expect(scoreText(index, "boleto")[0]?.score).toBeLessThan(0.68);
});

test("of a long story only the first sixty different words are weighed", () => {
  const story = Array.from({ length: 100 }, (_, place) => `n${place}`).join(" ");
  expect(index.read(story)).toHaveLength(60);
});

test("a word of three letters is taken for no other", () => {
  expect(indexWords(["bola"])("bol")).toEqual([]);
});

test("an example with its short forms written out is certain", () => {
  const { detect } = createDetector(libraryOf({ examples: ["tudo bem?"] }), DEFAULT_THRESHOLDS);
  expect(detect("td bem", "pt-BR")).toMatchObject({ match: { confidence: 1 } });
});
