import { describe, expect, test } from "@jest/globals";
import { renderReply } from "../../../src/channels/whatsapp/render.ts";
import { codesOf, OPTIONS, outline, payloadsOf, render } from "./rendering.ts";

const x = (length: number) => "x".repeat(length);
const PDF = "https://ex.org/files/conta%20de%20luz.pdf";

describe("the custom vocabulary", () => {
  test.each([
    {
      label: "location",
      custom: {
        type: "location",
        latitude: -15.79,
        longitude: "-47.88",
        name: "Posto",
        address: "",
      },
      want: [
        {
          type: "location",
          location: { latitude: "-15.79", longitude: "-47.88", name: "Posto" },
        },
      ],
      text: "Posto\n-15.79, -47.88",
    },
    {
      label: "a document named after its address",
      custom: { type: "document", url: PDF, caption: "A conta" },
      want: [
        {
          type: "document",
          document: { link: PDF, filename: "conta de luz.pdf", caption: "A conta" },
        },
      ],
      text: "[document] conta de luz.pdf\nA conta",
    },
    {
      label: "an uploaded document with its own name",
      custom: { type: "document", id: "9010", filename: "a.pdf" },
      want: [{ type: "document", document: { id: "9010", filename: "a.pdf" } }],
      text: "[document] a.pdf",
    },
    {
      label: "a voice message",
      custom: { type: "audio", id: "9011", voice: true },
      want: [{ type: "audio", audio: { id: "9011", voice: true } }],
      text: "[audio] 9011",
    },
    {
      label: "video",
      custom: { type: "video", url: "https://ex.org/v.mp4" },
      want: [{ type: "video", video: { link: "https://ex.org/v.mp4" } }],
      text: "[video] https://ex.org/v.mp4",
    },
    {
      label: "sticker",
      custom: { type: "sticker", id: "9012" },
      want: [{ type: "sticker", sticker: { id: "9012" } }],
      text: "[sticker] 9012",
    },
    {
      label: "contacts in plain words",
      custom: {
        type: "contacts",
        contacts: [
          { name: "Ana Lima", phones: ["+556133334444"], emails: ["a@b.org"], org: "SES" },
        ],
      },
      want: [
        {
          type: "contacts",
          contacts: [
            {
              name: { formatted_name: "Ana Lima", first_name: "Ana Lima" },
              phones: [{ phone: "+556133334444" }],
              emails: [{ email: "a@b.org" }],
              org: { company: "SES" },
            },
          ],
        },
      ],
      text: "Ana Lima, SES, +556133334444, a@b.org",
    },
    {
      label: "contacts in WhatsApp's words",
      custom: {
        type: "contacts",
        contacts: [
          {
            name: { first_name: "Ana", last_name: "Lima" },
            phones: [{ phone: "+55", type: "WORK", wa_id: "55" }],
          },
        ],
      },
      want: [
        {
          type: "contacts",
          contacts: [
            {
              name: { formatted_name: "Ana Lima", first_name: "Ana", last_name: "Lima" },
              phones: [{ phone: "+55", type: "WORK", wa_id: "55" }],
            },
          ],
        },
      ],
      text: "Ana Lima, +55",
    },
    {
      label: "list",
      custom: {
        type: "list",
        header: "Temas",
        body: { text: "Escolha:" },
        footer: "EJ",
        button: "Ver temas",
        sections: [
          { title: "Saude", rows: [{ id: "t1", title: "Postos", description: "Perto" }] },
          { title: "Obras", rows: [{ payload: "t2", title: "Ruas" }] },
        ],
      },
      want: [
        {
          type: "interactive",
          interactive: {
            type: "list",
            header: { type: "text", text: "Temas" },
            body: { text: "Escolha:" },
            footer: { text: "EJ" },
            action: {
              button: "Ver temas",
              sections: [
                { title: "Saude", rows: [{ id: "t1", title: "Postos", description: "Perto" }] },
                { title: "Obras", rows: [{ id: "t2", title: "Ruas" }] },
              ],
            },
          },
        },
      ],
      text: "Temas\nEscolha:\n1. Postos - Perto\n2. Ruas\nEJ",
    },
    {
      label: "buttons with an image above",
      custom: {
        type: "buttons",
        header: { type: "image", url: "https://ex.org/h.png" },
        body: "Concorda?",
        buttons: [{ title: "Sim", payload: "/s" }],
      },
      want: [
        {
          type: "interactive",
          interactive: {
            type: "button",
            header: { type: "image", image: { link: "https://ex.org/h.png" } },
            body: { text: "Concorda?" },
            action: { buttons: [{ type: "reply", reply: { id: "/s", title: "Sim" } }] },
          },
        },
      ],
      text: "Concorda?\n1. Sim",
    },
    {
      label: "cta_url",
      custom: { type: "cta_url", body: "Abrir painel", label: "Abrir", url: "https://ex.org/p" },
      want: [
        {
          type: "interactive",
          interactive: {
            type: "cta_url",
            body: { text: "Abrir painel" },
            action: {
              name: "cta_url",
              parameters: { display_text: "Abrir", url: "https://ex.org/p" },
            },
          },
        },
      ],
      text: "Abrir painel\nAbrir: https://ex.org/p",
    },
    {
      label: "location_request",
      custom: { type: "location_request", body: "Onde?" },
      want: [
        {
          type: "interactive",
          interactive: {
            type: "location_request_message",
            body: { text: "Onde?" },
            action: { name: "send_location" },
          },
        },
      ],
      text: "Onde?",
    },
    {
      label: "request_contact_info",
      custom: { type: "request_contact_info", body: "Telefone?" },
      want: [
        {
          type: "interactive",
          interactive: {
            type: "request_contact_info",
            body: { text: "Telefone?" },
            action: { name: "request_contact_info" },
          },
        },
      ],
      text: "Telefone?",
    },
    {
      label: "flow",
      custom: {
        type: "flow",
        body: "Pesquisa",
        cta: "Responder",
        flow_id: 7700,
        flow_token: "tk-1",
        flow_action: "navigate",
        screen: "S1",
        data: { a: 1 },
        mode: "draft",
      },
      want: [
        {
          type: "interactive",
          interactive: {
            type: "flow",
            body: { text: "Pesquisa" },
            action: {
              name: "flow",
              parameters: {
                flow_message_version: "3",
                flow_cta: "Responder",
                flow_id: "7700",
                flow_token: "tk-1",
                flow_action: "navigate",
                flow_action_payload: { screen: "S1", data: { a: 1 } },
                mode: "draft",
              },
            },
          },
        },
      ],
      text: "Pesquisa\n1. Responder",
    },
    {
      label: "reaction",
      custom: { type: "reaction", emoji: "👍", message_id: "wamid.IN1==" },
      want: [{ type: "reaction", reaction: { message_id: "wamid.IN1==", emoji: "👍" } }],
      text: "👍",
    },
    {
      label: "a reaction taken back",
      custom: { type: "reaction", emoji: "", message_id: "wamid.IN1==" },
      want: [{ type: "reaction", reaction: { message_id: "wamid.IN1==", emoji: "" } }],
      text: "",
    },
  ])("$label", ({ custom, want, text }) => {
    const rendering = render({ custom });
    expect(payloadsOf(rendering)).toEqual(want);
    expect(rendering.messages.map((message) => message.text)).toEqual([text]);
    expect(rendering.messages.map(({ needsWindow }) => needsWindow)).toEqual([true]);
    expect(codesOf(rendering)).toEqual([]);
  });

  test("a list of custom messages is rendered in its order", () => {
    const rendering = render({
      custom: [
        { type: "image", id: "1" },
        { type: "sticker", id: "2" },
      ],
    });
    expect(payloadsOf(rendering)).toEqual([
      { type: "image", image: { id: "1" } },
      { type: "sticker", sticker: { id: "2" } },
    ]);
  });

  test("the parts of a reply keep Rasa's order", () => {
    const rendering = render({
      attachment: "https://ex.org/a.mp3",
      image: "https://ex.org/a.png",
      custom: { type: "sticker", id: "1" },
      buttons: [{ title: "Yes" }],
      text: "Sure?",
    });
    expect(outline(rendering).map(({ kind }) => kind)).toEqual([
      "button",
      "sticker",
      "image",
      "audio",
    ]);
  });
});

describe("custom messages that cannot be sent become a note and never text", () => {
  test.each([
    { label: "an unknown type", custom: { type: "carousel", secret: 1 }, code: "custom_skipped" },
    { label: "a delay", custom: { type: "delay", ms: 5 }, code: "custom_skipped" },
    { label: "a handover", custom: { type: "handover" }, code: "custom_skipped" },
    { label: "no type", custom: { a: 1 }, code: "custom_skipped" },
    { label: "a text", custom: "{}", code: "custom_skipped" },
    { label: "a number", custom: 5, code: "custom_skipped" },
    { label: "a type that is no text", custom: { type: {} }, code: "custom_skipped" },
    { label: "raw, switched off", custom: { type: "raw", payload: {} }, code: "custom_skipped" },
    {
      label: "a place off the globe",
      custom: { type: "location", latitude: 91, longitude: 0 },
      code: "custom_invalid",
    },
    {
      label: "a place past the date line",
      custom: { type: "location", latitude: 0, longitude: 181 },
      code: "custom_invalid",
    },
    {
      label: "contacts without a name",
      custom: { type: "contacts", contacts: [{}] },
      code: "custom_invalid",
    },
    { label: "no contacts", custom: { type: "contacts", contacts: [] }, code: "custom_invalid" },
    { label: "a flow without an id", custom: { type: "flow", body: "a" }, code: "custom_invalid" },
    {
      label: "a reaction to nothing",
      custom: { type: "reaction", emoji: "👍" },
      code: "custom_invalid",
    },
    {
      label: "a reaction with words",
      custom: { type: "reaction", emoji: "ok", message_id: "1" },
      code: "custom_invalid",
    },
    { label: "an image without address", custom: { type: "image" }, code: "media_skipped" },
    {
      label: "an image on a local path",
      custom: { type: "image", url: "/tmp/a.png" },
      code: "media_skipped",
    },
  ])("$label", ({ custom, code }) => {
    const rendering = render({ custom });
    expect(rendering.messages).toEqual([]);
    expect(codesOf(rendering)).toEqual([code]);
  });

  test("the note names the fields and no value", () => {
    const { notes } = render({ custom: { type: "location", latitude: "secret", longitude: 0 } });
    expect(notes).toEqual([
      { code: "custom_invalid", detail: "A location needs or misuses: latitude." },
    ]);
  });

  test.each([
    { type: "carousel", detail: 'The type "carousel" is not known here.' },
    { type: "Ana, +5561999990000", detail: "It has no known type." },
  ])("the note repeats a type only where it is a plain word: $type", ({ type, detail }) => {
    expect(render({ custom: { type } }).notes).toEqual([{ code: "custom_skipped", detail }]);
  });

  test("the words of a message whose media is missing are sent all the same", () => {
    const rendering = render({ custom: { type: "image", url: "nowhere", caption: "Look" } });
    expect(outline(rendering)).toEqual([{ kind: "text", body: "Look", choices: [] }]);
    expect(codesOf(rendering)).toEqual(["media_skipped"]);
  });

  test.each([
    {
      label: "buttons without any",
      custom: { type: "buttons", header: "H", body: "b", footer: "F" },
    },
    {
      label: "empty buttons",
      custom: { type: "buttons", header: "H", body: "b", footer: "F", buttons: [] },
    },
  ])("$label leave their words as one text", ({ custom }) => {
    const rendering = render({ custom });
    expect(outline(rendering)).toEqual([{ kind: "text", body: "H\n\nb\n\nF", choices: [] }]);
    expect(codesOf(rendering)).toEqual([]);
  });

  test("a section without rows is left out", () => {
    const sections = [{ title: "A" }, { title: "B", rows: ["b"] }];
    const rendering = render({ custom: { type: "list", body: "Look", sections } });
    expect(outline(rendering)).toEqual([
      { kind: "list", body: "Look", choices: [{ id: "b", title: "b" }] },
    ]);
    expect(codesOf(rendering)).toEqual([]);
  });

  test("a list without rows leaves its text", () => {
    const rendering = render({ custom: { type: "list", body: "Look", sections: [] } });
    expect(outline(rendering)).toEqual([{ kind: "text", body: "Look", choices: [] }]);
    expect(codesOf(rendering)).toEqual(["custom_invalid"]);
  });
});

describe("limits of custom messages", () => {
  const one = [{ title: "A", payload: "/a" }];
  test.each([
    {
      label: "a header of 60 characters stays",
      custom: { type: "buttons", header: x(60), body: "b", buttons: one },
      codes: [],
      part: `"text":"${x(60)}"`,
    },
    {
      label: "a header of 61 characters is cut",
      custom: { type: "buttons", header: x(61), body: "b", buttons: one },
      codes: ["header_cut"],
      part: `"text":"${x(59)}…"`,
    },
    {
      label: "a footer of 60 characters stays",
      custom: { type: "buttons", footer: x(60), body: "b", buttons: one },
      codes: [],
      part: `"footer":{"text":"${x(60)}"}`,
    },
    {
      label: "a footer of 61 characters is cut",
      custom: { type: "buttons", footer: x(61), body: "b", buttons: one },
      codes: ["footer_cut"],
      part: `"footer":{"text":"${x(59)}…"}`,
    },
    {
      label: "a list label of 20 characters stays",
      custom: { type: "list", body: "b", button: x(20), sections: [{ rows: one }] },
      codes: [],
      part: `"button":"${x(20)}"`,
    },
    {
      label: "a list label of 21 characters is cut",
      custom: { type: "list", body: "b", button: x(21), sections: [{ rows: one }] },
      codes: ["label_cut"],
      part: `"button":"${x(19)}…"`,
    },
    {
      label: "a section title of 24 characters stays",
      custom: { type: "list", body: "b", sections: [{ title: x(24), rows: one }] },
      codes: [],
      part: `"title":"${x(24)}"`,
    },
    {
      label: "a section title of 25 characters is cut",
      custom: { type: "list", body: "b", sections: [{ title: x(25), rows: one }] },
      codes: ["section_title_cut"],
      part: `"title":"${x(23)}…"`,
    },
    {
      label: "one of several sections gets a title where it has none",
      custom: {
        type: "list",
        body: "b",
        sections: [{ title: "S", rows: one }, { rows: [{ title: "B" }] }],
      },
      codes: ["section_title_added"],
      part: `"title":"Options","rows":[{"id":"B"`,
    },
    {
      label: "a label of 20 characters opens a link",
      custom: { type: "cta_url", body: "b", label: x(20), url: "https://ex.org" },
      codes: [],
      part: `"display_text":"${x(20)}"`,
    },
    {
      label: "a label of 21 characters is cut",
      custom: { type: "cta_url", body: "b", label: x(21), url: "https://ex.org" },
      codes: ["label_cut"],
      part: `"display_text":"${x(19)}…"`,
    },
    {
      label: "a flow label of 20 characters stays",
      custom: { type: "flow", body: "b", cta: x(20), flow_name: "f" },
      codes: [],
      part: `"flow_cta":"${x(20)}"`,
    },
    {
      label: "a flow label of 21 characters is cut",
      custom: { type: "flow", body: "b", cta: x(21), flow_name: "f" },
      codes: ["label_cut"],
      part: `"flow_cta":"${x(19)}…"`,
    },
    {
      label: "a request without words gets standard ones",
      custom: { type: "location_request" },
      codes: ["body_added"],
      part: `"text":"Please share your location."`,
    },
    {
      label: "a file name of 240 characters stays",
      custom: { type: "document", id: "1", filename: x(240) },
      codes: [],
      part: `"filename":"${x(240)}"`,
    },
    {
      label: "a file name of 241 characters is cut",
      custom: { type: "document", id: "1", filename: x(241) },
      codes: ["file_name_cut"],
      part: `"filename":"${x(239)}…"`,
    },
    {
      label: "a caption of 1024 characters stays",
      custom: { type: "image", id: "1", caption: x(1024) },
      codes: [],
      part: `"caption":"${x(1024)}"`,
    },
    {
      label: "a caption of 1025 characters goes on as text",
      custom: { type: "image", id: "1", caption: `${x(1023)} y` },
      codes: ["caption_split"],
      part: `"caption":"${x(1023)}"}},{"type":"text","text":{"body":"y"}}]`,
    },
    {
      label: "a caption of audio follows as text",
      custom: { type: "audio", id: "1", caption: "hear" },
      codes: ["caption_to_text"],
      part: `{"type":"text","text":{"body":"hear"}}`,
    },
  ])("$label", ({ custom, codes, part }) => {
    const rendering = render({ custom });
    expect(codesOf(rendering)).toEqual(codes);
    expect(JSON.stringify(payloadsOf(rendering))).toContain(part);
  });

  test("a list of eleven rows keeps its sections over two lists", () => {
    const rows = (from: number, count: number) =>
      Array.from({ length: count }, (_, index) => ({ title: `R${from + index}` }));
    const rendering = render({
      custom: {
        type: "list",
        header: "H",
        body: "b",
        footer: "F",
        sections: [
          { title: "One", rows: rows(1, 9) },
          { title: "Two", rows: rows(10, 2) },
        ],
      },
    });
    expect(rendering.messages.map(({ text }) => text.split("\n"))).toEqual([
      ["H", "b (1/2)", ...rows(1, 10).map(({ title }, at) => `${at + 1}. ${title}`)],
      ["b (2/2)", "11. R11", "F"],
    ]);
    expect(codesOf(rendering)).toEqual(["list_split"]);
  });

  test("media above a list goes ahead", () => {
    const rendering = render({
      custom: {
        type: "list",
        header: { type: "image", id: "1" },
        body: "b",
        sections: [{ rows: one }],
      },
    });
    expect(outline(rendering).map(({ kind }) => kind)).toEqual(["image", "list"]);
    expect(rendering.messages[0]?.notes.map(({ code }) => code)).toEqual(["header_to_message"]);
  });

  test("five contacts are one message, six are two", () => {
    const contacts = (count: number) => ({
      custom: { type: "contacts", contacts: Array.from({ length: count }, () => ({ name: "A" })) },
    });
    expect(render(contacts(5)).messages.length).toBe(1);
    expect(codesOf(render(contacts(5)))).toEqual([]);
    expect(render(contacts(6)).messages.length).toBe(2);
    expect(codesOf(render(contacts(6)))).toEqual(["contacts_split"]);
  });
});

describe("raw payloads, switched on", () => {
  const raw = (custom: object) => renderReply({ custom }, { ...OPTIONS, rawPayloads: true });

  test("are sent as they are, without their addressing", () => {
    const rendering = raw({
      type: "raw",
      channel: "meta",
      payload: { to: "+1", messaging_product: "x", type: "product", product: { a: [1] } },
    });
    expect(payloadsOf(rendering)).toEqual([{ type: "product", product: { a: [1] } }]);
    expect(codesOf(rendering)).toEqual(["raw_addressing_removed"]);
    expect(rendering.messages[0]?.needsWindow).toBe(true);
  });

  test("that are templates need no window", () => {
    const [message] = raw({ type: "raw", payload: { type: "template", template: {} } }).messages;
    expect(message?.needsWindow).toBe(false);
  });

  test.each([
    {
      label: "for another channel",
      custom: { type: "raw", channel: "evolution", payload: {} },
      code: "custom_skipped",
    },
    { label: "without a type", custom: { type: "raw", payload: {} }, code: "custom_invalid" },
    { label: "without a payload", custom: { type: "raw" }, code: "custom_invalid" },
    {
      label: "that JSON cannot carry",
      custom: { type: "raw", payload: { type: "text", text: 1n } },
      code: "custom_invalid",
    },
  ])("$label become a note", ({ custom, code }) => {
    const rendering = raw(custom);
    expect(rendering.messages).toEqual([]);
    expect(codesOf(rendering)).toEqual([code]);
  });
});
