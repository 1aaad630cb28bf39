import { describe, expect, test } from "@jest/globals";
import { codesOf, outline, payloadsOf, render } from "./rendering.ts";

const A = "https://ex.org/a";

describe("attachments", () => {
  test.each([
    {
      label: "a JPEG address",
      attachment: `${A}.JPG?x=1`,
      want: { type: "image", image: { link: `${A}.JPG?x=1` } },
    },
    {
      label: "an MP4 address",
      attachment: `${A}.mp4`,
      want: { type: "video", video: { link: `${A}.mp4` } },
    },
    {
      label: "an MP3 address",
      attachment: `${A}.mp3`,
      want: { type: "audio", audio: { link: `${A}.mp3` } },
    },
    {
      label: "a WebP address",
      attachment: `${A}.webp`,
      want: { type: "sticker", sticker: { link: `${A}.webp` } },
    },
    {
      label: "a PDF address",
      attachment: `${A}.pdf`,
      want: { type: "document", document: { link: `${A}.pdf`, filename: "a.pdf" } },
    },
    {
      label: "a file name that cannot be decoded",
      attachment: `${A}%zz.pdf`,
      want: { type: "document", document: { link: `${A}%zz.pdf`, filename: "a%zz.pdf" } },
    },
    {
      label: "Socket.IO's video",
      attachment: { type: "video", payload: { src: `${A}.mp4`, title: "Look" } },
      want: { type: "video", video: { link: `${A}.mp4`, caption: "Look" } },
    },
    {
      label: "Messenger's file",
      attachment: { type: "file", payload: { url: `${A}.pdf` } },
      want: { type: "document", document: { link: `${A}.pdf`, filename: "a.pdf" } },
    },
    {
      label: "a kind and its address",
      attachment: { audio: `${A}.ogg` },
      want: { type: "audio", audio: { link: `${A}.ogg` } },
    },
    {
      label: "a kind and its fields",
      attachment: { document: { link: A, caption: "c", filename: "f.pdf" } },
      want: { type: "document", document: { link: A, filename: "f.pdf", caption: "c" } },
    },
    {
      label: "a place",
      attachment: { location: { latitude: 1, longitude: 2 } },
      want: { type: "location", location: { latitude: "1", longitude: "2" } },
    },
  ])("$label", ({ attachment, want }) => {
    const rendering = render({ attachment });
    expect(payloadsOf(rendering)).toEqual([want]);
    expect(codesOf(rendering)).toEqual([]);
  });

  test("an address of unknown kind is sent as text, whatever marks it holds", () => {
    const rendering = render({ attachment: `${A}/__page__` }, { markdown: "on" });
    expect(outline(rendering)).toEqual([{ kind: "text", body: `${A}/__page__`, choices: [] }]);
    expect(codesOf(rendering)).toEqual(["attachment_to_text"]);
  });

  test.each([
    { label: "a word", attachment: "file", code: "attachment_skipped" },
    { label: "a number", attachment: 4, code: "attachment_skipped" },
    { label: "an unknown shape", attachment: { a: 1 }, code: "attachment_skipped" },
    {
      label: "an unknown type",
      attachment: { type: "toString", payload: {} },
      code: "attachment_skipped",
    },
    {
      label: "a template without cards",
      attachment: { type: "template", payload: {} },
      code: "attachment_skipped",
    },
    {
      label: "an image without address",
      attachment: { type: "image", payload: {} },
      code: "media_skipped",
    },
  ])("$label is a note and no message", ({ attachment, code }) => {
    const rendering = render({ attachment });
    expect(rendering.messages).toEqual([]);
    expect(codesOf(rendering)).toEqual([code]);
  });
});

describe("images", () => {
  test("an address is an image message", () => {
    expect(payloadsOf(render({ image: " https://ex.org/a.png" }))).toEqual([
      { type: "image", image: { link: "https://ex.org/a.png" } },
    ]);
  });

  test.each([
    { label: "a local path", image: "/a.png", code: "media_skipped" },
    { label: "half an emoji in an address", image: `${A}\ud83d.png`, code: "media_skipped" },
    { label: "an address that is none", image: "https://[ex", code: "media_skipped" },
    { label: "a data address", image: "data:image/png;base64,AA", code: "media_skipped" },
    {
      label: "an address past 2000 characters",
      image: `${A}${"a".repeat(1985)}`,
      code: "media_skipped",
    },
  ])("$label is a note and no message", ({ image, code }) => {
    const rendering = render({ image });
    expect(rendering.messages).toEqual([]);
    expect(codesOf(rendering)).toEqual([code]);
  });

  test("an address of 2000 characters is sent", () => {
    expect(render({ image: `${A}${"a".repeat(1984)}` }).messages.length).toBe(1);
  });
});

describe("cards", () => {
  const card = {
    title: "Posto",
    subtitle: "Aberto",
    image_url: `${A}.png`,
    buttons: [{ title: "Ver", payload: "/ver" }],
  };
  const cards = (...elements: unknown[]) => ({
    attachment: { type: "template", payload: { template_type: "generic", elements } },
  });

  test("each is one message with image, text and buttons", () => {
    const rendering = render(cards(card, { ...card, title: "Outro" }));
    expect(payloadsOf(rendering)).toEqual(
      ["Posto", "Outro"].map((title) => ({
        type: "interactive",
        interactive: {
          type: "button",
          header: { type: "image", image: { link: `${A}.png` } },
          body: { text: `${title}\nAberto` },
          action: { buttons: [{ type: "reply", reply: { id: "/ver", title: "Ver" } }] },
        },
      })),
    );
    expect(codesOf(rendering)).toEqual([]);
  });

  test.each([
    {
      label: "without buttons is a captioned image",
      given: { title: "Posto", image_url: `${A}.png` },
      kinds: ["image"],
      codes: [],
    },
    {
      label: "without buttons but with an address opens it",
      given: { ...card, buttons: [], default_action: { url: A } },
      kinds: ["cta_url"],
      codes: [],
    },
    {
      label: "with four buttons is an image and a list",
      given: { ...card, buttons: ["a", "b", "c", "d"] },
      kinds: ["image", "list"],
      codes: ["header_to_message", "buttons_to_list"],
    },
    {
      label: "with a broken image keeps its words",
      given: { ...card, image_url: "x" },
      kinds: ["button"],
      codes: ["media_skipped"],
    },
    { label: "that is a number is noted", given: 4, kinds: [], codes: ["attachment_skipped"] },
  ])("one $label", ({ given, kinds, codes }) => {
    const rendering = render(cards(given));
    expect(outline(rendering).map(({ kind }) => kind)).toEqual(kinds);
    expect(codesOf(rendering)).toEqual(codes);
  });

  test("are read from the reply itself too", () => {
    const rendering = render(JSON.parse(JSON.stringify({ elements: [card] })));
    expect(outline(rendering).map(({ body }) => body)).toEqual(["Posto\nAberto"]);
  });

  test("Messenger's button template is a text with buttons", () => {
    const rendering = render({
      attachment: { type: "template", payload: { text: "Sure?", buttons: [{ title: "Yes" }] } },
    });
    expect(outline(rendering)).toEqual([
      { kind: "button", body: "Sure?", choices: [{ id: "Yes", title: "Yes" }] },
    ]);
  });
});
