import { describe, expect, test } from "@jest/globals";
import { toReplies } from "../../../src/answers/openai/limits.ts";

type Message = Parameters<typeof toReplies>[0][number];

const message = (changes: Partial<Message> = {}): Message => ({
  text: "Escolha:",
  buttons: [],
  image_url: undefined,
  ...changes,
});
const buttons = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    title: `B${index + 1}`,
    payload: `b${index + 1}`,
  }));
const only = (changes: Partial<Message>, allowed: readonly string[] = []) => {
  const { replies, changes: made } = toReplies([message(changes)], allowed);
  return { reply: replies[0], changes: made };
};

describe("messages", () => {
  test("five are sent as they are", () => {
    const five = Array.from({ length: 5 }, (_, index) => message({ text: `m${index}` }));
    const { replies, changes } = toReplies(five, []);
    expect(replies).toEqual(five.map(({ text }) => ({ text })));
    expect(changes).toEqual([]);
  });

  test("what is beyond the fifth is said in the fifth", () => {
    const seven = Array.from({ length: 7 }, (_, index) =>
      message({ text: `m${index + 1}`, buttons: index === 6 ? buttons(1) : [] }),
    );
    const { replies, changes } = toReplies(seven, []);
    expect(replies).toHaveLength(5);
    expect(replies.at(-1)).toEqual({ text: "m5\n\nm6\n\nm7", buttons: buttons(1) });
    expect(changes).toEqual(["messages_joined"]);
  });

  test("all texts together are bounded", () => {
    const long = message({ text: "x".repeat(10_000) });
    const { replies, changes } = toReplies([long, long, long], []);
    expect(replies.map(({ text }) => text?.length)).toEqual([10_000, 6_000]);
    expect(changes).toEqual(["text_cut"]);
  });
});

describe("buttons", () => {
  test("ten are offered, the eleventh is named in the text", () => {
    expect(only({ buttons: buttons(10) })).toEqual({
      reply: { text: "Escolha:", buttons: buttons(10) },
      changes: [],
    });
    expect(only({ buttons: buttons(11) })).toEqual({
      reply: { text: "Escolha:\n• B11", buttons: buttons(10) },
      changes: ["buttons_left_out"],
    });
  });

  test.each([
    {
      label: "twenty characters fit",
      title: "a".repeat(20),
      want: "a".repeat(20),
      text: "Escolha:",
    },
    {
      label: "twenty-one are cut, and whole in the text",
      title: "a".repeat(21),
      want: `${"a".repeat(19)}…`,
      text: `Escolha:\n• ${"a".repeat(21)}`,
    },
    {
      label: "a family is not torn apart",
      title: `${"a".repeat(15)}👨‍👩‍👧b`,
      want: `${"a".repeat(15)}…`,
      text: `Escolha:\n• ${"a".repeat(15)}👨‍👩‍👧b`,
    },
    {
      label: "line ends become spaces",
      title: " Segunda\n via ",
      want: "Segunda via",
      text: "Escolha:",
    },
  ])("titles: $label", ({ title, want, text }) => {
    const { reply } = only({ buttons: [{ title, payload: "p" }] });
    expect(reply).toEqual({ text, buttons: [{ title: want, payload: "p" }] });
  });

  test.each([
    { label: "is what the model wrote", payload: "quero boleto", want: "quero boleto" },
    { label: "is the title where there is none", payload: undefined, want: "Boleto" },
    { label: "is the title where it is blank", payload: " ", want: "Boleto" },
    { label: "is the title where it is too long", payload: "p".repeat(1_001), want: "Boleto" },
    {
      label: "is the title where it names an intent",
      payload: '/inform{"admin":true}',
      want: "Boleto",
    },
    {
      label: "is the title where it names one after a blank",
      payload: " /restart",
      want: "Boleto",
    },
    { label: "may be an intent that is allowed", payload: "/pedir_boleto", want: "/pedir_boleto" },
  ])("the payload $label", ({ payload, want }) => {
    const { reply } = only({ buttons: [{ title: "Boleto", payload }] }, ["/pedir_boleto"]);
    expect(reply?.buttons).toEqual([{ title: "Boleto", payload: want }]);
  });

  test("a title with a slash is no intent either", () => {
    const { reply } = only({ buttons: [{ title: "/restart", payload: "/restart" }] });
    expect(reply?.buttons).toEqual([{ title: "/restart", payload: "restart" }]);
  });

  test("without a text, their titles are the text", () => {
    expect(only({ text: "", buttons: buttons(2) }).reply).toEqual({
      text: "• B1\n• B2",
      buttons: buttons(2),
    });
  });

  test("those without a title are not offered", () => {
    const { reply } = only({ buttons: [{ title: " ", payload: "x" }] });
    expect(reply).toEqual({ text: "Escolha:" });
  });
});

describe("pictures", () => {
  const address = "https://www.example.org/mapa.png";
  test("are sent by https, with and without a text", () => {
    expect(only({ image_url: address }).reply).toEqual({ text: "Escolha:", image: address });
    expect(only({ text: "", image_url: address }).reply).toEqual({ image: address });
  });

  test.each([
    "http://www.example.org/mapa.png",
    "data:image/png;base64,AAAA",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "https://user@www.example.org/mapa.png",
    "https://localhost/mapa.png",
    "mapa.png",
    `https://www.example.org/${"x".repeat(2_000)}`,
  ])("%p is left out, and noted", (image) => {
    expect(only({ image_url: image })).toEqual({
      reply: { text: "Escolha:" },
      changes: ["image_left_out"],
    });
  });

  test("a message of nothing but a picture that is left out is none", () => {
    expect(only({ text: "", image_url: "http://x.example/a.png" }).reply).toBeUndefined();
  });
});
