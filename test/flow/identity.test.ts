import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { conversationId, matchKey } from "../../src/identity.ts";

const phone = (value: string) => matchKey({ kind: "phone", value });

describe("the key of a person", () => {
  test.each([
    { label: "a Brazilian mobile", value: "556191112222", want: "phone:556191112222" },
    { label: "the same with the ninth digit", value: "5561991112222", want: "phone:556191112222" },
    { label: "a plus and signs", value: "+55 (61) 99111-2222", want: "phone:556191112222" },
    {
      label: "a number whose second digit is of a landline",
      value: "5561931112222",
      want: "phone:5561931112222",
    },
    { label: "a Brazilian landline", value: "556133112222", want: "phone:556133112222" },
    { label: "another country", value: "351991112222", want: "phone:351991112222" },
    {
      label: "another country with thirteen digits",
      value: "5461991112222",
      want: "phone:5461991112222",
    },
  ])("$label", ({ value, want }) => {
    expect(phone(value)).toBe(want);
  });

  test("other kinds of name are kept as they are, apart from phones", () => {
    expect(matchKey({ kind: "sender", value: "5561991112222" })).toBe("sender:5561991112222");
    expect(matchKey({ kind: "bsuid", value: "BR.+1" })).toBe("bsuid:BR.+1");
  });

  const area = fc.integer({ min: 11, max: 99 });
  const subscriber = fc.integer({ min: 60_000_000, max: 99_999_999 });

  test("both spellings of every Brazilian mobile share a key, and no two mobiles do", () => {
    fc.assert(
      fc.property(area, subscriber, area, subscriber, (area1, number1, area2, number2) => {
        expect(phone(`55${area1}9${number1}`)).toBe(phone(`+55 ${area1} ${number1}`));
        const isSame = area1 === area2 && number1 === number2;
        expect(phone(`55${area1}9${number1}`) === phone(`55${area2}${number2}`)).toBe(isSame);
      }),
    );
  });
});

describe("the id of a conversation", () => {
  test("follows from the three and never changes", () => {
    expect(conversationId("whatsapp", "1", "ana")).toBe("7461b2ad-4bfb-8cf5-9eee-910397915d11");
  });

  test("is a UUID of the version for ids of one's own making", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (channel, account, contact) => {
        expect(conversationId(channel, account, contact)).toMatch(
          /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
        );
      }),
    );
  });

  test("differs where any of the three does, also when they only share their letters", () => {
    const ids = [
      conversationId("a", "b", "c"),
      conversationId("ab", "", "c"),
      conversationId("a", "bc", ""),
      conversationId("b", "a", "c"),
      conversationId("a", "b", "d"),
    ];
    expect(new Set(ids).size).toBe(5);
  });
});
