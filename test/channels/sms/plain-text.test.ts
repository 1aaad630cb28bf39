import { expect, test } from "@jest/globals";
import { withoutMarks } from "../../../src/channels/sms/plain-text.ts";

test.each([
  { label: "bold", text: "Oi, *Ana*!", want: "Oi, Ana!" },
  { label: "italic", text: "_muito_ bom", want: "muito bom" },
  { label: "struck out", text: "de ~100~ por 80", want: "de 100 por 80" },
  { label: "code", text: "digite `sair`", want: "digite sair" },
  { label: "code with marks in it", text: "digite `*a* _b_`", want: "digite *a* _b_" },
  { label: "a block of code", text: "veja:\n```\na *b* c\n```\nfim", want: "veja:\na *b* c\nfim" },
  { label: "marks in marks", text: "*_~tudo~_*", want: "tudo" },
  { label: "several", text: "*a* e *b*", want: "a e b" },
  { label: "a bold address", text: "*https://a.example/x*", want: "https://a.example/x" },
  {
    label: "an address in bold words",
    text: "*veja https://a.example/x agora*",
    want: "veja https://a.example/x agora",
  },
])("$label loses its marks", ({ text, want }) => {
  expect(withoutMarks(text)).toBe(want);
});

test.each([
  "2*3*4 = 24",
  "* item\n* outro",
  "snake_case_name",
  "https://a.example/_x_/~y~?q=*z*",
  "veja https://a.example/a_b_c e https://a.example/*d*",
  "um asterisco * só",
  "2*x* y",
  "x *y*z",
  "* a* b",
  "*a * b",
  "2_x_ y",
  "_ a_ b",
  "2~x~ y",
  "x _y_z",
  "_a _ b",
  "x ~y~z",
  "~a ~ b",
  "~ a~ b",
  "a*\n*b",
  "``",
  "``` sem fim",
  "** vazio **",
  "",
])("%j stays as it is", (text) => {
  expect(withoutMarks(text)).toBe(text);
});

test.each([
  { label: "asterisks", text: "*".repeat(100_000) },
  { label: "opened marks", text: " *a".repeat(50_000) },
  { label: "fences", text: "```".repeat(50_000) },
  { label: "fences and words", text: "``` a".repeat(50_000) },
  { label: "one open fence before a long text", text: `\`\`\`${"a`b_c*d~ ".repeat(20_000)}` },
  { label: "nested marks", text: "*_~".repeat(30_000) },
])("a hundred thousand $label take no long time", ({ text }) => {
  const started = performance.now();
  withoutMarks(text);
  expect(performance.now() - started).toBeLessThan(10_000);
});
