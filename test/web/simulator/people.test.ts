import { describe, expect, test } from "@jest/globals";
import {
  FIRST_PERSON,
  isSameNumber,
  LONGEST_NAME,
  MOST_PEOPLE,
  putPerson,
  readName,
  readPeople,
  readPhone,
} from "../../../src/web/simulator/state/people.ts";

const ANA = { phone: "+5561991110001", name: "Ana" };
const BIA = { phone: "+5561991110002", name: "Bia" };

describe("a number", () => {
  test.each([
    { text: "+5561991110001", want: "+5561991110001" },
    { text: " +55 (61) 99111-0001 ", want: "+5561991110001" },
    { text: "005561991110001", want: "+5561991110001" },
    { text: "5561991110001", want: "+5561991110001" },
    { text: "+0561991110001", want: undefined },
    { text: "+55", want: undefined },
    { text: "+5561991110001234", want: undefined },
    { text: "+55a61991110001", want: undefined },
    { text: "", want: undefined },
  ])("'$text' is $want", ({ text, want }) => {
    expect(readPhone(text)).toBe(want);
  });

  test.each([
    { one: "+5561991110001", other: "556191110001", want: true },
    { one: "+5561991110001", other: "5561991110001", want: true },
    { one: "+5561991110001", other: "5561991110002", want: false },
    { one: "+14255550121", other: "4255550121", want: false },
    { one: "", other: "", want: false },
  ])("$one and $other are one: $want", ({ one, other, want }) => {
    expect(isSameNumber(one, other)).toBe(want);
  });
});

describe("the people that a browser kept", () => {
  test.each([
    { label: "nothing was kept", text: null, want: [FIRST_PERSON] },
    { label: "it is no JSON", text: "{", want: [FIRST_PERSON] },
    { label: "it is no list", text: '{"phone":"+5561991110001"}', want: [FIRST_PERSON] },
    { label: "the list is empty", text: "[]", want: [FIRST_PERSON] },
    {
      label: "something between them is no person",
      text: JSON.stringify([
        null,
        7,
        ANA,
        { phone: 1, name: "x" },
        { phone: "javascript:", name: "" },
        BIA,
      ]),
      want: [ANA, BIA],
    },
    {
      label: "a number is there twice",
      text: JSON.stringify([ANA, { ...ANA, name: "Outra" }]),
      want: [{ ...ANA, name: "Outra" }],
    },
  ])("are read where $label", ({ text, want }) => {
    expect(readPeople(text)).toEqual(want);
  });

  test("are no more than there is room for", () => {
    const many = Array.from({ length: 200 }, (_, index) => {
      return { phone: `+55619911${String(index).padStart(5, "0")}`, name: "x" };
    });
    expect(readPeople(JSON.stringify(many))).toHaveLength(MOST_PEOPLE);
  });

  test("have names without control characters, cut to a profile's length", () => {
    expect(readName("  Ana\u0000\nSouza ")).toBe("Ana Souza");
    expect(readName("x".repeat(500))).toHaveLength(LONGEST_NAME);
  });

  test("are added, renamed and given other numbers without being there twice", () => {
    const NEW = { phone: "+5561991110003", name: "Ana S." };
    expect(putPerson([ANA], BIA)).toEqual([ANA, BIA]);
    expect(putPerson([ANA, BIA], { ...ANA, name: "Ana S." }, ANA.phone)).toEqual([
      { ...ANA, name: "Ana S." },
      BIA,
    ]);
    expect(putPerson([ANA, BIA], NEW, ANA.phone)).toEqual([NEW, BIA]);
    expect(putPerson([ANA, BIA], { ...BIA, name: "Bia L." })).toEqual([
      ANA,
      { ...BIA, name: "Bia L." },
    ]);
  });
});
