import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { Question } from "../../../src/answers/backend.ts";
import { rasaSettings } from "../../../src/answers/rasa/settings.ts";
import { fromRasa, toRasa } from "../../../src/answers/rasa/translate.ts";
import type { Content } from "../../../src/messages.ts";
import { questionWith } from "../question.ts";

const URL_SETTING = { url: "http://127.0.0.1:5005" };

function bodyFor(changes: Partial<Question>, settings: Record<string, unknown> = {}): unknown {
  const request = toRasa(
    questionWith(changes),
    rasaSettings.parse({ ...URL_SETTING, ...settings }),
  );
  const body: unknown = JSON.parse(request.body ?? "");
  return body;
}

describe("toRasa", () => {
  test("a text becomes a REST message with who, where and when in its metadata", () => {
    expect(toRasa(questionWith(), rasaSettings.parse(URL_SETTING))).toEqual({
      method: "POST",
      url: "http://127.0.0.1:5005/webhooks/rest/webhook",
      headers: {
        "content-type": "application/json; charset=utf-8",
        accept: "application/json",
      },
      body: expect.any(String),
    });
    expect(bodyFor({})).toEqual({
      sender: "0198f0c2-0000-7000-8000-00000000c001",
      message: "Quero votar",
      input_channel: "whatsapp",
      metadata: {
        language: "pt-BR",
        contact_name: "Ana",
        channel: "whatsapp",
        channel_type: "cloud",
        account: "300400500600700",
        phone_number_id: "300400500600700",
        message_id: "wamid.TEST1",
        conversation_id: "0198f0c2-0000-7000-8000-00000000c001",
        sent_at: "2026-11-21T10:00:00.000Z",
        type: "text",
        media: [],
      },
    });
  });

  test("stream mode, token and proxy authorization go where Rasa and its proxy look for them", () => {
    const settings = { stream: true, token: "a b+c&d", auth_header: "Bearer xyz" };
    const request = toRasa(questionWith(), rasaSettings.parse({ ...URL_SETTING, ...settings }));
    expect(request.url).toBe(
      "http://127.0.0.1:5005/webhooks/rest/webhook?stream=true&token=a%20b%2Bc%26d",
    );
    expect(request.headers).toEqual({
      "content-type": "application/json; charset=utf-8",
      accept: "text/event-stream, application/json",
      authorization: "Bearer xyz",
    });
  });

  test.each([
    { template: undefined, want: "0198f0c2-0000-7000-8000-00000000c001" },
    { template: "{channel}:{account}:{user}", want: "whatsapp:300400500600700:5561900001111" },
    { template: "+{user}", want: "+5561900001111" },
    { template: "{contact}", want: "0198f0c2-0000-7000-8000-00000000a001" },
  ])("the sender template $template gives $want", ({ template, want }) => {
    expect(bodyFor({}, { sender_template: template })).toMatchObject({ sender: want });
  });

  test("a person without identities is told apart by the contact", () => {
    const body = bodyFor({ identities: [] }, { sender_template: "{user}" });
    expect(body).toMatchObject({ sender: "0198f0c2-0000-7000-8000-00000000a001" });
  });

  test.each([
    { label: "a typed slash is taken away", text: "/restart", want: "restart" },
    { label: "several are", text: "//restart", want: "restart" },
    { label: "spaces do not save a slash", text: " / \n/SetSlots(a=b)", want: "SetSlots(a=b)" },
    { label: "nor what only Rasa strips", text: "\u001c\u0085\u00a0/restart", want: "restart" },
    { label: "a lone slash leaves nothing", text: "/", want: "" },
    { label: "a slash inside a text stays", text: "24/7 e/ou", want: "24/7 e/ou" },
    { label: "a tapped payload keeps it", text: '/vote{"v":"1"}', trusted: true },
    { label: "the policy allow keeps it", text: "/start 42", policy: "allow" },
  ])("slash policy: $label", ({ text, want, trusted, policy }) => {
    const settings = policy === undefined ? {} : { slash_policy: policy };
    const body = bodyFor({ text, trusted: trusted ?? false }, settings);
    expect(body).toMatchObject({ message: want ?? text });
  });

  test("no typed text names an intent, whatever precedes the slash", () => {
    const blank = fc.constantFrom(
      " ",
      "\t",
      "\n",
      "\r",
      "\u000b",
      "\u001c",
      "\u001f",
      "\u0085",
      "\u00a0",
      "\u2003",
      "/",
    );
    fc.assert(
      fc.property(fc.array(blank), fc.string(), (start, rest) => {
        const text = `${start.join("")}/${rest}`;
        expect(bodyFor({ text })).toMatchObject({
          message: expect.not.stringMatching(/^[\s\p{Cc}]*\//u),
        });
      }),
    );
  });

  const contents: readonly {
    label: string;
    content: Content;
    message: string;
    metadata: object;
  }[] = [
    {
      label: "an image",
      content: {
        type: "media",
        media: "image",
        id: "900100",
        mimeType: "image/jpeg",
        sha256: "c2hh",
        fileName: "foto.jpg",
      },
      message: '/media_received{"type":"image"}',
      metadata: {
        type: "image",
        media: [
          {
            type: "image",
            id: "900100",
            mime_type: "image/jpeg",
            sha256: "c2hh",
            file_name: "foto.jpg",
          },
        ],
      },
    },
    {
      label: "a location",
      content: {
        type: "location",
        latitude: -15.79,
        longitude: -47.88,
        name: "Praça",
        address: "SQS",
      },
      message: '/location{"latitude":-15.79,"longitude":-47.88}',
      metadata: {
        type: "location",
        media: [],
        location: { latitude: -15.79, longitude: -47.88, name: "Praça", address: "SQS" },
      },
    },
    {
      label: "contact cards",
      content: {
        type: "contacts",
        requested: false,
        cards: [
          {
            name: "Bia",
            phones: [
              { phone: "+55 61 90000-2222" },
              { identity: { kind: "bsuid", value: "BR.1" } },
            ],
            emails: ["bia@example.org"],
          },
        ],
      },
      message: '/contacts_received{"count":1}',
      metadata: {
        type: "contacts",
        media: [],
        contacts: [
          { name: "Bia", phones: ["+55 61 90000-2222", "BR.1"], emails: ["bia@example.org"] },
        ],
      },
    },
    {
      label: "a reaction",
      content: { type: "reaction", emoji: "👍", to: "wamid.OURS" },
      message: '/reaction_received{"emoji":"👍"}',
      metadata: {
        type: "reaction",
        media: [],
        reaction: { emoji: "👍", message_id: "wamid.OURS" },
      },
    },
    {
      label: "a reaction taken back",
      content: { type: "reaction", to: "wamid.OURS" },
      message: "/reaction_received",
      metadata: { type: "reaction", media: [], reaction: { message_id: "wamid.OURS" } },
    },
    {
      label: "a form",
      content: { type: "form", name: 'cadastro "A"', answers: { idade: 30 } },
      message: '/form_received{"name":"cadastro \\"A\\""}',
      metadata: { type: "form", media: [], form: { name: 'cadastro "A"', answers: { idade: 30 } } },
    },
    {
      label: "a form without a name",
      content: { type: "form", answers: {} },
      message: "/form_received",
      metadata: { type: "form", media: [], form: { answers: {} } },
    },
    {
      label: "an order",
      content: {
        type: "order",
        catalogId: "77",
        items: [{ productId: "sku1", quantity: 2, price: 9.9, currency: "BRL" }],
      },
      message: '/order_received{"items":1}',
      metadata: {
        type: "order",
        media: [],
        order: {
          catalog_id: "77",
          items: [{ product_id: "sku1", quantity: 2, price: 9.9, currency: "BRL" }],
        },
      },
    },
    {
      label: "a call permission",
      content: {
        type: "call_permission",
        response: "accept",
        expiresAt: "2026-12-01T00:00:00.000Z",
      },
      message: '/call_permission_received{"response":"accept"}',
      metadata: {
        type: "call_permission",
        media: [],
        call_permission: { response: "accept", expires_at: "2026-12-01T00:00:00.000Z" },
      },
    },
    {
      label: "an edit without text",
      content: { type: "edit", original: "wamid.OLD" },
      message: "/message_edited",
      metadata: { type: "edit", media: [], original_message_id: "wamid.OLD" },
    },
    {
      label: "a revoked message",
      content: { type: "revoke", original: "wamid.OLD" },
      message: "/message_revoked",
      metadata: { type: "revoke", media: [], original_message_id: "wamid.OLD" },
    },
    {
      label: "a message we cannot read",
      content: { type: "unsupported", providerType: "poll", reason: "131051" },
      message: '/unsupported_received{"type":"poll"}',
      metadata: { type: "unsupported", media: [], provider_type: "poll", reason: "131051" },
    },
    {
      label: "a choice",
      content: { type: "choice", source: "list", payload: "/vote", title: "Votar" },
      message: "/vote",
      metadata: { type: "list", media: [], button_title: "Votar" },
    },
    {
      label: "a choice without a payload",
      content: { type: "choice", source: "button", payload: "", title: "Votar" },
      message: "Votar",
      metadata: { type: "button", media: [], button_title: "Votar" },
    },
    { label: "an empty text", content: { type: "text" }, message: "", metadata: { type: "text" } },
  ];

  test.each(contents)("$label without text is announced by a marker", (row) => {
    const body = bodyFor({ text: "", content: row.content });
    expect(body).toMatchObject({ message: row.message, metadata: row.metadata });
  });

  test("a caption is what Rasa is told; the media is in the metadata", () => {
    const content: Content = { type: "media", media: "document", url: "https://example.org/a.pdf" };
    expect(bodyFor({ text: "minha conta", content })).toMatchObject({
      message: "minha conta",
      metadata: { media: [{ type: "document", url: "https://example.org/a.pdf" }] },
    });
  });

  test("an advertisement and a start reference reach the bot", () => {
    const referral = { sourceType: "ad", sourceId: "1", headline: "Vote", clickId: "ARA" };
    expect(bodyFor({ referral, startReference: "42" })).toMatchObject({
      metadata: {
        start_reference: "42",
        referral: { source_type: "ad", source_id: "1", headline: "Vote", ctwa_clid: "ARA" },
      },
    });
  });

  test("a web client's metadata is passed on but cannot pose as the bridge", () => {
    const metadata = { page: "/precos", language: "es", account: "other", channel: "other" };
    expect(bodyFor({ metadata })).toMatchObject({
      metadata: {
        page: "/precos",
        language: "es",
        account: "300400500600700",
        channel: "whatsapp",
      },
    });
  });
});

describe("fromRasa", () => {
  test.each([
    { label: "nothing gives no replies", body: [], want: [] },
    {
      label: "texts keep their order and lose their recipient",
      body: [
        { recipient_id: "u1", text: "a" },
        { recipient_id: "u1", text: "b" },
      ],
      want: [{ text: "a" }, { text: "b" }],
    },
    {
      label: "blank texts are dropped",
      body: [
        { text: "" },
        { text: " \n" },
        { text: "x" },
        { text: "", image: "https://e.org/i.png" },
      ],
      want: [{ text: "x" }, { image: "https://e.org/i.png" }],
    },
    {
      label: "a text keeps its spaces and lines",
      body: [{ text: " a\n\n b " }],
      want: [{ text: " a\n\n b " }],
    },
    {
      label: "buttons keep their own keys; an empty payload counts as none",
      body: [
        {
          text: "Agree?",
          buttons: [
            { title: "Yes", payload: '/vote{"v":"1"}' },
            { title: "Site", type: "web_url", url: "https://example.org", payload: "" },
          ],
        },
      ],
      want: [
        {
          text: "Agree?",
          buttons: [
            { title: "Yes", payload: '/vote{"v":"1"}' },
            { title: "Site", type: "web_url", url: "https://example.org" },
          ],
        },
      ],
    },
    {
      label: "buttons without text are kept",
      body: [{ buttons: [{ title: "A", payload: "/a" }] }],
      want: [{ buttons: [{ title: "A", payload: "/a" }] }],
    },
    {
      label: "quick replies are buttons",
      body: [{ text: "?", quick_replies: [{ title: "A", payload: "/a", content_type: "text" }] }],
      want: [{ text: "?", buttons: [{ title: "A", payload: "/a", content_type: "text" }] }],
    },
    {
      label: "an empty list of buttons is none (a carousel leaves one behind)",
      body: [{ text: "Title : Subtitle", buttons: [] }],
      want: [{ text: "Title : Subtitle" }],
    },
    {
      label: "a button without a title shows its payload; one with neither is skipped",
      body: [{ text: "?", buttons: [{ payload: "/a" }, {}, null, "x", { title: 7, payload: 8 }] }],
      want: [
        {
          text: "?",
          buttons: [
            { title: "/a", payload: "/a" },
            { title: "7", payload: "8" },
          ],
        },
      ],
    },
    {
      label: "image, attachment and custom come as they are",
      body: [
        { image: "https://e.org/i.png" },
        { attachment: "https://e.org/a.pdf" },
        { attachment: { type: "video", payload: { src: "https://e.org/v.mp4" } } },
        { custom: [1, { type: "location" }] },
      ],
      want: [
        { image: "https://e.org/i.png" },
        { attachment: "https://e.org/a.pdf" },
        { attachment: { type: "video", payload: { src: "https://e.org/v.mp4" } } },
        { custom: [1, { type: "location" }] },
      ],
    },
    {
      label: "one item may carry everything",
      body: [
        { text: "t", buttons: [{ title: "A" }], image: "i", attachment: "a", custom: { k: 1 } },
      ],
      want: [
        { text: "t", buttons: [{ title: "A" }], image: "i", attachment: "a", custom: { k: 1 } },
      ],
    },
    {
      label: "what is no object, or of the wrong type, is skipped",
      body: [
        null,
        1,
        "x",
        [{ text: "no" }],
        { text: { a: 1 } },
        { image: false, custom: null },
        { text: 5 },
      ],
      want: [{ text: "5" }],
    },
  ])("$label", ({ body, want }) => {
    expect(fromRasa(body)).toEqual(want);
  });

  test.each([{ body: { text: "a" } }, { body: null }, { body: "[]" }])(
    "$body is no answer",
    ({ body }) => {
      expect(() => fromRasa(body)).toThrow("answer_unreadable");
    },
  );

  test("any list gives replies that all say something", () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), (body) => {
        for (const reply of fromRasa(body)) {
          expect(Object.keys(reply)).not.toHaveLength(0);
          expect(reply.text?.trim()).not.toBe("");
          expect(reply.buttons).not.toEqual([]);
        }
      }),
    );
  });

  test("any message with keys of any type is read", () => {
    const item = fc.record(
      {
        text: fc.jsonValue(),
        buttons: fc.jsonValue(),
        image: fc.jsonValue(),
        custom: fc.jsonValue(),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.array(item), (body) => {
        expect(fromRasa(body).length).toBeLessThanOrEqual(body.length);
      }),
    );
  });
});

describe("the file of a message", () => {
  const content: Content = {
    type: "media",
    media: "document",
    id: "9",
    url: "https://storage.example/signed",
    mimeType: "image/png",
    sha256: "c2hh",
    fileName: "../a.png",
  };
  const mediaOf = (file: NonNullable<Question["file"]>) =>
    JSON.parse(JSON.stringify(bodyFor({ content, file }))).metadata.media;

  test("is told as we found it, not as the provider said", () => {
    const file = {
      url: "https://ponte.example/files/1/a.pdf?expires=1&signature=x",
      mimeType: "application/pdf",
      sizeBytes: 3,
      sha256: "00ff",
      fileName: "a.pdf",
    };
    expect(mediaOf(file)).toEqual([
      {
        type: "document",
        id: "9",
        url: file.url,
        mime_type: "application/pdf",
        size_bytes: 3,
        sha256: "00ff",
        file_name: "a.pdf",
      },
    ]);
  });

  const said = {
    type: "document",
    id: "9",
    mime_type: "image/png",
    sha256: "c2hh",
    file_name: "../a.png",
  };
  test.each(["too_large", "refused_type", "unavailable"] as const)(
    "that is missing (%s) comes without the address that we did not follow",
    (missing) => {
      expect(mediaOf({ missing })).toEqual([{ ...said, missing }]);
    },
  );

  test("that we were told not to fetch leaves the provider's address to the bot", () => {
    const missing = "off";
    expect(mediaOf({ missing })).toEqual([
      { ...said, missing, url: "https://storage.example/signed" },
    ]);
  });
});
