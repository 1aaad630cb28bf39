import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { Rendering } from "../../../src/channels/channel.ts";
import { createRender } from "../../../src/channels/serpro/render.ts";
import type { Identity, Reply } from "../../../src/messages.ts";
import { ACCOUNT, RAW_SETTINGS, settingsWith } from "./sample.ts";
import { validatePayload } from "./validate-payload.ts";

const PHONE = { kind: "phone", value: "556190001111" } as const;
const TO = { account: ACCOUNT, identities: [PHONE] };
const PDF = "https://files.example.org/edital-42.pdf";
const PNG = "https://files.example.org/capa.png";

/** Renders a reply and lets the strict validator read every payload. */
function render(reply: Reply, changes: Readonly<Record<string, unknown>> = {}): Rendering {
  const rendering = createRender(settingsWith({ language: "pt-BR", ...changes }))(reply, TO);
  expect(rendering.messages.flatMap(({ payload }) => validatePayload(payload))).toEqual([]);
  return rendering;
}

const payloadsOf = ({ messages }: Rendering) => messages.map(({ payload }) => payload);
const codesOf = ({ messages, notes }: Rendering) =>
  [...messages.flatMap((message) => message.notes), ...notes].map(({ code }) => code);
const custom = (fields: Readonly<Record<string, unknown>>) => render({ custom: fields });

const texto = (body: string) => ({
  form: "texto",
  body: { body, preview_url: false, destinatario: PHONE.value },
});

describe("to whom a message goes", () => {
  test.each([
    { label: "twelve digits stay twelve", value: "556181112222", want: "556181112222" },
    { label: "a plus is taken off", value: "+5561991112222", want: "5561991112222" },
  ])("$label", ({ value, want }) => {
    const to = { account: ACCOUNT, identities: [{ kind: "phone", value }] as const };
    const { messages } = createRender(settingsWith())({ text: "Olá" }, to);
    expect(messages[0]?.payload).toHaveProperty("body.destinatario", want);
  });

  const nobodies: { label: string; identities: Identity[] }[] = [
    { label: "nobody", identities: [] },
    { label: "a user id alone", identities: [{ kind: "bsuid", value: "BR.66100" }] },
  ];
  test.each(nobodies)("a reply to $label is noted, not sent", ({ identities }) => {
    const rendering = createRender(settingsWith())(
      { text: "Olá" },
      { account: ACCOUNT, identities },
    );
    expect(rendering).toMatchObject({ messages: [], notes: [{ code: "no_address" }] });
  });
});

describe("what the provider has a form for", () => {
  test("a text", () => {
    expect(payloadsOf(render({ text: "Olá" }))).toStrictEqual([texto("Olá")]);
  });

  test("previews are asked for where the setting says so", () => {
    const text = "Veja https://ponte.example";
    expect(payloadsOf(render({ text }))).toStrictEqual([texto(text)]);
    const [payload] = payloadsOf(render({ text }, { preview_urls: true }));
    expect(payload).toHaveProperty("body.preview_url", true);
  });

  test("reply buttons", () => {
    const buttons = [
      { title: "Concordar", payload: '/vote{"v":1}' },
      { title: "Discordar", payload: '/vote{"v":-1}' },
    ];
    const rendering = render({ text: "Você concorda?", buttons });
    expect(payloadsOf(rendering)).toStrictEqual([
      {
        form: "interativa-botoes",
        body: {
          destinatario: PHONE.value,
          textoBody: "Você concorda?",
          buttons: [
            { id: '/vote{"v":1}', titulo: "Concordar" },
            { id: '/vote{"v":-1}', titulo: "Discordar" },
          ],
        },
      },
    ]);
    expect(rendering.messages[0]).toMatchObject({
      text: "Você concorda?\n1. Concordar\n2. Discordar",
      notes: [],
      menu: buttons,
    });
  });

  test("four buttons as a list, whose only section gets a name", () => {
    const buttons = ["Saúde", "Educação", "Transporte", "Outro"].map((title) => ({ title }));
    const rendering = render({ text: "Sobre qual assunto?", buttons });
    expect(payloadsOf(rendering)).toStrictEqual([
      {
        form: "interativa-lista",
        body: {
          destinatario: PHONE.value,
          textoBody: "Sobre qual assunto?",
          button: "Ver opções",
          secoes: [
            {
              titulo: "Opções",
              rows: buttons.map(({ title }) => ({ id: title, titulo: title, descricao: "" })),
            },
          ],
        },
      },
    ]);
    expect(codesOf(rendering)).toStrictEqual(["buttons_to_list", "section_title_added"]);
  });

  test("sections and descriptions of a list", () => {
    const sections = [
      { title: "A", rows: [{ title: "um", payload: "1", description: "primeiro" }] },
      { title: "B", rows: [{ title: "dois", payload: "2" }] },
    ];
    const [payload] = payloadsOf(custom({ type: "list", body: "?", button: "Abrir", sections }));
    expect(payload).toMatchObject({
      body: {
        button: "Abrir",
        secoes: [
          { titulo: "A", rows: [{ id: "1", titulo: "um", descricao: "primeiro" }] },
          { titulo: "B", rows: [{ id: "2", titulo: "dois", descricao: "" }] },
        ],
      },
    });
  });

  test("a request for the person's place", () => {
    expect(payloadsOf(custom({ type: "location_request", body: "Onde?" }))).toStrictEqual([
      {
        form: "interativa-localizacao",
        body: { textoBody: "Onde?", destinatario: PHONE.value },
      },
    ]);
  });

  test.each([
    {
      label: "an image with its caption",
      reply: { type: "image", url: PNG, caption: "Capa" },
      want: { tipoMedia: "image", linkMedia: PNG, caption: "Capa" },
    },
    {
      label: "a document with its name",
      reply: { type: "document", url: PDF },
      want: { tipoMedia: "document", linkMedia: PDF, filename: "edital-42.pdf" },
    },
    {
      label: "a video by id",
      reply: { type: "video", id: "1029384756" },
      want: { tipoMedia: "video", idMedia: "1029384756" },
    },
    {
      label: "an audio",
      reply: { type: "audio", url: "https://files.example.org/a.mp3" },
      want: { tipoMedia: "audio", linkMedia: "https://files.example.org/a.mp3" },
    },
  ])("$label", ({ reply, want }) => {
    const rendering = custom(reply);
    expect(payloadsOf(rendering)).toStrictEqual([
      { form: "media", body: { ...want, destinatario: PHONE.value } },
    ]);
    expect(codesOf(rendering)).toStrictEqual([]);
  });

  test.each(["document", "video"])("the caption of a %s follows as text", (type) => {
    const rendering = custom({ type, url: PDF, caption: "Leia **isto**" });
    expect(payloadsOf(rendering)).toMatchObject([{ form: "media" }, texto("Leia *isto*")]);
    expect(payloadsOf(rendering)[0]).not.toHaveProperty("body.caption");
    expect(rendering.messages[0]?.text).not.toContain("Leia");
    expect(codesOf(rendering)).toContain("caption_to_text");
  });

  test("a voice message is sent as audio, with a note", () => {
    const rendering = custom({ type: "audio", id: "1", voice: true });
    expect(codesOf(rendering)).toStrictEqual(["voice_to_audio"]);
  });
});

describe("headers and footers", () => {
  const buttons = [{ title: "Sim" }];

  test("words stand in the body", () => {
    const rendering = custom({
      type: "buttons",
      header: "Enquete",
      body: "Você vai?",
      footer: "Prefeitura",
      buttons,
    });
    const [payload] = payloadsOf(rendering);
    expect(payload).toHaveProperty("body.textoBody", "Enquete\n\nVocê vai?\n\nPrefeitura");
    expect(codesOf(rendering)).toStrictEqual(["frame_to_body"]);
    expect(rendering.messages[0]?.text).toBe("Enquete\nVocê vai?\n1. Sim\nPrefeitura");
  });

  test("a body that becomes too long for them goes on from a text ahead", () => {
    const body = "palavra ".repeat(127).trim();
    const rendering = custom({
      type: "buttons",
      header: "Enquete",
      body,
      footer: "Prefeitura",
      buttons,
    });
    const [ahead, asked] = rendering.messages;
    expect(ahead?.text.startsWith("Enquete")).toBe(true);
    expect(asked?.text.endsWith("Prefeitura\n1. Sim")).toBe(true);
    expect(asked?.text).not.toContain("Enquete");
    expect(codesOf(rendering)).toStrictEqual(["frame_to_body", "text_split"]);
  });

  test("a medium goes ahead", () => {
    const header = { type: "document", url: PDF };
    const rendering = custom({ type: "buttons", header, body: "Leu?", buttons });
    expect(payloadsOf(rendering)).toMatchObject([
      { form: "media", body: { tipoMedia: "document", linkMedia: PDF } },
      { form: "interativa-botoes", body: { textoBody: "Leu?" } },
    ]);
    expect(rendering.messages[0]).toMatchObject({
      text: "[document] edital-42.pdf",
      notes: [{ code: "header_to_message" }],
      needsWindow: true,
    });
  });
});

describe("what the provider has no form for", () => {
  test.each([
    {
      label: "a link button is a line",
      reply: { type: "cta_url", body: "Saiba mais", label: "Abrir", url: PDF, footer: "Fim" },
      want: `Saiba mais\n\nAbrir: ${PDF}\n\nFim`,
    },
    {
      label: "a form is its text",
      reply: { type: "flow", body: "Inscreva-se", cta: "Abrir", flow_id: "1", header: "Curso" },
      want: "Curso\n\nInscreva-se",
    },
    {
      label: "a request for a phone number is its text",
      reply: { type: "request_contact_info", body: "Seu telefone?" },
      want: "Seu telefone?",
    },
    {
      label: "a place is its name, address and degrees",
      reply: {
        type: "location",
        latitude: -15.79,
        longitude: -47.88,
        name: "Praça",
        address: "Centro",
      },
      want: "Praça\nCentro\n-15.79, -47.88",
    },
    {
      label: "contacts are lines",
      reply: { type: "contacts", contacts: [{ name: "Bia", phones: ["+55 61 90000-2222"] }] },
      want: "Bia, +55 61 90000-2222",
    },
    {
      label: "a sticker is its address",
      reply: { type: "sticker", url: "https://files.example.org/s.webp" },
      want: "https://files.example.org/s.webp",
    },
  ])("$label", ({ reply, want }) => {
    const rendering = custom(reply);
    expect(payloadsOf(rendering)).toStrictEqual([texto(want)]);
    expect(codesOf(rendering)).toStrictEqual(["kind_to_text"]);
  });

  test("the medium of a link button goes ahead", () => {
    const header = { type: "image", url: PNG };
    const rendering = custom({ type: "cta_url", header, body: "b", label: "l", url: PDF });
    expect(payloadsOf(rendering)).toMatchObject([{ form: "media" }, { form: "texto" }]);
    expect(codesOf(rendering)).toStrictEqual(["header_to_message", "kind_to_text"]);
  });

  test.each([
    { label: "a reaction", reply: { type: "reaction", emoji: "👍", message_id: "wamid.X" } },
    { label: "a sticker by id", reply: { type: "sticker", id: "1029" } },
  ])("$label is left out, with a note", ({ reply }) => {
    expect(custom(reply)).toMatchObject({ messages: [], notes: [{ code: "kind_skipped" }] });
  });
});

describe("a template", () => {
  const head = { type: "template", name: "convite_enquete", language: "pt_BR" };
  const parcel = {
    nomeTemplate: "convite_enquete",
    wabaId: RAW_SETTINGS.waba_id,
    destinatarios: [PHONE.value],
  };
  const header = (parameter: object) => [{ type: "header", parameters: [parameter] }];

  test.each([
    { label: "without parameters", fields: {}, want: {} },
    {
      label: "with texts",
      fields: { params: ["Maria", 42] },
      want: {
        body: {
          parametros: [
            { tipo: "text", valor: "Maria" },
            { tipo: "text", valor: "42" },
          ],
        },
      },
    },
    {
      label: "with an amount and a date, as their words",
      fields: {
        params: [
          {
            type: "currency",
            currency: { fallback_value: "R$ 5", code: "BRL", amount_1000: 5000 },
          },
          { type: "date_time", date_time: { fallback_value: "12/12" } },
        ],
      },
      want: {
        body: {
          parametros: [
            { tipo: "text", valor: "R$ 5" },
            { tipo: "text", valor: "12/12" },
          ],
        },
      },
    },
    {
      label: "with an image",
      fields: { components: header({ type: "image", image: { link: PNG } }) },
      want: { header: { linkMedia: PNG } },
    },
    {
      label: "with an uploaded document",
      fields: {
        params: ["x"],
        components: header({ type: "document", document: { id: "77", filename: "a.pdf" } }),
      },
      want: {
        header: { idMedia: "77", filename: "a.pdf" },
        body: { parametros: [{ tipo: "text", valor: "x" }] },
      },
    },
    {
      label: "with a text in its header",
      fields: { components: header({ type: "text", text: "Maria" }) },
      want: { header: { parametros: [{ tipo: "text", valor: "Maria" }] } },
    },
  ])("$label is a package for one person", ({ fields, want }) => {
    const rendering = custom({ ...head, ...fields });
    expect(payloadsOf(rendering)).toStrictEqual([
      { form: "template", body: { ...parcel, ...want } },
    ]);
    expect(codesOf(rendering)).toStrictEqual(["language_skipped"]);
    expect(rendering.messages[0]?.needsWindow).toBe(false);
  });

  const button = { type: "button", index: 0 };
  test.each([
    {
      label: "a dynamic address",
      fields: { components: [{ ...button, sub_type: "url", parameters: ["x"] }] },
    },
    {
      label: "a dynamic answer",
      fields: {
        params: ["Maria"],
        components: [
          { ...button, sub_type: "quick_reply", parameters: [{ type: "payload", payload: "P" }] },
        ],
      },
    },
    {
      label: "a place in its header",
      fields: { components: header({ type: "location", location: { latitude: 1, longitude: 2 } }) },
    },
    { label: "parameters by name", fields: { params: { nome: "Maria" } } },
    {
      label: "a picture in its body",
      fields: { params: [{ type: "image", image: { link: PNG } }] },
    },
  ])("with $label is not sent, and the note says why", ({ fields }) => {
    const rendering = custom({ ...head, ...fields });
    expect(rendering.messages).toStrictEqual([]);
    expect(codesOf(rendering)).toContain("template_skipped");
  });
});

describe("a body of the provider's own", () => {
  const raw = (payload: unknown, channel?: string) => ({
    custom: { type: "raw", payload, ...(channel !== undefined && { channel }) },
  });
  const open = { raw_payloads: true };

  test("passes only where that is allowed", () => {
    const reply = raw({ type: "texto", body: "x", preview_url: false }, "serpro");
    expect(payloadsOf(render(reply))).toStrictEqual([]);
    expect(payloadsOf(render(reply, open))).toStrictEqual([texto("x")]);
  });

  test("never chooses its recipient", () => {
    const payload = {
      type: "template",
      nomeTemplate: "x",
      wabaId: "666",
      destinatarios: ["1", "2"],
      destinatario: "3",
    };
    const rendering = render(raw(payload), open);
    expect(payloadsOf(rendering)).toStrictEqual([
      {
        form: "template",
        body: {
          nomeTemplate: "x",
          wabaId: RAW_SETTINGS.waba_id,
          destinatarios: [PHONE.value],
        },
      },
    ]);
    expect(codesOf(rendering)).toStrictEqual(["raw_addressing_removed"]);
    expect(rendering.messages[0]?.needsWindow).toBe(false);
  });

  test.each([
    { label: "another channel's", reply: raw({ type: "texto" }, "cloud"), want: "custom_skipped" },
    { label: "an unknown form", reply: raw({ type: "../webhook" }), want: "custom_invalid" },
    { label: "a form of Object", reply: raw({ type: "constructor" }), want: "custom_invalid" },
    { label: "Meta's place", reply: raw({ type: "location" }), want: "custom_invalid" },
    { label: "Meta's text without one", reply: raw({ type: "text" }), want: "custom_invalid" },
    { label: "Meta's image without one", reply: raw({ type: "image" }), want: "custom_invalid" },
    {
      label: "Meta's product",
      reply: raw({ type: "interactive", interactive: { type: "product" } }),
      want: "custom_invalid",
    },
    {
      label: "Meta's template without a name",
      reply: raw({ type: "template", template: {} }),
      want: "template_skipped",
    },
    {
      label: "Meta's template with a part of the future",
      reply: raw({
        type: "template",
        template: { name: "x", components: [{ type: "hologram" }, 7] },
      }),
      want: "template_skipped",
    },
  ])("$label is not sent", ({ reply, want }) => {
    const rendering = createRender(settingsWith(open))(reply, TO);
    expect(rendering.messages).toStrictEqual([]);
    expect(codesOf(rendering)).toContain(want);
  });
});

describe("any reply", () => {
  const text = fc.oneof(
    fc.string({ unit: "grapheme", maxLength: 90 }),
    fc.string({ unit: "binary", maxLength: 90 }),
    fc.integer({ min: 0, max: 1300 }).map((length) => "ab cd\n".repeat(length / 6)),
  );
  const url = fc.oneof(fc.webUrl(), text);
  const button = fc.record(
    { title: text, payload: text, description: text },
    { requiredKeys: ["title"] },
  );
  const header = fc.oneof(text, fc.record({ type: fc.constantFrom("image", "document"), url }));
  const frame = { body: text, header, footer: text };
  const buttons = fc.array(button, { maxLength: 12 });
  const known = fc.oneof(
    fc.record({ type: fc.constant("buttons"), ...frame, buttons }, { requiredKeys: ["type"] }),
    fc.record({
      type: fc.constant("list"),
      ...frame,
      sections: fc.array(fc.record({ title: text, rows: buttons }), { maxLength: 4 }),
    }),
    fc.record({ type: fc.constant("cta_url"), ...frame, label: text, url }),
    fc.record({
      type: fc.constantFrom("image", "video", "audio", "document", "sticker"),
      url,
      caption: text,
      filename: text,
      voice: fc.boolean(),
    }),
    fc.record({
      type: fc.constant("template"),
      name: fc.constant("aviso"),
      language: fc.constant("pt_BR"),
      params: fc.oneof(fc.array(text), fc.dictionary(text, text)),
    }),
    fc.record({ type: fc.constant("contacts"), contacts: fc.array(fc.record({ name: text })) }),
    fc.record({ type: fc.constantFrom("location_request", "request_contact_info"), body: text }),
  );
  const reply = fc.record({ text, buttons, custom: known, image: url }, { requiredKeys: [] });

  test("becomes messages that the provider takes, or notes", () => {
    fc.assert(
      fc.property(reply, (given) => {
        const { messages, notes } = render(given);
        expect(messages.length + notes.length).toBeGreaterThan(0);
      }),
      { numRuns: 300 },
    );
  });

  test("whatever it holds, rendering never throws and sends nothing that is refused", () => {
    fc.assert(
      fc.property(fc.anything(), (given) => {
        render({ custom: given });
      }),
      { numRuns: 200 },
    );
  });

  test("a payload of any kind never makes it throw", () => {
    const typed = fc.tuple(
      fc.constantFrom("text", "image", "interactive", "template", "location", "media", "__proto__"),
      fc.jsonValue(),
    );
    fc.assert(
      fc.property(typed, ([type, value]) => {
        const payload = Object.fromEntries([
          ["type", type],
          [type, value],
        ]);
        const rendering = createRender(settingsWith({ raw_payloads: true }))(
          { custom: { type: "raw", payload } },
          TO,
        );
        expect(rendering.messages.length + rendering.notes.length).toBeGreaterThan(0);
      }),
      { numRuns: 200 },
    );
  });

  test("loses no word without a note", () => {
    const sentence = fc
      .array(fc.stringMatching(/^[a-z]{1,12}$/), { maxLength: 60 })
      .map((all) => all.join(" "));
    const spoken = fc.record({ header: sentence, body: sentence, footer: sentence });
    fc.assert(
      fc.property(spoken, (frames) => {
        const rendering = custom({ type: "buttons", ...frames, buttons: [{ title: "ok" }] });
        const sent = new Set(
          JSON.stringify(payloadsOf(rendering))
            .replaceAll("\\n", " ")
            .split(/[^a-z]+/),
        );
        const lost = Object.values(frames)
          .flatMap((each) => each.split(" "))
          .filter((word) => word !== "" && !sent.has(word));
        const cut = ["header_cut", "footer_cut"];
        expect(lost.length === 0 || codesOf(rendering).some((code) => cut.includes(code))).toBe(
          true,
        );
      }),
    );
  });
});
