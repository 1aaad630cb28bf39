import { describe, expect, test } from "@jest/globals";
import { checkDraft, formatOf } from "../../../src/campaigns/templates/draft.ts";
import { templateDraft } from "../../../src/http/api/template-draft.ts";
import { draftBubble } from "../../../src/web/admin/templates/draft-bubble.ts";
import {
  type DraftForm,
  draftOf,
  EMPTY_BUTTON,
  EMPTY_DRAFT,
  fieldOf,
  variablesIn,
} from "../../../src/web/admin/templates/draft.ts";
import { faultsOf } from "../../../src/web/admin/templates/faults.ts";

const GOOD: DraftForm = {
  ...EMPTY_DRAFT,
  channel: "whatsapp",
  name: "aviso_coleta",
  header: "Coleta de {{dia}}",
  headerExamples: { dia: "25/11" },
  body: "Olá, {{nome}}! Até {{dia}} então.",
  bodyExamples: { nome: "Joana", dia: "25/11" },
  footer: "Prefeitura",
  buttons: [
    { ...EMPTY_BUTTON, text: "Sim" },
    {
      type: "URL",
      text: "Abrir",
      target: "https://a.example.org/{{1}}",
      example: "https://a.example.org/7",
    },
    { type: "PHONE_NUMBER", text: "Ligar", target: "+556133334444", example: "" },
    { type: "COPY_CODE", text: "", target: "ABC", example: "" },
  ],
};

/** What the server says of a form: its schema's complaints, or its own checks in one text. */
function refusalOf(form: DraftForm): {
  errors: { pointer: string; detail: string }[];
  message: string;
} {
  const draft = draftOf(form);
  const { error } = templateDraft.safeParse(draft);
  const errors = (error?.issues ?? []).map(({ path, message }) => ({
    pointer: path.map((part) => `/${String(part)}`).join(""),
    detail: message,
  }));
  const components = draft.components.map((component) => ({ ...component }));
  const { name, language, category } = draft;
  const parameterFormat = formatOf(components);
  const problems = checkDraft({ name, language, category, parameterFormat, components });
  return { errors, message: problems.join(" ") };
}

test("what was typed well is what the server takes", () => {
  expect(refusalOf(GOOD)).toEqual({ errors: [], message: "" });
  expect(
    refusalOf({ ...GOOD, header: "", body: "Olá, {{1}}!", bodyExamples: { "1": "Ana" } }),
  ).toEqual({ errors: [], message: "" });
});

describe("what the server refuses is said at its field", () => {
  test.each<[string, Partial<DraftForm>, string]>([
    ["a name in capitals", { name: "Aviso" }, "name"],
    ["a language that is none", { language: "português" }, "language"],
    ["no body", { body: "" }, "body"],
    ["a variable first", { body: "{{nome}} olá" }, "body"],
    ["a variable without an example", { bodyExamples: {} }, "body"],
    [
      "a gap in the numbers",
      { header: "", body: "Olá {{2}}!", bodyExamples: { "2": "x" } },
      "body",
    ],
    ["a variable in the footer", { footer: "{{nome}}!" }, "footer"],
    ["a header without an example", { headerExamples: {} }, "header"],
    ["a link that is not https", { buttons: [link("http://a.test")] }, "button 0"],
    ["a link that varies in the middle", { buttons: [link("https://a.test/{{1}}/x")] }, "button 0"],
    [
      "a second button without a text",
      { buttons: [link("https://a.test"), EMPTY_BUTTON] },
      "button 1",
    ],
  ])("%s", (_label, change, field) => {
    const form = { ...GOOD, ...change };
    const faults = faultsOf(refusalOf(form), draftOf(form));
    expect(faults.map((fault) => fault.field)).toContain(field);
  });

  test("and what belongs to no field stands alone", () => {
    expect(faultsOf({ errors: [], message: "channel_refused: no." }, draftOf(GOOD))).toEqual([
      { field: "", detail: "channel_refused: no." },
    ]);
    expect(fieldOf("/components/9/text", draftOf(GOOD))).toBe("");
  });
});

function link(target: string) {
  return { type: "URL", text: "Abrir", target, example: "https://a.test/1" } as const;
}

test("the bubble of a draft shows its examples, and variables where there are none", () => {
  const bubble = draftBubble({ ...GOOD, bodyExamples: { nome: "Joana", dia: "" } });
  expect(bubble).toMatchObject({
    header: "Coleta de 25/11",
    text: "Olá, Joana! Até {{dia}} então.",
    buttons: [{ title: "Sim" }],
    links: [{ title: "Abrir" }, { title: "Ligar" }, { title: "ABC" }],
  });
});

test("variables are told once, numbers in their order", () => {
  expect(variablesIn("{{10}} {{2}} {{2}}")).toEqual(["2", "10"]);
  expect(variablesIn("{{b}} {{ a }} {{b}} {{not this}}")).toEqual(["b", "a"]);
});
