import { describe, expect, test } from "@jest/globals";
import { checkDraft, formatOf } from "../../../src/campaigns/templates/draft.ts";

const named = (...all: readonly (readonly [string, string])[]) => ({
  body_text_named_params: all.map(([param_name, example]) => ({ param_name, example })),
});
const body = (text: string, example?: object) => ({
  type: "BODY",
  text,
  ...(example && { example }),
});

const problemsOf = (...components: readonly Record<string, unknown>[]) =>
  checkDraft({
    name: "aviso",
    language: "pt_BR",
    category: "UTILITY",
    parameterFormat: formatOf(components),
    components,
  });

const plain = body("Olá a todos.");

describe("a template to be made", () => {
  test.each([
    { label: "a text", components: [plain] },
    {
      label: "named variables with examples",
      components: [body("Olá, {{nome}}!", named(["nome", "Joana"]))],
    },
    {
      label: "numbered variables with examples",
      components: [body("Olá, {{1}}, dia {{2}}!", { body_text: [["Joana", "25/11"]] })],
    },
    {
      label: "everything",
      components: [
        { type: "HEADER", format: "TEXT", text: "Nº {{1}}", example: { header_text: ["45"] } },
        body("Olá, {{1}}!", { body_text: [["Joana"]] }),
        { type: "FOOTER", text: "Prefeitura" },
        {
          type: "BUTTONS",
          buttons: [
            { type: "URL", text: "Ver", url: "https://e.org/{{1}}", example: ["https://e.org/45"] },
            { type: "COPY_CODE", example: "NATAL10" },
          ],
        },
      ],
    },
    {
      label: "a picture with its handle",
      components: [
        { type: "HEADER", format: "IMAGE", example: { header_handle: ["4::aW"] } },
        plain,
      ],
    },
  ])("$label has nothing wrong", ({ components }) => {
    expect(problemsOf(...components)).toEqual([]);
  });

  test.each([
    {
      label: "no body",
      components: [{ type: "FOOTER", text: "x" }],
      want: ["The template needs a body."],
    },
    { label: "two bodies", components: [plain, plain], want: ["There is more than one body."] },
    {
      label: "a variable without an example",
      components: [body("Olá, {{nome}}!")],
      want: ["The body needs an example for nome."],
    },
    {
      label: "an example too many",
      components: [body("Olá, {{1}}!", { body_text: [["a", "b"]] })],
      want: ["The body has 1 variable, and more examples than that."],
    },
    {
      label: "a gap in the numbers",
      components: [body("Olá, {{1}} e {{3}}!", { body_text: [["a", "b"]] })],
      want: ["The body's variables must be {{1}}, {{2}} and so on, without a gap."],
    },
    {
      label: "a name in capitals",
      components: [body("Olá, {{Nome}}!", named(["Nome", "Joana"]))],
      want: ["The body's variables must be named in small letters: Nome."],
    },
    {
      label: "names and numbers together",
      components: [body("Olá, {{nome}} e {{1}}!", named(["nome", "Joana"], ["1", "x"]))],
      want: ["The body's variables must be named in small letters: 1."],
    },
    {
      label: "a variable at the beginning",
      components: [body("{{1}}, olá!", { body_text: [["a"]] })],
      want: ["The body must neither begin nor end with a variable."],
    },
    {
      label: "a variable at the end",
      components: [body("Olá {{1}}", { body_text: [["a"]] })],
      want: ["The body must neither begin nor end with a variable."],
    },
    {
      label: "a footer with a variable",
      components: [plain, { type: "FOOTER", text: "Ass.: {{1}}" }],
      want: ["The footer takes no variables."],
    },
    {
      label: "a header with two variables",
      components: [
        {
          type: "HEADER",
          format: "TEXT",
          text: "{{1}} e {{2}}",
          example: { header_text: ["a", "b"] },
        },
        plain,
      ],
      want: ["The header takes one variable at most."],
    },
    {
      label: "a picture without its handle",
      components: [{ type: "HEADER", format: "IMAGE" }, plain],
      want: ["The header needs an example: the handle of an uploaded image."],
    },
    {
      label: "a link with the variable in the middle, without an example",
      components: [
        plain,
        { type: "BUTTONS", buttons: [{ type: "URL", text: "Ver", url: "https://e.org/{{1}}/x" }] },
      ],
      want: [
        "Button 1 takes one variable, {{1}}, at the end of its link.",
        "Button 1 needs an example of its whole link.",
      ],
    },
    {
      label: "a code to copy without an example",
      components: [plain, { type: "BUTTONS", buttons: [{ type: "COPY_CODE" }] }],
      want: ["Button 1 needs an example."],
    },
  ])("$label is said", ({ components, want }) => {
    expect(problemsOf(...components)).toEqual(want);
  });
});
