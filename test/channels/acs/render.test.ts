import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { createRender, degrade } from "../../../src/channels/acs/render.ts";
import type { Rendering } from "../../../src/channels/channel.ts";
import type { Identity, Reply } from "../../../src/messages.ts";
import { problemsOf } from "../../standins/acs-rules.ts";
import { ACS_SAMPLE, CHANNEL_ID, sentForms, settingsWith } from "./sample.ts";

const TO = ["+5561912345678"];

function render(reply: Reply, changes: Readonly<Record<string, unknown>> = {}): Rendering {
  return createRender(settingsWith(changes))(reply, ACS_SAMPLE.to);
}

const payloadsOf = (reply: Reply, changes = {}) =>
  render(reply, changes).messages.map(({ payload }) => payload);

const notesOf = ({ messages, notes }: Rendering): string[] =>
  [...messages.flatMap((message) => message.notes), ...notes].map(({ code }) => code);

function expectValid(reply: Reply): void {
  const problems = payloadsOf(reply)
    .flatMap(sentForms)
    .flatMap((body) => problemsOf(body));
  expect(problems).toStrictEqual([]);
}

describe("to whom", () => {
  const to = (identities: readonly Identity[]) =>
    createRender(settingsWith())({ text: "Oi" }, { account: CHANNEL_ID, identities });

  test.each<{ label: string; identities: readonly Identity[]; want: string }>([
    {
      label: "a phone gets a plus",
      identities: [{ kind: "phone", value: "5561912345678" }],
      want: "+5561912345678",
    },
    {
      label: "a phone keeps its plus",
      identities: [{ kind: "phone", value: "+5561912345678" }],
      want: "+5561912345678",
    },
    {
      label: "a user id goes out whole",
      identities: [{ kind: "bsuid", value: "BR.4812a" }],
      want: "BR.4812a",
    },
    {
      label: "a phone goes before a user id",
      identities: [
        { kind: "bsuid", value: "BR.4812a" },
        { kind: "phone", value: "55619" },
      ],
      want: "+55619",
    },
    {
      label: "a parent id is better than none",
      identities: [{ kind: "parent_bsuid", value: "BR.ENT.4812a" }],
      want: "BR.ENT.4812a",
    },
  ])("$label", ({ identities, want }) => {
    expect(to(identities).messages[0]?.payload).toHaveProperty("to", [want]);
  });

  test("nobody: a note says so", () => {
    expect(to([{ kind: "sender", value: "x" }])).toMatchObject({
      messages: [],
      notes: [{ code: "no_address" }],
    });
  });
});

describe("messages that both sides have", () => {
  test.each<{ label: string; reply: Reply; want: object }>([
    {
      label: "a text",
      reply: { text: "Olá **você** https://example.org" },
      want: { kind: "text", content: "Olá *você* https://example.org" },
    },
    {
      label: "an image with its caption",
      reply: { custom: { type: "image", url: "https://cdn.example.org/a.jpg", caption: "Foto" } },
      want: { kind: "image", mediaUri: "https://cdn.example.org/a.jpg", caption: "Foto" },
    },
    {
      label: "a document with its name",
      reply: {
        custom: { type: "document", url: "https://cdn.example.org/a.pdf", filename: "boleto.pdf" },
      },
      want: { kind: "document", mediaUri: "https://cdn.example.org/a.pdf", fileName: "boleto.pdf" },
    },
    {
      label: "a video",
      reply: { custom: { type: "video", url: "https://cdn.example.org/a.mp4" } },
      want: { kind: "video", mediaUri: "https://cdn.example.org/a.mp4" },
    },
    {
      label: "audio",
      reply: { custom: { type: "audio", url: "https://cdn.example.org/a.ogg" } },
      want: { kind: "audio", mediaUri: "https://cdn.example.org/a.ogg" },
    },
    {
      label: "a sticker",
      reply: { custom: { type: "sticker", url: "https://cdn.example.org/a.webp" } },
      want: { kind: "sticker", mediaUri: "https://cdn.example.org/a.webp" },
    },
    {
      label: "a reaction",
      reply: { custom: { type: "reaction", emoji: "✅", message_id: "c2a7" } },
      want: { kind: "reaction", emoji: "✅", messageId: "c2a7" },
    },
  ])("$label", ({ reply, want }) => {
    expect(payloadsOf(reply)).toStrictEqual([{ to: TO, ...want }]);
    expectValid(reply);
  });
});

describe("choices", () => {
  const three = [
    { title: "Sim", payload: "/sim" },
    { title: "Não", payload: "/nao" },
  ];

  test("reply buttons, and beside them the text for a service that lacks them", () => {
    const rendering = render({ text: "Confirma?", buttons: three });
    expect(rendering.messages).toStrictEqual([
      {
        payload: {
          to: TO,
          kind: "interactive",
          interactiveMessage: {
            body: { kind: "text", text: "Confirma?" },
            action: {
              kind: "whatsAppButtonAction",
              content: {
                kind: "buttonSet",
                buttons: [
                  { id: "/sim", title: "Sim" },
                  { id: "/nao", title: "Não" },
                ],
              },
            },
          },
          plain: {
            kind: "text",
            content: "Confirma?\n1. Sim\n2. Não\n\nResponda com o número da opção.",
          },
        },
        text: "Confirma?\n1. Sim\n2. Não",
        notes: [],
        needsWindow: true,
        menu: [
          { title: "Sim", payload: "/sim" },
          { title: "Não", payload: "/nao" },
        ],
      },
    ]);
  });

  test("four buttons become a list whose rows and group have what Azure requires", () => {
    const buttons = ["A", "B", "C", "D"].map((title) => ({ title }));
    const rendering = render({ text: "Escolha", buttons });
    expect(rendering.messages[0]?.payload).toMatchObject({
      interactiveMessage: {
        action: {
          kind: "whatsAppListAction",
          content: {
            kind: "group",
            title: "Ver opções",
            groups: [
              {
                title: "Opções",
                items: [
                  { id: "A", title: "A", description: "A" },
                  { id: "B", title: "B", description: "B" },
                  { id: "C", title: "C", description: "C" },
                  { id: "D", title: "D", description: "D" },
                ],
              },
            ],
          },
        },
      },
    });
    expect(notesOf(rendering)).toStrictEqual([
      "buttons_to_list",
      "section_title_added",
      "description_added",
    ]);
  });

  test("a list with titles and descriptions loses and gains nothing", () => {
    const rows = [{ title: "IPTU", description: "Segunda via", payload: "/iptu" }];
    const custom = {
      type: "list",
      header: "Serviços",
      body: "Escolha um serviço",
      footer: "Prefeitura",
      button: "Abrir",
      sections: [{ title: "Tributos", rows }],
    };
    const rendering = render({ custom });
    expect(notesOf(rendering)).toStrictEqual([]);
    expect(rendering.messages[0]?.payload).toMatchObject({
      interactiveMessage: {
        header: { kind: "text", text: "Serviços" },
        footer: { kind: "text", text: "Prefeitura" },
        action: {
          content: {
            title: "Abrir",
            groups: [
              {
                title: "Tributos",
                items: [{ id: "/iptu", title: "IPTU", description: "Segunda via" }],
              },
            ],
          },
        },
      },
    });
    expectValid({ custom });
  });

  test("a link is a button, and a line of text where there are none", () => {
    const reply = {
      text: "Acesse",
      buttons: [{ title: "Portal", url: "https://portal.example.org" }],
    };
    expect(payloadsOf(reply)).toStrictEqual([
      {
        to: TO,
        kind: "interactive",
        interactiveMessage: {
          body: { kind: "text", text: "Acesse" },
          action: {
            kind: "whatsAppUrlAction",
            content: { kind: "url", title: "Portal", url: "https://portal.example.org" },
          },
        },
        plain: { kind: "text", content: "Acesse\nPortal: https://portal.example.org" },
      },
    ]);
  });

  test("a header of media goes by its address, which the plain text shows too", () => {
    const custom = {
      type: "buttons",
      body: "Veja",
      header: { type: "document", url: "https://cdn.example.org/a.pdf", filename: "a.pdf" },
      buttons: [{ title: "Ok" }],
    };
    const rendering = render({ custom });
    expect(rendering.messages[0]?.payload).toMatchObject({
      interactiveMessage: {
        header: { kind: "document", mediaUri: "https://cdn.example.org/a.pdf" },
      },
      plain: { content: expect.stringMatching(/^https:\/\/cdn\.example\.org\/a\.pdf\n\nVeja/) },
    });
    expect(notesOf(rendering)).toStrictEqual(["file_name_skipped"]);
    expectValid({ custom });
  });

  test("a header that only WhatsApp could find is left out", () => {
    const custom = {
      type: "buttons",
      body: "Veja",
      header: { type: "image", id: "123" },
      buttons: [{ title: "Ok" }],
    };
    expect(notesOf(render({ custom }))).toStrictEqual(["media_skipped"]);
    expectValid({ custom });
  });

  test("numbered menus are text from the start", () => {
    const rendering = render({ text: "Confirma?", buttons: three }, { menus: "numbered" });
    expect(rendering.messages[0]?.payload).toStrictEqual({
      to: TO,
      kind: "text",
      content: "Confirma?\n\n1. Sim\n2. Não\n\nResponda com o número da opção.",
    });
  });

  test("the words are English where the language is", () => {
    const buttons = ["A", "B", "C", "D"].map((title) => ({ title }));
    const rendering = render({ text: "Choose", buttons }, { language: "en" });
    expect(JSON.stringify(rendering.messages)).toContain("Answer with the number of your choice.");
    expect(JSON.stringify(rendering.messages)).toContain('"title":"Options"');
  });
});

describe("a refused form is sent as plain text", () => {
  test("once", () => {
    const [payload] = payloadsOf({ text: "Confirma?", buttons: [{ title: "Sim" }] });
    const plainer = degrade(payload);
    expect(plainer).toStrictEqual({
      payload: {
        to: TO,
        kind: "text",
        content: "Confirma?\n1. Sim\n\nResponda com o número da opção.",
      },
      note: { code: "choices_to_text", detail: "The provider refused the interactive form." },
    });
    expect(degrade(plainer?.payload)).toBeUndefined();
  });

  test.each([null, 7, "x", [], {}, { to: TO, kind: "text", content: "x" }, { plain: 7 }])(
    "%j has no plainer form",
    (payload) => {
      expect(degrade(payload)).toBeUndefined();
    },
  );

  test("the longest of all messages fits the text", () => {
    const url = `https://example.org/${"x".repeat(1900)}`;
    const custom = {
      type: "cta_url",
      header: { type: "image", url },
      body: "b".repeat(1024),
      footer: "f".repeat(60),
      label: "l".repeat(20),
      url,
    };
    expectValid({ custom });
    const [payload] = payloadsOf({ custom });
    expect(JSON.stringify(degrade(payload))).toContain("…");
  });
});

describe("what Azure lacks", () => {
  test("a place becomes text with a map", () => {
    const custom = { type: "location", latitude: -15.79, longitude: -47.88, name: "Praça" };
    const rendering = render({ custom });
    const content = "Praça\n-15.79, -47.88\nhttps://maps.google.com/?q=-15.79,-47.88";
    expect(rendering.messages).toMatchObject([
      { payload: { to: TO, kind: "text", content }, text: content },
    ]);
    expect(notesOf(rendering)).toStrictEqual(["kind_to_text"]);
  });

  test.each([
    {
      label: "contacts",
      custom: { type: "contacts", contacts: [{ name: "Ana", phones: ["+556130001234"] }] },
      has: "Ana",
    },
    {
      label: "a request for the place",
      custom: { type: "location_request", body: "Onde fica?" },
      has: "Onde fica?",
    },
    {
      label: "a request for the number",
      custom: { type: "request_contact_info", body: "Seu telefone?" },
      has: "Seu telefone?",
    },
    {
      label: "a form",
      custom: { type: "flow", flow_id: "1", header: "Cadastro", body: "Preencha", cta: "Abrir" },
      has: "Cadastro\n\nPreencha",
    },
  ])("$label become text", ({ custom, has }) => {
    const rendering = render({ custom });
    expect(rendering.messages).toMatchObject([{ payload: { kind: "text" } }]);
    expect(rendering.messages[0]?.text).toContain(has);
    expect(notesOf(rendering)).toContain("kind_to_text");
    expectValid({ custom });
  });

  test("a form's button, which nobody could tap, is not in the text", () => {
    const custom = { type: "flow", flow_id: "1", body: "Preencha", cta: "Abrir" };
    expect(render({ custom }).messages[0]?.text).toBe("Preencha");
  });

  test("a voice message is sent as audio", () => {
    const custom = { type: "audio", url: "https://cdn.example.org/a.ogg", voice: true };
    expect(notesOf(render({ custom }))).toStrictEqual(["voice_to_audio"]);
    expectValid({ custom });
  });

  test("a file that only WhatsApp could find is left out, its caption is not", () => {
    const rendering = render({ custom: { type: "image", id: "123", caption: "Foto" } });
    expect(rendering.messages).toMatchObject([{ payload: { kind: "text", content: "Foto" } }]);
    expect(notesOf(rendering)).toStrictEqual(["media_skipped"]);
    expect(render({ custom: { type: "sticker", id: "123" } }).messages).toStrictEqual([]);
  });

  test("a reaction cannot be taken back", () => {
    const rendering = render({ custom: { type: "reaction", emoji: "", message_id: "c2a7" } });
    expect(rendering.messages).toStrictEqual([]);
    expect(notesOf(rendering)).toStrictEqual(["kind_skipped"]);
  });

  test("payloads of the provider's own are not taken", () => {
    const custom = { type: "raw", channel: "acs", payload: { type: "text", text: { body: "x" } } };
    expect(notesOf(render({ custom }))).toStrictEqual(["custom_skipped"]);
  });
});

describe("templates", () => {
  const template = (more: object = {}) => ({
    custom: { type: "template", name: "aviso_iptu", language: "pt_BR", ...more },
  });

  test("one without parameters is its name and language", () => {
    expect(payloadsOf(template())).toStrictEqual([
      { to: TO, kind: "template", template: { name: "aviso_iptu", language: "pt_BR" } },
    ]);
    expect(render(template()).messages[0]?.needsWindow).toBe(false);
    expectValid(template());
  });

  test("every kind of parameter finds its binding", () => {
    const components = [
      {
        type: "button",
        sub_type: "quick_reply",
        index: 1,
        parameters: [{ type: "payload", payload: "ack:1" }],
      },
      { type: "button", sub_type: "url", index: 0, parameters: [{ type: "text", text: "8841" }] },
      {
        type: "header",
        parameters: [
          {
            type: "document",
            document: { link: "https://cdn.example.org/a.pdf", filename: "a.pdf" },
          },
        ],
      },
      { type: "body", parameters: ["Marina", { type: "text", text: "10/12/2026" }] },
    ];
    const [payload] = payloadsOf(template({ components }));
    expect(payload).toStrictEqual({
      to: TO,
      kind: "template",
      template: {
        name: "aviso_iptu",
        language: "pt_BR",
        values: [
          {
            name: "header1",
            kind: "document",
            url: "https://cdn.example.org/a.pdf",
            fileName: "a.pdf",
          },
          { name: "body1", kind: "text", text: "Marina" },
          { name: "body2", kind: "text", text: "10/12/2026" },
          { name: "button1", kind: "quickAction", text: "8841" },
          { name: "button2", kind: "quickAction", payload: "ack:1" },
        ],
        bindings: {
          kind: "whatsApp",
          header: [{ refValue: "header1" }],
          body: [{ refValue: "body1" }, { refValue: "body2" }],
          buttons: [
            { subType: "url", refValue: "button1" },
            { subType: "quickReply", refValue: "button2" },
          ],
        },
      },
    });
    expectValid(template({ components }));
  });

  test("a place in the header is numbers", () => {
    const location = { latitude: "-15.79", longitude: -47.88, name: "Praça", address: "Centro" };
    const components = [{ type: "header", parameters: [{ type: "location", location }] }];
    expect(payloadsOf(template({ components }))).toMatchObject([
      {
        template: {
          values: [
            {
              name: "header1",
              kind: "location",
              latitude: -15.79,
              longitude: -47.88,
              locationName: "Praça",
              address: "Centro",
            },
          ],
        },
      },
    ]);
    expectValid(template({ components }));
  });

  test("money and dates are their words", () => {
    const currency = { fallback_value: "R$ 10,00", code: "BRL", amount_1000: 10_000 };
    const date = { type: "date_time", date_time: { fallback_value: "10/12/2026" } };
    const components = [{ type: "body", parameters: [{ type: "currency", currency }, date] }];
    const rendering = render(template({ components }));
    expect(rendering.messages).toMatchObject([
      { payload: { template: { values: [{ text: "R$ 10,00" }, { text: "10/12/2026" }] } } },
    ]);
    expect(notesOf(rendering)).toStrictEqual(["kind_to_text", "kind_to_text"]);
  });

  test("names of parameters are lost, their order is not", () => {
    const rendering = render(template({ params: { nome: "Marina", dia: "10" } }));
    expect(rendering.messages).toMatchObject([
      { payload: { template: { values: [{ text: "Marina" }, { text: "10" }] } } },
    ]);
    expect(notesOf(rendering)).toStrictEqual(["parameter_name_skipped"]);
  });

  test.each([
    {
      label: "a code to copy",
      component: {
        type: "button",
        sub_type: "copy_code",
        index: 0,
        parameters: [{ type: "coupon_code", coupon_code: "X" }],
      },
    },
    {
      label: "a form",
      component: {
        type: "button",
        sub_type: "flow",
        index: 0,
        parameters: [{ type: "action", action: { flow_token: "x" } }],
      },
    },
    {
      label: "a file that only WhatsApp could find",
      component: { type: "header", parameters: [{ type: "image", image: { id: "1" } }] },
    },
    {
      label: "a payload in the body",
      component: { type: "body", parameters: [{ type: "payload", payload: "x" }] },
    },
  ])("one with $label is not sent", ({ component }) => {
    const rendering = render(template({ components: [component] }));
    expect(rendering.messages).toStrictEqual([]);
    expect(notesOf(rendering)).toStrictEqual(["template_skipped"]);
  });
});

test("whatever a bot answers becomes valid messages or notes", () => {
  const button = fc.record({
    title: fc.string({ maxLength: 90, unit: "grapheme" }),
    payload: fc.string({ maxLength: 300 }),
  });
  const odd = fc.record({
    text: fc.oneof(fc.string({ maxLength: 5000, unit: "binary" }), fc.jsonValue()),
    buttons: fc.oneof(fc.array(button, { maxLength: 14 }), fc.jsonValue()),
    custom: fc.jsonValue(),
    image: fc.oneof(fc.webUrl(), fc.jsonValue()),
  });
  fc.assert(
    fc.property(odd, (reply) => {
      // A backend's words are unknown until now; whatever came in a reply is rendered.
      const parsed: Reply = JSON.parse(JSON.stringify(reply));
      const { messages } = render(parsed);
      const problems = messages
        .flatMap(({ payload }) => sentForms(payload))
        .flatMap((body) => problemsOf(body));
      expect(problems).toStrictEqual([]);
    }),
    { seed: 7 },
  );
});
