import { expect, test } from "@jest/globals";
import { readIdentity } from "../src/phone.ts";

test.each([
  { label: "E.164", text: "+5561991112222", want: "5561991112222" },
  { label: "E.164 as people write it", text: " +55 (61) 99111-2222 ", want: "5561991112222" },
  { label: "a mobile without its ninth digit", text: "+55 61 9111-2222", want: "556191112222" },
  { label: "a national number", text: "(61) 99111-2222", country: "BR", want: "5561991112222" },
  {
    label: "a national number with its country's digits",
    text: "5561991112222",
    country: "BR",
    want: "5561991112222",
  },
  {
    label: "00 for +, and not a carrier's code",
    text: "00 55 61 99111-2222",
    country: "BR",
    want: "5561991112222",
  },
  { label: "00 for + without a country", text: "005561991112222", want: "5561991112222" },
  { label: "digits of another width", text: "＋５５６１９９１１１２２２２", want: "5561991112222" },
  {
    label: "a number copied with marks of direction",
    text: "\u202a+55 61 99111\u20112222\u202c",
    want: "5561991112222",
  },
  { label: "a landline", text: "+55 61 3333-4444", want: "556133334444" },
  { label: "another country", text: "+351 912 345 678", want: "351912345678" },
])("$label is read", ({ text, country, want }) => {
  expect(readIdentity(text, country)).toEqual({
    kind: "identity",
    identity: { kind: "phone", value: want },
  });
});

test.each([
  { label: "a user id", text: "BR.5550001112223334", kind: "bsuid" },
  { label: "a user id of several portfolios", text: "BR.ENT.99", kind: "parent_bsuid" },
])("$label is read whole", ({ text, kind }) => {
  expect(readIdentity(text)).toEqual({ kind: "identity", identity: { kind, value: text } });
});

test.each([
  { label: "nothing", text: "  ", want: "is empty" },
  { label: "digits that could be of any country", text: "5561991112222", want: "no country code" },
  { label: "what a spreadsheet made of a number", text: "5,56199E+12", country: "BR" },
  { label: "a word", text: "Maria", country: "BR", want: "not a phone number" },
  { label: "too few digits", text: "+55619", want: "digits" },
  { label: "too many digits", text: "+556199111222233", want: "digits" },
  { label: "an extension", text: "+55 61 3333-4444 ext. 12", want: "extension" },
  { label: "two numbers", text: "+5561991112222 / +5561991113333" },
  { label: "a number amid words", text: "ligue +5561991112222", country: "BR" },
  { label: "a formula", text: "=HYPERLINK(1)", country: "BR" },
  { label: "a very long text", text: "+".padEnd(1_000_000, "5"), want: "too long" },
  { label: "a country that does not exist", text: "61991112222", country: "XX" },
])("$label is refused in words", ({ text, country, want = "" }) => {
  const read = readIdentity(text, country);
  expect(read).toMatchObject({ kind: "unreadable", problem: expect.stringContaining(want) });
});
