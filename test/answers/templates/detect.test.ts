import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  createDetector,
  DEFAULT_THRESHOLDS,
  type Detection,
} from "../../../src/answers/templates/detect.ts";
import { fold } from "../../../src/answers/templates/fold.ts";
import { templatesSettings } from "../../../src/answers/templates/settings.ts";
import { intentWith, libraryOf } from "./intent.ts";

const LIBRARY = libraryOf(
  { name: "greet", keywords: ["oi", "bom dia"], examples: ["oi", "tudo bem?"], maxWords: 6 },
  {
    name: "bill",
    examples: ["quero a segunda via da conta", "minha fatura não chegou", "perdi o boleto"],
  },
  { name: "light", examples: ["a lâmpada do poste está queimada", "rua escura, poste apagado"] },
  { name: "human", keywords: ["atendente"], examples: ["quero falar com uma pessoa"] },
  { name: "protocol", patterns: [/protocolo (?<number>\d{4})/v] },
  { name: "menu", keywords: ["menu"] },
  { name: "menu", language: "es", keywords: ["menu"] },
  { name: "bill", language: "es", examples: ["copia de la factura", "perdí el recibo"] },
  { name: "bill", language: "en", examples: ["send me my invoice", "I lost my bill"] },
);

const detector = createDetector(LIBRARY, DEFAULT_THRESHOLDS);

/** The intents found, with a question mark where they are only offered. */
function namesOf(detection: Detection): string {
  switch (detection.kind) {
    case "match":
      return detection.match.intent.name;
    case "suggest":
      return detection.matches.map(({ intent }) => `${intent.name}?`).join(" ");
    case "none":
      return "none";
  }
}

describe("what a text means", () => {
  test.each([
    { label: "an example as it is written", text: "Minha fatura não chegou!", want: "bill" },
    { label: "an example with short forms", text: "td bem", want: "greet" },
    { label: "a keyword among other words", text: "chama o atendente aí", want: "human" },
    { label: "a pattern", text: "protocolo 1234", want: "protocol" },
    { label: "missing accents", text: "lampada queimada no poste", want: "light" },
    { label: "another order of the words", text: "da conta a segunda via quero", want: "bill" },
    { label: "a misspelling", text: "segunda vai da cnota", want: "bill" },
    { label: "letters swapped", text: "perdi o bolteo", want: "bill" },
    { label: "letters repeated", text: "boletooooo perdiii", want: "bill" },
    { label: "other forms of the words", text: "lâmpadas queimadas dos postes", want: "light" },
    { label: "courtesy around it", text: "bom dia, perdi o boleto", want: "bill" },
    { label: "courtesy alone", text: "bom dia pra vc", want: "greet" },
    { label: "decorated letters", text: "𝗽𝗲𝗿𝗱𝗶 𝗼 𝗯𝗼𝗹𝗲𝘁𝗼", want: "bill" },
    { label: "another language", text: "i lost my bill pls", want: "bill" },
    { label: "something else", text: "quem ganhou o jogo do flamengo?", want: "none" },
    { label: "only grammar in common", text: "quero a nota da prova do meu curso", want: "none" },
    { label: "nothing at all", text: "?!", want: "none" },
    {
      label: "one word in common among many",
      text: "perdi meu cachorro ontem na praia",
      want: "none",
    },
  ])("$label: '$text' is $want", ({ text, want }) => {
    expect(namesOf(detector.detect(text, "pt-BR"))).toBe(want);
  });

  test("an example is certain, a keyword nearly, a resemblance less than its example", () => {
    const sure = (text: string) => {
      const detection = detector.detect(text, "pt-BR");
      return detection.kind === "match" ? detection.match.confidence : 0;
    };
    expect(sure("perdi o boleto")).toBe(1);
    expect(sure("menu agora")).toBe(0.9);
    expect(sure("boleto perdi o")).toBeLessThan(1);
    expect(sure("boleto perdi o")).toBeGreaterThan(0.75);
  });

  test("captures of a pattern are parameters", () => {
    expect(detector.detect("protocolo 1234", "pt-BR")).toMatchObject({
      match: { parameters: { number: "1234" }, confidence: 0.9 },
    });
  });

  test.each([
    { language: "pt-BR", want: "pt-BR" },
    { language: "es-MX", want: "es" },
    { language: "de", want: "pt-BR" },
  ])(
    "a word of several languages is read in the conversation's: $language",
    ({ language, want }) => {
      expect(detector.detect("menu", language)).toMatchObject({
        match: { intent: { language: want } },
      });
    },
  );

  test("an intent of no language is found in every conversation", () => {
    const examples = ["quero a segunda via da conta"];
    const { detect } = createDetector(
      libraryOf({ language: undefined, examples }),
      DEFAULT_THRESHOLDS,
    );
    expect(namesOf(detect("segunda via das contas", "en"))).toBe("bill");
  });

  test("a language without rules of its own is compared by its words", () => {
    const examples = ["ich brauche eine kopie der rechnung"];
    const { detect } = createDetector(libraryOf({ language: "de", examples }), DEFAULT_THRESHOLDS);
    expect(namesOf(detect("brauche kopie der rechnung", "de"))).toBe("bill");
  });
});

describe("what is not clear", () => {
  const close = libraryOf(
    { name: "open_account", examples: ["abrir conta", "abrir conta nova"] },
    { name: "close_account", examples: ["fechar conta", "fechar conta antiga"] },
  );

  test("two intents that fit equally well are offered", () => {
    const { detect } = createDetector(close, DEFAULT_THRESHOLDS);
    expect(namesOf(detect("conta", "pt-BR"))).toBe("open_account? close_account?");
  });

  test("an example that two intents share is a question", () => {
    const shared = libraryOf(
      { name: "a", examples: ["Ajuda!"] },
      { name: "b", examples: ["ajuda"] },
    );
    expect(namesOf(createDetector(shared, DEFAULT_THRESHOLDS).detect("ajuda", "pt-BR"))).toBe(
      "a? b?",
    );
  });

  test("another language's intent does not make the conversation's own unclear", () => {
    const both = libraryOf(
      { name: "a", examples: ["solicitar uma vacina"] },
      { name: "b", language: "es", examples: ["solicitar una vacina"] },
    );
    const { detect } = createDetector(both, DEFAULT_THRESHOLDS);
    expect(namesOf(detect("solicitar vacina", "pt-BR"))).toBe("a");
    expect(namesOf(detect("solicitar vacina", "es"))).toBe("b");
  });

  test.each([
    { label: "between the thresholds it is offered", suggest: 0.4, accept: 0.95, want: "bill?" },
    { label: "below both it is nothing", suggest: 0.93, accept: 0.95, want: "none" },
    {
      label: "where nothing is offered it is nothing",
      suggest: undefined,
      accept: 0.95,
      want: "none",
    },
    { label: "from the threshold on it is answered", suggest: 0.4, accept: 0.4, want: "bill" },
  ])("$label", ({ want, ...thresholds }) => {
    const { detect } = createDetector(LIBRARY, { ...thresholds, margin: 0.05 });
    expect(namesOf(detect("segunda via de uma fatura", "pt-BR"))).toBe(want);
  });

  test("a margin that is not kept asks; without one the best is answered", () => {
    const wide = createDetector(close, { accept: 0.3, suggest: 0.2, margin: 0.9 });
    const none = createDetector(close, { accept: 0.3, suggest: 0.2, margin: 0 });
    expect(namesOf(wide.detect("abrir uma conta", "pt-BR"))).toBe("open_account?");
    expect(namesOf(none.detect("abrir uma conta", "pt-BR"))).toBe("open_account");
  });

  test("no more than three are offered, each name once", () => {
    const many = ["a", "b", "c", "d"].flatMap((name) => [
      intentWith({ name, examples: ["ajuda"] }),
      intentWith({ name, language: "en", examples: ["ajuda"] }),
    ]);
    const { detect } = createDetector({ intents: many, responses: new Map() }, DEFAULT_THRESHOLDS);
    expect(namesOf(detect("ajuda", "pt-BR"))).toBe("a? b? c?");
  });
});

test("the settings begin with the thresholds that were measured", () => {
  expect(templatesSettings.parse({})).toMatchObject({ ...DEFAULT_THRESHOLDS });
});

describe("whatever people write", () => {
  const text = fc.oneof(
    fc.string({ unit: "grapheme", maxLength: 5000 }),
    fc.string({ unit: "binary", maxLength: 600 }),
    fc.constantFrom(
      "constructor",
      "__proto__ toString",
      "\ud800",
      "\u0000\u202e",
      "(a+)+$",
      "/bill",
    ),
  );

  test("it is read without an error, and always the same way", () => {
    fc.assert(
      fc.property(text, fc.constantFrom("pt-BR", "es", "en", "", "__proto__"), (said, language) => {
        expect(detector.detect(said, language)).toEqual(detector.detect(said, language));
      }),
    );
  });

  test("an example is found with its own intent, however it is shouted", () => {
    const example = fc.string({ unit: "grapheme", minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(
        fc.uniqueArray(example, { selector: fold, minLength: 1, maxLength: 8 }),
        (said) => {
          const spoken = said.filter((line) => fold(line) !== "");
          const library = libraryOf(
            ...spoken.map((line, number) => ({ name: `intent_${number}`, examples: [line] })),
          );
          const { detect } = createDetector(library, DEFAULT_THRESHOLDS);
          for (const [number, line] of spoken.entries()) {
            expect(namesOf(detect(`${line}!!`, "pt-BR"))).toBe(`intent_${number}`);
          }
        },
      ),
    );
  });

  test("of a long text only the start is looked at", () => {
    const filler = "blá ".repeat(1000);
    expect(namesOf(detector.detect(`${filler}protocolo 1234`, "pt-BR"))).toBe("none");
    expect(namesOf(detector.detect(`protocolo 1234 ${filler}`, "pt-BR"))).toBe("protocol");
  });

  test("an example that holds nothing readable leads nowhere", () => {
    const { detect } = createDetector(libraryOf({ examples: ["?!", ""] }), DEFAULT_THRESHOLDS);
    expect(namesOf(detect("...", "pt-BR"))).toBe("none");
    expect(namesOf(detect("olá", "pt-BR"))).toBe("none");
  });

  test("a library without intents answers nothing", () => {
    expect(namesOf(createDetector(libraryOf(), DEFAULT_THRESHOLDS).detect("oi", "pt-BR"))).toBe(
      "none",
    );
  });
});
