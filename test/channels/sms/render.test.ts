import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { Rendering } from "../../../src/channels/channel.ts";
import { createRender } from "../../../src/channels/sms/render.ts";
import type { Reply } from "../../../src/messages.ts";
import { problemsOf } from "./sample.ts";
import { PERSON, SENDER, settingsWith } from "./sms-settings.ts";

const TO = { account: SENDER, identities: [{ kind: "phone", value: PERSON }] } as const;

function render(reply: Reply, changes: Readonly<Record<string, unknown>> = {}): Rendering {
  const rendering = createRender(settingsWith(changes))(reply, TO);
  const problems = rendering.messages.flatMap(({ payload }) => problemsOf(payload));
  expect(problems).toStrictEqual([]);
  return rendering;
}

const textsOf = ({ messages }: Rendering) => messages.map(({ text }) => text);
const codesOf = ({ messages, notes }: Rendering) =>
  [...messages.flatMap((message) => message.notes), ...notes].map(({ code }) => code);

test("a text is one payload for the person's number, and needs no window", () => {
  expect(render({ text: "Olá, tudo bem?" })).toStrictEqual({
    messages: [
      {
        payload: { to: "+5511987650033", message: "Olá, tudo bem?" },
        text: "Olá, tudo bem?",
        notes: [],
        needsWindow: false,
      },
    ],
    notes: [],
    kept: [],
  });
});

test("a number that has its plus already gets no second one", () => {
  const to = { account: SENDER, identities: [{ kind: "phone", value: `+${PERSON}` }] } as const;
  const { messages } = createRender(settingsWith())({ text: "oi" }, to);
  expect(messages[0]?.payload).toStrictEqual({ to: `+${PERSON}`, message: "oi" });
});

test("a person without a number cannot be written to", () => {
  const to = { account: SENDER, identities: [{ kind: "bsuid", value: "BR.1" }] } as const;
  expect(createRender(settingsWith())({ text: "oi" }, to)).toStrictEqual({
    messages: [],
    notes: [
      {
        code: "no_address",
        detail: "the person has no phone number, so nothing can be sent",
      },
    ],
    kept: [],
  });
});

describe("choices", () => {
  const buttons = [
    { title: "IPTU", payload: "/iptu" },
    { title: "ISS", payload: "/iss" },
  ];

  test("become numbered lines that can be typed", () => {
    const rendering = render({ text: "Sobre o quê?", buttons });
    expect(textsOf(rendering)).toStrictEqual([
      "Sobre o quê?\n\n1. IPTU\n2. ISS\n\nResponda com o número da opção.",
    ]);
    expect(rendering.messages[0]?.menu).toStrictEqual(buttons);
    expect(codesOf(rendering)).toStrictEqual(["choices_to_text"]);
  });

  test("speak the language of the channel", () => {
    const [text] = textsOf(render({ text: "About?", buttons }, { language: "en" }));
    expect(text).toContain("Answer with the number of your choice.");
  });

  test("are offered by the last message of a split one alone", () => {
    const rendering = render({ text: "x ".repeat(1100), buttons });
    expect(rendering.messages.map(({ menu }) => menu)).toStrictEqual([undefined, buttons]);
    expect(codesOf(rendering)).toStrictEqual([
      "choices_to_text",
      "text_split",
      "sms_segments",
      "sms_segments",
    ]);
  });
});

describe("what is more than text", () => {
  test.each([
    {
      label: "an image becomes its address",
      reply: { image: "https://cdn.example/a.jpg" },
      want: ["https://cdn.example/a.jpg"],
      codes: ["kind_to_text"],
    },
    {
      label: "a caption goes before the address",
      reply: { custom: { type: "video", url: "https://cdn.example/a.mp4", caption: "*Veja*" } },
      want: ["Veja\nhttps://cdn.example/a.mp4"],
      codes: ["kind_to_text", "marks_removed"],
    },
    ...(["audio", "document", "sticker"] as const).map((type) => ({
      label: `the kind ${type} becomes its address`,
      reply: { custom: { type, url: "https://cdn.example/a" } },
      want: ["https://cdn.example/a"],
      codes: ["kind_to_text"],
    })),
    {
      label: "a file of another provider leaves its caption",
      reply: { custom: { type: "image", id: "123", caption: "A planta" } },
      want: ["A planta"],
      codes: ["media_skipped"],
    },
    {
      label: "a file of another provider without caption leaves a note",
      reply: { custom: { type: "image", id: "123" } },
      want: [],
      codes: ["media_skipped"],
    },
    {
      label: "a place becomes its name and a map",
      reply: {
        custom: {
          type: "location",
          latitude: -15.79,
          longitude: "-47.88",
          name: "Prefeitura",
          address: "Praça 1",
        },
      },
      want: ["Prefeitura\nPraça 1\nhttps://maps.google.com/?q=-15.79,-47.88"],
      codes: ["kind_to_text"],
    },
    {
      label: "contacts become lines",
      reply: {
        custom: {
          type: "contacts",
          contacts: [
            { name: "Ana", phones: ["+5561999990000"], org: "Prefeitura", emails: ["a@b.example"] },
            { name: "Rui" },
          ],
        },
      },
      want: ["Ana, Prefeitura, +5561999990000, a@b.example\nRui"],
      codes: ["kind_to_text"],
    },
    {
      label: "a link button becomes a line",
      reply: {
        text: "O portal",
        buttons: [{ title: "Abrir", url: "https://portal.example" }],
      },
      want: ["O portal\nAbrir: https://portal.example"],
      codes: ["kind_to_text"],
    },
    {
      label: "a header with a medium becomes its address",
      reply: {
        custom: {
          type: "cta_url",
          header: { type: "image", url: "https://cdn.example/h.jpg" },
          body: "Corpo",
          label: "Abrir",
          url: "https://portal.example",
          footer: "Rodapé",
        },
      },
      want: ["https://cdn.example/h.jpg\nCorpo\nAbrir: https://portal.example\nRodapé"],
      codes: ["kind_to_text"],
    },
    {
      label: "a button that only an app has is left out",
      reply: { custom: { type: "location_request", body: "Onde você está?" } },
      want: ["Onde você está?"],
      codes: ["kind_skipped"],
    },
    {
      label: "a template is left out",
      reply: { custom: { type: "template", name: "aviso", language: "pt_BR" } },
      want: [],
      codes: ["kind_skipped"],
    },
    {
      label: "a reaction is left out",
      reply: { custom: { type: "reaction", emoji: "👍", message_id: "m1" } },
      want: [],
      codes: ["kind_skipped"],
    },
    {
      label: "a raw payload is left out",
      reply: { custom: { type: "raw", payload: { type: "text", text: { body: "x" } } } },
      want: [],
      codes: ["custom_skipped"],
    },
  ])("$label", ({ reply, want, codes }) => {
    const rendering = render(reply);
    expect(textsOf(rendering)).toStrictEqual(want);
    expect(codesOf(rendering)).toStrictEqual(codes);
  });
});

describe("Markdown", () => {
  const text = "**Atenção**: veja o [portal](https://portal.example/a_b).";

  test("is read, and no mark of it is shown", () => {
    const rendering = render({ text });
    expect(textsOf(rendering)).toStrictEqual([
      "Atenção: veja o portal (https://portal.example/a_b).",
    ]);
    expect(codesOf(rendering)).toStrictEqual(["markdown_converted", "marks_removed"]);
  });

  test("may be switched off", () => {
    const [shown] = textsOf(render({ text }, { markdown: "off" }));
    expect(shown).toContain("[portal](https://portal.example/a_b)");
  });
});

describe("long texts", () => {
  test.each([
    { label: "160 GSM letters are one segment", text: "a".repeat(160), want: [] },
    { label: "161 are two", text: "a".repeat(161), want: ["2 segments in GSM-7."] },
    {
      label: "71 with a tilde are two",
      text: `ã${"a".repeat(70)}`,
      want: ["2 segments in UCS-2."],
    },
  ])("$label", ({ text, want }) => {
    const { messages } = render({ text });
    expect(messages.flatMap(({ notes }) => notes.map(({ detail }) => detail))).toStrictEqual(want);
  });

  test("are split where the settings say how many segments a message may have", () => {
    const rendering = render({ text: "a ".repeat(200) }, { max_segments: 1 });
    expect(rendering.messages.every(({ text }) => text.length <= 160)).toBe(true);
    expect(codesOf(rendering)).toStrictEqual(["text_split"]);
  });
});

test.each([
  { label: "nothing", reply: {} },
  { label: "a blank text", reply: { text: "  " } },
  { label: "marks around nothing", reply: { text: "`` ``" } },
])("$label is no message and never silent", ({ reply }) => {
  const rendering = render(reply);
  expect(rendering.messages.length + rendering.notes.length).toBeGreaterThan(0);
});

test("whatever a bot answers becomes messages the provider takes, or notes", () => {
  const words = fc.oneof(
    fc.string({ unit: "binary", maxLength: 200 }),
    fc.constantFrom("*a*", "\u0000", "\ud800", "```", "https://a.example/x", "x".repeat(5000)),
  );
  const custom = fc.oneof(
    fc.object({ key: words, maxDepth: 3 }),
    fc.record({
      type: fc.constantFrom(
        "image",
        "location",
        "contacts",
        "list",
        "cta_url",
        "flow",
        "template",
        "raw",
      ),
      url: words,
      body: words,
      contacts: fc.array(fc.object({ maxDepth: 2 })),
      latitude: fc.double(),
      longitude: fc.double(),
      name: words,
    }),
  );
  const replies = fc.record(
    {
      text: words,
      image: words,
      buttons: fc.array(fc.record({ title: words, payload: words }), { maxLength: 30 }),
      custom,
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(
      replies,
      fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
      (reply, max) => {
        const { messages, notes } = render(reply, { max_segments: max });
        expect(messages.length + notes.length).toBeGreaterThan(0);
        for (const { text } of messages) {
          expect(text.isWellFormed()).toBe(true);
          expect(text).not.toContain("\u0000");
        }
      },
    ),
    { numRuns: 80 },
  );
});
