import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { getCountries, getExampleNumber, parsePhoneNumberFromString } from "libphonenumber-js";
import examples from "libphonenumber-js/mobile/examples";
import { z } from "zod";
import { figuresOf } from "../../../src/http/api/figures.ts";
import { createNumberHider } from "../../../src/http/api/hide-numbers.ts";
import { maskNumber } from "../../../src/http/api/mask-number.ts";

const ACCOUNT = "106540352242922";
const SMS_ACCOUNT = "+5561330000000";
const { hide, hideText } = createNumberHider([ACCOUNT, SMS_ACCOUNT, "ana"]);

const MASKED = "+55 61 9****-0001";
const wamidOf = (digits: string) =>
  `wamid.${Buffer.from(`\u001c\u0018\u000d${digits}\u0015\u0002\u0000\u0011\u0018\u00123A1234567890ABCDEF00\u0000`, "latin1").toString("base64")}`;

describe("a number is shown as its country, area and last digits", () => {
  test.each([
    { label: "a Brazilian mobile", number: "+5561999990001", want: MASKED },
    { label: "without the ninth digit", number: "556199990001", want: "+55 61 ****-0001" },
    { label: "a Brazilian landline", number: "+55 61 3330-0001", want: "+55 61 ****-0001" },
    { label: "where there are no areas", number: "+351 912 345 678", want: "+351 ****-5678" },
    { label: "an area that would leave too little", number: "+12125550123", want: "+1 ****-0123" },
    { label: "an area that leaves enough", number: "+525512345678", want: "+52 55 ****-5678" },
    { label: "eight digits in all their country", number: "+4790123456", want: "+47 ****-3456" },
    { label: "so short that less may be shown", number: "+2902345", want: "****-345" },
    { label: "the shortest of all", number: "+6834002", want: "+683 ****" },
    { label: "with two noughts for the plus", number: "0055 61 99999-0001", want: MASKED },
    { label: "without a country", number: "(61) 99999-0001", want: "****-0001" },
    { label: "more digits than any number", number: "1".repeat(40), want: "****-1111" },
  ])("$label", ({ number, want }) => {
    expect(maskNumber(number)).toBe(want);
    expect(hideText(number)).toBe(want);
  });
});

describe("a number is found in a text", () => {
  test.each([
    { label: "in a sentence", text: "Ligue: +55 (61) 99999-0001!", want: `Ligue: ${MASKED}!` },
    { label: "with points", text: "55.61.99999.0001", want: MASKED },
    { label: "with blanks that do not break", text: "+55 61 99999 0001", want: MASKED },
    { label: "with a dash of another length", text: "+55 61 99999–0001", want: MASKED },
    { label: "with invisible marks", text: "+55\u200b61\u2060999990001", want: MASKED },
    { label: "with a combining mark on each digit", text: "5̲561999990001", want: MASKED },
    { label: "in wide digits", text: "５５６１９９９９９０００１", want: MASKED },
    { label: "in Arabic digits", text: "٥٥٦١٩٩٩٩٩٠٠٠١", want: MASKED },
    {
      label: "as WhatsApp's address",
      text: "5561999990001@s.whatsapp.net",
      want: `${MASKED}@s.whatsapp.net`,
    },
    { label: "with its scheme", text: "whatsapp:+5561999990001", want: `whatsapp:${MASKED}` },
    { label: "percent-encoded", text: "to=%2B5561999990001&x=1", want: `to=${MASKED}&x=1` },
    { label: "percent-encoded with blanks", text: "%2B55%2061%20999990001", want: MASKED },
    { label: "in JSON", text: '{"from":"5561999990001"}', want: `{"from":"${MASKED}"}` },
    { label: "in JSON with escapes", text: '"+55\\u00a061\\u00a0999990001"', want: `"${MASKED}"` },
    {
      label: "in JSON in JSON",
      text: '\\"\\\\u002b55\\\\u00a061999990001\\"',
      want: `\\"${MASKED}\\"`,
    },
    { label: "behind letters", text: "abc5561999990001def", want: `abc${MASKED}def` },
    { label: "twice", text: "5561999990001 5561988880002", want: `${MASKED} +55 61 9****-0002` },
    { label: "in a message id", text: wamidOf("5561999990001"), want: "wamid.…AwAA==" },
    {
      label: "in a message id without its name",
      text: wamidOf("5561999990001").slice(6),
      want: "wamid.…AwAA==",
    },
    { label: "as a document number", text: "CPF 023.456.789-09", want: "CPF ****-8909" },
  ])("$label", ({ text, want }) => {
    expect(hideText(text)).toBe(want);
  });
});

test.each([
  { label: "ids", text: "00000000-0000-7000-8000-556199999001" },
  { label: "times", text: "2026-03-02T09:59:59.123456Z" },
  { label: "days", text: "2026-03-02 e 02/03/2026 às 10:00:00" },
  { label: "error codes and amounts", text: "131026: R$ 1.234,56 (12345)" },
  { label: "LIDs", text: "123456789012345@lid" },
  { label: "ids of people who hide their number", text: "BR.48120937755610482266" },
  { label: "our own account", text: `/${ACCOUNT}/messages` },
  { label: "our own number", text: SMS_ACCOUNT },
  { label: "numbers that are masked already", text: `${MASKED}, +55 61 ****-0002` },
])("$label stay readable", ({ text }) => {
  expect(hideText(text)).toBe(text);
});

describe("in an answer", () => {
  const answer = z.strictObject({
    data: z.array(
      z.strictObject({
        account: z.string(),
        sent: z.int(),
        left: z.int().nullable(),
        by_code: z.record(z.string(), z.int()),
        identity: z.strictObject({ kind: z.string(), value: z.string() }).nullable(),
        params: z.record(z.string(), z.string()),
        slots: z.record(z.string(), z.unknown()),
        payload: z.unknown(),
      }),
    ),
    next_cursor: z.string().nullable(),
  });
  const figures = figuresOf(answer);
  const row = {
    account: "987654321012345",
    sent: 12_345_678,
    left: 87_654_321,
    by_code: { "131026": 55_619_999 },
    identity: { kind: "lid", value: "123456789012345" },
    params: {},
    slots: {},
    payload: null,
  };
  const show = (change: object) =>
    hide({ data: [{ ...row, ...change }], next_cursor: "MTI5561999990001zNA" }, figures);

  test("accounts, counts, cursors and other names of people stay as they are", () => {
    expect(show({})).toEqual({ data: [row], next_cursor: "MTI5561999990001zNA" });
  });

  test.each([
    {
      label: "a number as a number",
      payload: { phone: 5_561_999_990_001 },
      want: { phone: MASKED },
    },
    {
      label: "a count that is none of ours",
      payload: { sent: 5_561_999_990_001 },
      want: { sent: MASKED },
    },
    {
      label: "an account that is none of ours",
      payload: { account: "5561999990001" },
      want: { account: MASKED },
    },
    { label: "a key", payload: { "5561999990001": 1 }, want: { [MASKED]: 1 } },
    {
      label: "a name of the kind phone, however short",
      payload: { kind: "phone", value: "1234567" },
      want: { kind: "phone", value: "****-567" },
    },
    {
      label: "a time",
      payload: { timestamp: "1772445598", sentAt: 1_772_445_598_000 },
      want: { timestamp: "1772445598", sentAt: 1_772_445_598_000 },
    },
    {
      label: "a time that is a number",
      payload: { timestamp: "5561999990001" },
      want: { timestamp: MASKED },
    },
    {
      label: "small numbers, places and nothing",
      payload: [1, -15.793889, null, true, 9_999_999],
      want: [1, -15.793889, null, true, 9_999_999],
    },
    {
      label: "a name that JavaScript knows",
      payload: JSON.parse('{"__proto__":"5561999990001"}'),
      want: JSON.parse(`{"__proto__":"${MASKED}"}`),
    },
  ])("$label", ({ payload, want }) => {
    expect(show({ payload })).toEqual({
      data: [{ ...row, payload: want }],
      next_cursor: "MTI5561999990001zNA",
    });
  });

  test("a name that somebody else gave opens nothing", () => {
    const given = { account: "5561999990001", code: "5561999990001" };
    const masked = { account: MASKED, code: MASKED };
    const shown = show({ params: given, slots: { ...given, sent: 5_561_999_990_001 } });
    expect(shown).toMatchObject({
      data: [{ params: masked, slots: { ...masked, sent: MASKED } }],
    });
  });

  test("a number under an account's or a count's name in what the schema leaves open is masked at any depth", () => {
    const payload = { data: [{ account: "5561999990001", next_cursor: "5561999990001" }] };
    const want = { data: [{ account: MASKED, next_cursor: MASKED }] };
    expect(show({ payload })).toMatchObject({ data: [{ payload: want }] });
  });
});

const SEPARATORS = [
  "",
  " ",
  "-",
  ".",
  " (",
  ") ",
  "\u00a0",
  "\u2011",
  "%20",
  "\\u00a0",
  "+",
] as const;

const countries = getCountries().filter((country) => {
  const example = getExampleNumber(country, examples);
  return example !== undefined && example.number.length > 8;
});

/** A valid number of any country, as its digits. */
const numbers = fc
  .tuple(fc.constantFrom(...countries), fc.integer({ min: 0, max: 9_999 }))
  .map(([country, end]) => {
    const digits = getExampleNumber(country, examples)?.number.slice(1) ?? "";
    return digits.slice(0, -4) + String(end).padStart(4, "0");
  })
  .filter((digits) => parsePhoneNumberFromString(`+${digits}`)?.isValid() === true);

const inScript = (digits: string, zero: number) =>
  digits.replaceAll(/\d/g, (digit) => String.fromCodePoint(zero + Number(digit)));

/** How somebody, or some program, writes a number. */
const WAYS: readonly ((digits: string) => string)[] = [
  (digits) => digits,
  (digits) => `+${digits}`,
  (digits) => `00${digits}`,
  (digits) => `%2B${digits}`,
  (digits) => `whatsapp:+${digits}`,
  (digits) => `${digits}@s.whatsapp.net`,
  (digits) => `${digits}:12@c.us`,
  (digits) => `https://wa.me/${digits}?text=oi`,
  (digits) => parsePhoneNumberFromString(`+${digits}`)?.formatInternational() ?? "",
  (digits) =>
    encodeURIComponent(parsePhoneNumberFromString(`+${digits}`)?.formatInternational() ?? ""),
  (digits) => parsePhoneNumberFromString(`+${digits}`)?.getURI() ?? "",
  (digits) => JSON.stringify({ from: digits }),
  (digits) => JSON.stringify(JSON.stringify({ a: [JSON.stringify({ from: `+${digits}` })] })),
  (digits) => inScript(digits, 0x0660),
  (digits) => inScript(digits, 0xff10),
  wamidOf,
];

const written = fc.oneof(
  fc
    .tuple(numbers, fc.constantFrom(...WAYS))
    .map(([digits, way]) => ({ digits, text: way(digits) })),
  fc
    .tuple(numbers, fc.array(fc.constantFrom(...SEPARATORS), { minLength: 15, maxLength: 15 }))
    .map(([digits, between]) => ({
      digits,
      text: digits.replaceAll(/\d/g, (digit, place: number) => digit + (between[place] ?? "")),
    })),
);

const KEYS = ["id", "account", "timestamp", "next_cursor", "code", "created_at", "count", "kind"];
const keys = fc.oneof(fc.constantFrom(...KEYS), fc.string({ maxLength: 8 }));

/** An answer that holds a number somewhere: as a text, in one, as a key, or as a JSON number. */
const answers = fc
  .tuple(
    written,
    fc.constantFrom("text", "in a text", "key", "number"),
    fc.string({ unit: "grapheme", maxLength: 12 }),
    fc.array(fc.option(keys, { nil: undefined }), { maxLength: 4 }),
    fc.jsonValue({ maxDepth: 2 }),
  )
  .map(([{ digits, text }, place, around, way, other]) => {
    const planted: Record<typeof place, unknown> = {
      text,
      "in a text": `${around} ${text} ${around}`,
      key: { [text]: other },
      number: Number(digits),
    };
    const answer = way.reduce<unknown>(
      (inner, key) => (key === undefined ? [other, inner] : { other, [key]: inner }),
      planted[place],
    );
    return { digits, text, answer };
  });

/** All digits of a text that stand beside each other once what may stand between them is gone. */
const runsIn = (text: string) =>
  text
    .replaceAll(/%[0-9A-Fa-f]{2}|\\+u[0-9A-Fa-f]{4}/g, "")
    .replaceAll(/\p{Nd}/gu, (digit) => {
      const code = digit.codePointAt(0) ?? 0;
      const zero = [0x0660, 0xff10].find((first) => code >= first && code < first + 10);
      return zero === undefined ? digit : String(code - zero);
    })
    .replaceAll(/[^\d*\p{L}]/gu, "");

test("a number that is planted anywhere in an answer never comes out", () => {
  fc.assert(
    fc.property(answers, ({ digits, text, answer }) => {
      const shown = JSON.stringify(hide(answer));
      const national = parsePhoneNumberFromString(`+${digits}`)?.nationalNumber ?? digits;
      expect(runsIn(shown)).not.toContain(national);
      expect(shown).not.toContain(JSON.stringify(text).slice(1, -1));
    }),
    { numRuns: 1_000 },
  );
});
