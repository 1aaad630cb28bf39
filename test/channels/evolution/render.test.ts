import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { createDegrade } from "../../../src/channels/evolution/outbound/degrade.ts";
import { createRender } from "../../../src/channels/evolution/render.ts";
import type { Address, Reply } from "../../../src/messages.ts";
import { problemsOf } from "../../standins/evolution-rules.ts";
import { INSTANCE, settingsWith } from "./sample.ts";

const NUMBER = "5521987650011";
const PHONE = { kind: "phone", value: NUMBER } as const;
const LID = { kind: "lid", value: "87341120956611" } as const;
const TO: Address = { account: INSTANCE, identities: [PHONE] };

type Changes = Readonly<Record<string, unknown>>;

const render = (reply: Reply, changes: Changes = {}, to = TO) =>
  createRender(settingsWith(changes))(reply, to);

const payloadsOf = (reply: Reply, changes: Changes = {}) =>
  render(reply, changes).messages.map(({ payload }) => payload);

const notesOf = (reply: Reply, changes: Changes = {}) => {
  const { messages, notes } = render(reply, changes);
  return [...messages.flatMap((message) => message.notes), ...notes].map(({ code }) => code);
};

const BUSINESS = { integration: "business" };
const NOTHING = { integration: "evolution" };
const NATIVE = { interactive: "native" };
const V1 = { api_version: "v1" };

const buttons = [
  { title: "Sim", payload: "/sim" },
  { title: "Não", payload: "/nao" },
];
const rows = ["um", "dois", "três", "quatro"].map((title) => ({ title, payload: `/${title}` }));

describe("to whom a payload goes", () => {
  test.each([
    { label: "a phone", identities: [PHONE], number: NUMBER },
    { label: "a phone before a hidden id", identities: [LID, PHONE], number: NUMBER },
    {
      label: "a phone without its plus",
      identities: [{ kind: "phone", value: `+${NUMBER}` }] as const,
      number: NUMBER,
    },
    { label: "a hidden id, whole", identities: [LID], number: "87341120956611@lid" },
  ])("$label", ({ identities, number }) => {
    const { messages } = render({ text: "Olá" }, {}, { account: INSTANCE, identities });
    expect(messages[0]?.payload).toStrictEqual({
      route: "sendText",
      body: { number, text: "Olá", linkPreview: false },
    });
  });

  test.each([
    { label: "nobody", identities: [] },
    { label: "a web client", identities: [{ kind: "sender", value: "s" }] as const },
  ])("a reply to $label is noted, not sent", ({ identities }) => {
    const rendering = createRender(settingsWith())(
      { text: "Olá" },
      { account: INSTANCE, identities },
    );
    expect(rendering.messages).toStrictEqual([]);
    expect(rendering.notes).toMatchObject([{ code: "no_address" }]);
  });
});

const IMAGE = { custom: { type: "image", url: "https://cdn.example/a.png", caption: "Oi" } };
const DOCUMENT = {
  custom: { type: "document", url: "https://cdn.example/b", filename: "boleto.pdf" },
};
const VOICE = { custom: { type: "audio", url: "https://cdn.example/a.ogg", voice: true } };
const AUDIO = { custom: { type: "audio", url: "https://cdn.example/a.mp3" } };
const STICKER = { custom: { type: "sticker", url: "https://cdn.example/s.webp" } };
const PLACE = {
  custom: { type: "location", latitude: -22.9, longitude: -43.2, name: "Loja", address: "Rua A" },
};
const SPOT = { custom: { type: "location", latitude: -22.9, longitude: -43.2 } };
const CARD = {
  custom: {
    type: "contacts",
    contacts: [
      {
        name: "Suporte",
        phones: ["+55 11 93000-1122", "190"],
        emails: ["s@ex.example"],
        org: "Loja",
      },
    ],
  },
};
const REACTION = { custom: { type: "reaction", emoji: "✅", message_id: "3A1" } };
const POLL = {
  custom: { type: "poll", name: "Quando?", options: [{ title: "Manhã", payload: "/m" }, "Tarde"] },
};
const TEMPLATE = {
  custom: { type: "template", name: "pedido_pronto", language: "pt_BR", params: ["Ana"] },
};

describe("each kind in version 2", () => {
  test.each([
    {
      label: "a text with a link",
      reply: { text: "https://a.example" },
      changes: {},
      want: {
        route: "sendText",
        body: { number: NUMBER, text: "https://a.example", linkPreview: true },
      },
    },
    {
      label: "no preview where that is off",
      reply: { text: "https://a.example" },
      changes: { preview_urls: false },
      want: {
        route: "sendText",
        body: { number: NUMBER, text: "https://a.example", linkPreview: false },
      },
    },
    {
      label: "an image",
      reply: IMAGE,
      changes: {},
      want: {
        route: "sendMedia",
        body: {
          number: NUMBER,
          mediatype: "image",
          media: "https://cdn.example/a.png",
          caption: "Oi",
        },
      },
    },
    {
      label: "a document",
      reply: DOCUMENT,
      changes: {},
      want: {
        route: "sendMedia",
        body: {
          number: NUMBER,
          mediatype: "document",
          media: "https://cdn.example/b",
          fileName: "boleto.pdf",
        },
      },
    },
    {
      label: "a voice message",
      reply: VOICE,
      changes: {},
      want: {
        route: "sendWhatsAppAudio",
        body: { number: NUMBER, audio: "https://cdn.example/a.ogg", encoding: true },
      },
    },
    {
      label: "an audio file",
      reply: AUDIO,
      changes: {},
      want: {
        route: "sendMedia",
        body: { number: NUMBER, mediatype: "audio", media: "https://cdn.example/a.mp3" },
      },
    },
    {
      label: "a sticker",
      reply: STICKER,
      changes: {},
      want: {
        route: "sendSticker",
        body: { number: NUMBER, sticker: "https://cdn.example/s.webp" },
      },
    },
    {
      label: "a place",
      reply: PLACE,
      changes: {},
      want: {
        route: "sendLocation",
        body: { number: NUMBER, latitude: -22.9, longitude: -43.2, name: "Loja", address: "Rua A" },
      },
    },
    {
      label: "a place without a name",
      reply: SPOT,
      changes: {},
      want: {
        route: "sendLocation",
        body: {
          number: NUMBER,
          latitude: -22.9,
          longitude: -43.2,
          name: "-22.9, -43.2",
          address: "-22.9, -43.2",
        },
      },
    },
    {
      label: "a contact",
      reply: CARD,
      changes: {},
      want: {
        route: "sendContact",
        body: {
          number: NUMBER,
          contact: [
            {
              fullName: "Suporte",
              phoneNumber: "+55 11 93000-1122",
              wuid: "5511930001122",
              organization: "Loja",
              email: "s@ex.example",
            },
          ],
        },
      },
    },
    {
      label: "a reaction",
      reply: REACTION,
      changes: {},
      want: {
        route: "sendReaction",
        body: {
          key: { id: "3A1", remoteJid: `${NUMBER}@s.whatsapp.net`, fromMe: false },
          reaction: "✅",
        },
      },
    },
    {
      label: "a poll",
      reply: POLL,
      changes: {},
      want: {
        route: "sendPoll",
        body: { number: NUMBER, name: "Quando?", selectableCount: 1, values: ["Manhã", "Tarde"] },
      },
    },
    {
      label: "a template",
      reply: TEMPLATE,
      changes: BUSINESS,
      want: {
        route: "sendTemplate",
        body: {
          number: NUMBER,
          name: "pedido_pronto",
          language: "pt_BR",
          components: [{ type: "body", parameters: [{ type: "text", text: "Ana" }] }],
        },
      },
    },
    {
      label: "buttons on a phone that is told to show them",
      reply: { text: "Certo?", buttons },
      changes: NATIVE,
      want: {
        route: "sendButtons",
        body: {
          number: NUMBER,
          title: "Opções",
          description: "Certo?",
          buttons: [
            { type: "reply", displayText: "Sim", id: "/sim" },
            { type: "reply", displayText: "Não", id: "/nao" },
          ],
        },
      },
    },
    {
      label: "buttons on Meta's API, where the title is all",
      reply: { text: "Certo?", buttons },
      changes: BUSINESS,
      want: {
        route: "sendButtons",
        body: {
          number: NUMBER,
          title: "Certo?",
          buttons: [
            { type: "reply", displayText: "Sim", id: "/sim" },
            { type: "reply", displayText: "Não", id: "/nao" },
          ],
        },
      },
    },
    {
      label: "a list on Meta's API",
      reply: { custom: { type: "list", body: "Qual?", sections: [{ rows }] } },
      changes: BUSINESS,
      want: {
        route: "sendList",
        body: {
          number: NUMBER,
          title: "Opções",
          description: "Qual?",
          footerText: " ",
          buttonText: "Ver opções",
          sections: [
            {
              title: "Opções",
              rows: rows.map(({ title, payload }) => ({ title, description: " ", rowId: payload })),
            },
          ],
        },
      },
    },
    {
      label: "a link button on a phone that is told to show it",
      reply: { text: "Veja", buttons: [{ title: "Site", url: "https://a.example" }] },
      changes: NATIVE,
      want: {
        route: "sendButtons",
        body: {
          number: NUMBER,
          title: "Opções",
          description: "Veja",
          buttons: [{ type: "url", displayText: "Site", url: "https://a.example" }],
        },
      },
    },
  ])("$label", ({ reply, changes, want }) => {
    expect(payloadsOf(reply, changes)).toStrictEqual([want]);
    expect(notesOf(reply, changes)).toStrictEqual([]);
    const integration = changes === BUSINESS ? "business" : "baileys";
    expect(problemsOf({ version: "v2", integration }, want)).toStrictEqual([]);
  });
});

describe("each kind in version 1", () => {
  test.each([
    {
      reply: { text: "Olá" },
      changes: V1,
      body: { number: NUMBER, options: { linkPreview: false }, textMessage: { text: "Olá" } },
    },
    {
      reply: IMAGE,
      changes: V1,
      body: {
        number: NUMBER,
        mediaMessage: { mediatype: "image", media: "https://cdn.example/a.png", caption: "Oi" },
      },
    },
    {
      reply: VOICE,
      changes: V1,
      body: {
        number: NUMBER,
        options: { encoding: true },
        audioMessage: { audio: "https://cdn.example/a.ogg" },
      },
    },
    {
      reply: STICKER,
      changes: V1,
      body: { number: NUMBER, stickerMessage: { image: "https://cdn.example/s.webp" } },
    },
    {
      reply: PLACE,
      changes: V1,
      body: {
        number: NUMBER,
        locationMessage: { latitude: -22.9, longitude: -43.2, name: "Loja", address: "Rua A" },
      },
    },
    {
      reply: CARD,
      changes: V1,
      body: { number: NUMBER, contactMessage: [expect.objectContaining({ fullName: "Suporte" })] },
    },
    {
      reply: REACTION,
      changes: V1,
      body: { reactionMessage: { key: expect.objectContaining({ id: "3A1" }), reaction: "✅" } },
    },
    {
      reply: POLL,
      changes: V1,
      body: {
        number: NUMBER,
        pollMessage: { name: "Quando?", selectableCount: 1, values: ["Manhã", "Tarde"] },
      },
    },
    {
      reply: TEMPLATE,
      changes: { ...V1, ...BUSINESS },
      body: {
        number: NUMBER,
        templateMessage: expect.objectContaining({ name: "pedido_pronto", language: "pt_BR" }),
      },
    },
    {
      reply: { text: "Certo?", buttons },
      changes: { ...V1, ...BUSINESS, ...NATIVE },
      body: {
        number: NUMBER,
        buttonMessage: {
          title: "Certo?",
          buttons: [
            { buttonText: "Sim", buttonId: "/sim" },
            { buttonText: "Não", buttonId: "/nao" },
          ],
        },
      },
    },
    {
      reply: { text: "Qual?", buttons: rows },
      changes: { ...V1, ...BUSINESS, ...NATIVE },
      body: { number: NUMBER, listMessage: expect.objectContaining({ description: "Qual?" }) },
    },
  ])("$body", ({ reply, changes, body }) => {
    const [payload, ...others] = payloadsOf(reply, changes);
    expect(payload).toHaveProperty("body", body);
    expect(others).toStrictEqual([]);
    const integration = "integration" in changes ? "business" : "baileys";
    expect(problemsOf({ version: "v1", integration }, payload)).toStrictEqual([]);
  });
});

describe("menus", () => {
  test("are numbered lines on a paired phone", () => {
    const { messages } = render({ text: "Certo?", buttons });
    expect(messages).toMatchObject([
      {
        payload: {
          route: "sendText",
          body: { text: "Certo?\n\n1. Sim\n2. Não\n\nResponda com o número da opção." },
        },
        menu: buttons,
      },
    ]);
    expect(messages[0]?.notes).toMatchObject([{ code: "choices_to_text" }]);
  });

  test.each([
    { label: "a paired phone", changes: {}, want: "sendText" },
    { label: "a paired phone that is told to", changes: NATIVE, want: "sendButtons" },
    { label: "Meta's API", changes: BUSINESS, want: "sendButtons" },
    {
      label: "Meta's API that is told not to",
      changes: { ...BUSINESS, interactive: "text" },
      want: "sendText",
    },
    { label: "version 1", changes: { ...BUSINESS, ...V1 }, want: "sendText" },
    { label: "an instance that runs on nothing", changes: NOTHING, want: "sendButtons" },
    {
      label: "the one instance that differs",
      changes: { integrations: { [INSTANCE]: "business" } },
      want: "sendButtons",
    },
    {
      label: "an instance beside one that differs",
      changes: { integrations: { outra: "business" } },
      want: "sendText",
    },
  ])("on $label are $want", ({ changes, want }) => {
    expect(payloadsOf({ text: "Certo?", buttons }, changes)).toMatchObject([{ route: want }]);
  });

  test("keep their options in the message, whatever its form", () => {
    for (const changes of [{}, NATIVE, BUSINESS, NOTHING]) {
      expect(render({ text: "?", buttons: rows }, changes).messages.at(-1)?.menu).toEqual(rows);
    }
  });

  test("become numbered where there are no lists", () => {
    expect(payloadsOf({ text: "Qual?", buttons: rows }, NOTHING)).toMatchObject([
      {
        route: "sendText",
        body: {
          text: "Qual?\n\n1. um\n2. dois\n3. três\n4. quatro\n\nResponda com o número da opção.",
        },
      },
    ]);
    expect(notesOf({ text: "Qual?", buttons: rows }, NOTHING)).toContain("choices_to_text");
  });

  test("on Meta's API whose header and footer do not fit send these ahead", () => {
    const custom = {
      type: "buttons",
      header: "Cabeçalho",
      footer: "Rodapé",
      body: "x".repeat(1020),
      buttons,
    };
    const messages = render({ custom }, BUSINESS).messages;
    expect(messages).toMatchObject([
      { payload: { route: "sendText", body: { text: "Cabeçalho\n\nRodapé" } } },
      { payload: { route: "sendButtons", body: { title: "x".repeat(1020) } }, menu: buttons },
    ]);
    expect(messages[0]).not.toHaveProperty("menu");
    expect(notesOf({ custom }, BUSINESS)).toContain("text_split");
  });

  test("with a file above send it ahead", () => {
    const header = { type: "image", url: "https://cdn.example/a.png" };
    const custom = { type: "buttons", header, body: "Certo?", buttons };
    expect(payloadsOf({ custom }, NATIVE)).toMatchObject([
      { route: "sendMedia", body: { mediatype: "image" } },
      { route: "sendButtons" },
    ]);
    expect(notesOf({ custom }, NATIVE)).toContain("header_to_message");
  });

  test("a header in words is the title, and a footer stays one", () => {
    const custom = { type: "buttons", header: "Pedido", footer: "Loja", body: "Certo?", buttons };
    expect(payloadsOf({ custom }, NATIVE)).toMatchObject([
      { body: { title: "Pedido", description: "Certo?", footer: "Loja" } },
    ]);
    expect(payloadsOf({ custom }, BUSINESS)).toMatchObject([
      { body: { title: "Pedido\n\nCerto?\n\nLoja" } },
    ]);
  });

  test("of thirty choices pass the server's rules in every form", () => {
    for (const version of ["v1", "v2"] as const)
      for (const integration of ["baileys", "business", "evolution"] as const)
        for (const interactive of ["auto", "text", "native"]) {
          // Version 1 refuses buttons on a phone, and they are sent as text then.
          if (version === "v1" && interactive === "native" && integration !== "business") continue;
          for (let count = 1; count <= 30; count += 1) {
            const many = Array.from({ length: count }, (_, index) => ({
              title: `Opção ${index}${"!".repeat(index)}`,
              payload: `/p${index}${"x".repeat(index * 20)}`,
            }));
            const payloads = payloadsOf(
              { text: "?", buttons: many },
              { api_version: version, integration, interactive },
            );
            expect(payloads.flatMap((one) => problemsOf({ version, integration }, one))).toEqual(
              [],
            );
          }
        }
  });
});

describe("what an instance has no form for", () => {
  test.each([
    {
      label: "a template on a phone",
      reply: TEMPLATE,
      changes: {},
      code: "kind_skipped",
      texts: [],
    },
    {
      label: "a sticker on Meta's API",
      reply: STICKER,
      changes: BUSINESS,
      code: "kind_skipped",
      texts: [],
    },
    {
      label: "a sticker on nothing",
      reply: STICKER,
      changes: NOTHING,
      code: "kind_skipped",
      texts: [],
    },
    {
      label: "an audio on nothing",
      reply: AUDIO,
      changes: NOTHING,
      code: "kind_to_text",
      texts: ["https://cdn.example/a.mp3"],
    },
    {
      label: "a place on nothing",
      reply: PLACE,
      changes: NOTHING,
      code: "kind_to_text",
      texts: ["Loja\nRua A\n-22.9, -43.2"],
    },
    {
      label: "a contact on nothing",
      reply: CARD,
      changes: NOTHING,
      code: "kind_to_text",
      texts: ["Suporte, Loja, +55 11 93000-1122, 190, s@ex.example"],
    },
    {
      label: "a reaction on nothing",
      reply: REACTION,
      changes: NOTHING,
      code: "kind_to_text",
      texts: ["✅"],
    },
    {
      label: "a reaction taken back on nothing",
      reply: { custom: { type: "reaction", emoji: "", message_id: "3A1" } },
      changes: NOTHING,
      code: "kind_skipped",
      texts: [],
    },
    {
      label: "a contact without a usable number",
      reply: { custom: { type: "contacts", contacts: [{ name: "Polícia", phones: ["190"] }] } },
      changes: {},
      code: "kind_to_text",
      texts: ["Polícia, 190"],
    },
    {
      label: "a request for a place",
      reply: { custom: { type: "location_request", body: "Onde você está?" } },
      changes: {},
      code: "kind_to_text",
      texts: ["Onde você está?"],
    },
    {
      label: "a form",
      reply: { custom: { type: "flow", flow_id: "1", body: "Preencha", cta: "Abrir" } },
      changes: BUSINESS,
      code: "kind_to_text",
      texts: ["Preencha"],
    },
    {
      label: "a link button on Meta's API",
      reply: { text: "Veja", buttons: [{ title: "Site", url: "https://a.example" }] },
      changes: BUSINESS,
      code: "url_button_to_text",
      texts: ["Veja\n\nSite: https://a.example"],
    },
    {
      label: "a link button on a phone",
      reply: { text: "Veja", buttons: [{ title: "Site", url: "https://a.example" }] },
      changes: {},
      code: "url_button_to_text",
      texts: ["Veja\n\nSite: https://a.example"],
    },
    {
      label: "a file of a host without a dot",
      reply: { custom: { type: "image", url: "http://bridge:3000/a.png", caption: "Oi" } },
      changes: {},
      code: "media_skipped",
      texts: ["Oi"],
    },
    {
      label: "a sound of a host without a dot",
      reply: { custom: { type: "audio", url: "http://bridge:3000/a.mp3" } },
      changes: {},
      code: "kind_skipped",
      texts: [],
    },
    {
      label: "an upload, which there are none of",
      reply: { custom: { type: "image", id: "123", caption: "Oi" } },
      changes: {},
      code: "media_skipped",
      texts: ["Oi"],
    },
    {
      label: "a payload of another provider",
      reply: { custom: { type: "raw", payload: { type: "text" } } },
      changes: {},
      code: "custom_skipped",
      texts: [],
    },
  ])("$label: $code", ({ reply, changes, code, texts }) => {
    const { messages } = render(reply, changes);
    expect(messages.map(({ payload }) => payload)).toMatchObject(
      texts.map((text) => ({ route: "sendText", body: { text } })),
    );
    expect(messages).toHaveLength(texts.length);
    expect(notesOf(reply, changes)).toContain(code);
  });

  test.each([
    "http://10.0.0.7:3000/a.png",
    "http://[2001:db8::1]/a.png",
    "https://cdn.example/a.png",
  ])("a file at %s is sent", (url) => {
    expect(payloadsOf({ custom: { type: "image", url } })).toMatchObject([{ route: "sendMedia" }]);
  });
});

test("a number of few digits, however written, is none; one given twice is sent once", () => {
  const few = { type: "contacts", contacts: [{ name: "Ana", phones: ["+ (11) 400-12"] }] };
  expect(payloadsOf({ custom: few })).toMatchObject([{ route: "sendText" }]);
  const phone = "+55 11 93000-1122";
  const twice = { type: "contacts", contacts: [{ name: "Ana", phones: [phone, phone] }] };
  expect(payloadsOf({ custom: twice })).toMatchObject([{ body: { contact: { length: 1 } } }]);
});

test("what was already noted of a message stays where nothing is left of it", () => {
  const custom = { ...TEMPLATE.custom, params: [""] };
  expect(notesOf({ custom })).toEqual(["parameter_filled", "kind_skipped"]);
});

describe("polls", () => {
  test("offer their options as a menu, by the titles that are shown", () => {
    const { messages } = render(POLL);
    expect(messages[0]).toMatchObject({
      text: "Quando?\n1. Manhã\n2. Tarde",
      menu: [
        { title: "Manhã", payload: "/m" },
        { title: "Tarde", payload: "Tarde" },
      ],
    });
  });

  test("stand where the bot put them", () => {
    const custom = [{ type: "location", latitude: 1, longitude: 2 }, POLL.custom, STICKER.custom];
    const reply = { text: "Antes", custom, image: "https://cdn.example/a.png" };
    expect(payloadsOf(reply)).toMatchObject(
      ["sendText", "sendLocation", "sendPoll", "sendSticker", "sendMedia"].map((route) => ({
        route,
      })),
    );
  });

  test.each([
    { label: "on Meta's API", poll: POLL.custom, changes: BUSINESS, route: "sendButtons" },
    {
      label: "with one option",
      poll: { ...POLL.custom, options: ["Sim"] },
      changes: {},
      route: "sendText",
    },
    {
      label: "with eleven options",
      poll: { ...POLL.custom, options: Array.from({ length: 11 }, (_, index) => `o${index}`) },
      changes: {},
      route: "sendText",
    },
  ])("$label are menus", ({ poll, changes, route }) => {
    expect(payloadsOf({ custom: poll }, changes)).toMatchObject([{ route }]);
    expect(notesOf({ custom: poll }, changes)).toContain("kind_to_text");
  });

  test.each([
    { label: "no name", poll: { type: "poll", options: ["a", "b"] } },
    { label: "no options", poll: { type: "poll", name: "?", options: [] } },
    { label: "too many to be chosen", poll: { ...POLL.custom, selectable: 11 } },
  ])("with $label are noted and left out", ({ poll }) => {
    expect(payloadsOf({ custom: poll })).toEqual([]);
    expect(notesOf({ custom: poll })).toEqual(["custom_invalid"]);
  });

  test("keep within the lengths and numbers of a poll", () => {
    const long = {
      type: "poll",
      name: "n".repeat(300),
      options: ["o".repeat(101), "o".repeat(102), "p".repeat(100)],
      selectable: 3,
    };
    const [payload] = payloadsOf({ custom: long });
    expect(problemsOf({ version: "v2", integration: "baileys" }, payload)).toEqual([]);
    expect(payload).toHaveProperty("body.selectableCount", 3);
    expect(notesOf({ custom: long })).toEqual([
      "title_cut",
      "title_cut",
      "title_cut",
      "duplicate_title",
    ]);
  });

  test("let no more be chosen than there is", () => {
    expect(payloadsOf({ custom: { ...POLL.custom, selectable: 9 } })).toMatchObject([
      { body: { selectableCount: 2 } },
    ]);
    expect(payloadsOf({ custom: { ...POLL.custom, selectable: 0 } })).toMatchObject([
      { body: { selectableCount: 0 } },
    ]);
  });
});

test("only Meta's API has a window", () => {
  expect(render({ text: "Olá" }).messages[0]?.needsWindow).toBe(false);
  expect(render({ text: "Olá" }, BUSINESS).messages[0]?.needsWindow).toBe(true);
  expect(render(TEMPLATE, BUSINESS).messages[0]?.needsWindow).toBe(false);
});

describe("the plainer form of what a server refused", () => {
  const degrade = (reply: Reply, changes: Changes) =>
    createDegrade(settingsWith(changes))(payloadsOf(reply, changes)[0]);

  test.each([
    {
      label: "buttons on a phone",
      reply: { text: "Certo?", buttons },
      changes: NATIVE,
      want: "Certo?\n\n1. Sim\n2. Não\n\nResponda com o número da opção.",
    },
    {
      label: "buttons on Meta's API",
      reply: { text: "Certo?", buttons },
      changes: BUSINESS,
      want: "Certo?\n\n1. Sim\n2. Não\n\nResponda com o número da opção.",
    },
    {
      label: "buttons with header and footer",
      reply: {
        custom: { type: "buttons", header: "Pedido", footer: "Loja", body: "Certo?", buttons },
      },
      changes: NATIVE,
      want: "Pedido\n\nCerto?\n\n1. Sim\n2. Não\n\nLoja\n\nResponda com o número da opção.",
    },
    {
      label: "a list with descriptions",
      reply: {
        text: "Qual?",
        buttons: [
          { title: "A", payload: "/a", description: "primeiro" },
          { title: "B", payload: "/b" },
        ],
      },
      changes: NATIVE,
      want: "Qual?\n\n1. A - primeiro\n2. B\n\nResponda com o número da opção.",
    },
    {
      label: "a link",
      reply: { text: "Veja", buttons: [{ title: "Site", url: "https://a.example" }] },
      changes: NATIVE,
      want: "Veja\n\nSite: https://a.example",
    },
  ])("$label", ({ reply, changes, want }) => {
    expect(degrade(reply, changes)).toMatchObject({
      payload: { route: "sendText", body: { number: NUMBER, text: want } },
      note: { code: "choices_to_text" },
    });
  });

  test.each([
    {
      label: "buttons",
      reply: { text: "Certo?", buttons },
      want: "Certo?\n\n1. Sim\n2. Não\n\nAnswer with the number of your choice.",
    },
    {
      label: "a list",
      reply: { text: "Qual?", buttons: rows },
      want: "Qual?\n\n1. um\n2. dois\n3. três\n4. quatro\n\nAnswer with the number of your choice.",
    },
  ])("$label of version 1 stay in its form", ({ reply, want }) => {
    const changes = { ...V1, ...NATIVE, language: "en" };
    const plain = degrade(reply, changes);
    expect(plain?.payload).toStrictEqual({
      route: "sendText",
      body: { number: NUMBER, options: { linkPreview: false }, textMessage: { text: want } },
    });
    expect(problemsOf({ version: "v1", integration: "baileys" }, plain?.payload)).toEqual([]);
  });

  test.each([
    { label: "a text", payload: payloadsOf({ text: "Olá" })[0] },
    { label: "nothing", payload: undefined },
    { label: "a payload of another channel", payload: { type: "text" } },
  ])("$label has none", ({ payload }) => {
    expect(createDegrade(settingsWith())(payload)).toBeUndefined();
  });
});

test("whatever a bot answers becomes calls that the server takes, or notes", () => {
  const parts = fc.record(
    {
      text: fc.oneof(fc.string({ unit: "binary" }), fc.jsonValue()),
      buttons: fc.jsonValue(),
      image: fc.oneof(fc.webUrl(), fc.jsonValue()),
      attachment: fc.jsonValue(),
      custom: fc.oneof(
        fc.jsonValue(),
        fc.record({
          type: fc.constant("poll"),
          name: fc.string(),
          options: fc.array(fc.jsonValue()),
          selectable: fc.jsonValue(),
        }),
        fc.record({
          type: fc.constantFrom("contacts", "location", "list", "template"),
          contacts: fc.jsonValue(),
          sections: fc.jsonValue(),
        }),
      ),
    },
    { requiredKeys: [] },
  );
  const rules = fc.record({
    version: fc.constantFrom("v1" as const, "v2" as const),
    integration: fc.constantFrom("baileys" as const, "business" as const, "evolution" as const),
  });
  fc.assert(
    fc.property(parts, rules, (reply, { version, integration }) => {
      const given: Reply = Object.fromEntries(Object.entries(reply));
      const { messages, notes } = render(given, { api_version: version, integration });
      expect(
        messages.flatMap(({ payload }) => problemsOf({ version, integration }, payload)),
      ).toEqual([]);
      expect(messages.length + notes.length).toBeGreaterThan(0);
    }),
    { seed: 7, numRuns: 500 },
  );
});
